import { decode, type EncodeOptions, encode, flip, metadata, type Raster } from 'allcores/image';
import { describe, expect, test } from 'vitest';
import { randomWords } from '../fixtures/kernel-data.mjs';
import { goldenCases } from './golden.js';

type Channels = Raster['channels'];

/** A smooth picture with some noise. */
function picture(width: number, height: number, channels: Channels): Raster<Uint8Array> {
  const next = randomWords(width * 31 + height * 7 + channels);
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    return 128 + 90 * Math.sin((x + 2 * y) / (9 + (i % channels) * 4)) + (next() % 24);
  });
  return { data, width, height, channels };
}

function wide({ data, ...shape }: Raster<Uint8Array>): Raster<Uint16Array> {
  return { data: Uint16Array.from(data, (sample, i) => sample * 256 + ((i * 7) % 256)), ...shape };
}

/** Mean absolute difference. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] as number) - (b[i] as number));
  return sum / a.length;
}

/** The file, which both forms make alike. */
async function file(raster: Raster, options: EncodeOptions): Promise<Uint8Array> {
  const bytes = encode(raster, options);
  expect(Buffer.compare(await encode.async(raster, options), bytes)).toBe(0);
  return bytes;
}

const profiles = goldenCases<[string, string]>('toSrgb').map(
  ([name, icc]) => [name, new Uint8Array(Buffer.from(icc, 'base64'))] as const,
);
const p3 = profiles.find(([name]) => name === 'Display P3')?.[1] as Uint8Array;
const grey = profiles.find(([name]) => name === 'grey 2.2')?.[1] as Uint8Array;

/** EXIF data with an orientation. */
function exif(orientation: number): Uint8Array {
  const tiff = Buffer.from('4d4d002a0000000800010112000300000001000000000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  return new Uint8Array(Buffer.concat([tiff, Buffer.alloc(2)]));
}

describe('what is encoded', () => {
  test.each([1, 2, 3, 4] as const)(
    'as PNG comes back exactly, with %i channels of 8 and 16 bits',
    async (n) => {
      const narrow = picture(37, 23, n);
      for (const raster of [narrow, wide(narrow)]) {
        for (const level of [0, 1, 6, 9]) {
          const found = decode(await file(raster, { format: 'png', level }));
          expect(found).toEqual(raster);
        }
      }
    },
  );

  test.each([1, 2, 3, 4] as const)('as lossless WebP comes back exactly, with %i channels', async (n) => {
    const raster = picture(37, 23, n);
    const bytes = await file(raster, { format: 'webp', lossless: true });
    const found = decode(bytes);
    const colours = Math.max(n, 3);
    expect(found.channels).toBe(n === 2 ? 4 : colours);
    const expected = Array.from({ length: 37 * 23 }, (_, i) => {
      const pixel = Array.from(raster.data.subarray(i * n, i * n + n));
      return n < 3 ? [pixel[0], pixel[0], pixel[0], ...pixel.slice(1)] : pixel;
    }).flat() as number[];
    expect(Array.from(found.data)).toEqual(expected);
  });

  test.each(['jpeg', 'webp'] as const)('as %s comes back closer and larger with quality', async (format) => {
    const raster = picture(90, 70, 3);
    const files = await Promise.all([10, 50, 95].map((quality) => file(raster, { format, quality })));
    const sizes = files.map((bytes) => bytes.length);
    const distances = files.map((bytes) => distance(decode(bytes).data, raster.data));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances[2]).toBeLessThan(7);
    expect(Buffer.compare(encode(raster, { format }), encode(raster, { format, quality: 80 }))).toBe(0);
  });

  test('as JPEG keeps more of its colours with each subsampling', async () => {
    const raster = picture(90, 70, 3);
    for (let i = 0; i < raster.data.length; i += 3) raster.data[i] = (i % 2) * 255;
    const modes = ['4:2:0', '4:2:2', '4:4:4'] as const;
    const found = modes.map((subsampling) => encode(raster, { format: 'jpeg', quality: 95, subsampling }));
    const distances = found.map((bytes) => distance(decode(bytes).data, raster.data));
    expect(distances[0]).toBeGreaterThan(distances[1] as number);
    expect(distances[1]).toBeGreaterThan(distances[2] as number);
    expect(Buffer.compare(encode(raster, { format: 'jpeg', quality: 95 }), found[0] as Uint8Array)).toBe(0);
  });

  test('as optimised or progressive JPEG has the pixels of a plain one in fewer bytes', async () => {
    const raster = picture(200, 150, 3);
    const plain = await file(raster, { format: 'jpeg' });
    const pixels = decode(plain);
    for (const options of [{ optimize: true }, { progressive: true }]) {
      const other = await file(raster, { format: 'jpeg', ...options });
      expect(other.length).toBeLessThan(plain.length);
      expect(decode(other)).toEqual(pixels);
    }
    const sof2 = Buffer.from([0xff, 0xc2]);
    expect(Buffer.from(encode(raster, { format: 'jpeg', progressive: true })).includes(sof2)).toBe(true);
  });

  test('as a JPEG of many bands is one picture without seams', async () => {
    const raster = picture(1100, 1003, 3);
    for (const subsampling of ['4:2:0', '4:4:4'] as const) {
      const bytes = await file(raster, { format: 'jpeg', subsampling, quality: 90, icc: p3, exif: exif(1) });
      const banded = decode(bytes, { depth: 8 });
      // Tables made for the picture need all of it, so that file is in one piece.
      const whole = decode(encode(raster, { format: 'jpeg', subsampling, quality: 90, optimize: true }), {
        depth: 8,
      });
      expect(Buffer.compare(banded.data, whole.data)).toBe(0);
      expect(metadata(bytes)).toMatchObject({ width: 1100, height: 1003, icc: p3, orientation: 1 });
    }
  });

  test('with alpha as JPEG lies on white, and keeps its alpha in the others', () => {
    const data = new Uint8Array([200, 10, 10, 0].flatMap((v) => Array<number>(1).fill(v)));
    const clear: Raster = {
      data: Uint8Array.from({ length: 256 * 4 }, (_, i) => data[i % 4] as number),
      width: 16,
      height: 16,
      channels: 4,
    };
    expect(new Set(decode(encode(clear, { format: 'jpeg', quality: 95 })).data)).toEqual(new Set([255]));
    for (const format of ['png', 'webp'] as const) {
      const found = decode(encode(clear, { format }));
      expect(found.channels).toBe(4);
      expect(new Set(found.data.filter((_, i) => i % 4 === 3))).toEqual(new Set([0]));
    }
  });

  test('of samples that the format does not have is refused', async () => {
    const shape = { width: 2, height: 2, channels: 1 } as const;
    for (const [data, formats] of [
      [new Uint16Array(4), ['jpeg', 'webp']],
      [new Float32Array(4), ['jpeg', 'png', 'webp']],
    ] as const) {
      for (const format of formats) {
        const refusal = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
        expect(() => encode({ data, ...shape }, { format })).toThrow(expect.objectContaining(refusal));
        await expect(encode.async({ data, ...shape }, { format })).rejects.toMatchObject(refusal);
      }
    }
  });

  test('with more pixels across than the format has is refused', () => {
    for (const [format, most] of [
      ['webp', 16_383],
      ['jpeg', 65_500],
    ] as const) {
      const raster = (width: number): Raster => ({
        data: new Uint8Array(width),
        width,
        height: 1,
        channels: 1,
      });
      expect(metadata(encode(raster(most), { format })).width).toBe(most);
      expect(() => encode(raster(most + 1), { format })).toThrow(
        expect.objectContaining({ name: 'ImageError', code: 'ALLCORES_ERR_IMAGE_LIMIT' }),
      );
    }
  });
});

describe('options of encode', () => {
  const raster = picture(4, 4, 3);

  test.each([
    ['jpeg', { level: 6 }],
    ['jpeg', { lossless: false }],
    ['png', { quality: 80 }],
    ['png', { subsampling: '4:2:0' }],
    ['png', { progressive: false }],
    ['png', { optimize: true }],
    ['png', { lossless: true }],
    ['webp', { level: 6 }],
    ['webp', { progressive: true }],
    ['webp', { lossless: true, quality: 80 }],
  ] as const)('of %s do not include %j', async (format, options) => {
    const refusal = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message: /does not belong to/ };
    const matcher = { ...refusal, message: expect.stringMatching(refusal.message) };
    expect(() => encode(raster, { format, ...options })).toThrow(expect.objectContaining(matcher));
    await expect(encode.async(raster, { format, ...options })).rejects.toMatchObject(matcher);
  });

  test.each(['jpeg', 'png', 'webp'] as const)(
    'embed a profile and EXIF data in %s and change no pixel',
    async (format) => {
      for (const channels of [1, 3, 4] as const) {
        const given = picture(19, 11, channels);
        const icc = channels === 1 && format !== 'webp' ? grey : p3; // WebP has no grey
        const bytes = await file(given, { format, icc, exif: exif(6) });
        expect(metadata(bytes)).toMatchObject({ icc, exif: exif(6), orientation: 6, width: 19, height: 11 });
        expect(decode(bytes)).toEqual(decode(encode(given, { format })));
      }
      expect(metadata(encode(raster, { format }))).toMatchObject({
        icc: undefined,
        exif: undefined,
        orientation: undefined,
      });
      const prefixed = new Uint8Array(Buffer.concat([Buffer.from('Exif\0\0'), exif(3)]));
      expect(metadata(encode(raster, { format, exif: prefixed })).exif).toEqual(exif(3));
    },
  );

  test('take a profile of several segments, and refuse one for other channels', () => {
    const long = new Uint8Array(200_000).fill(7);
    long.set(p3.subarray(0, 128));
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const found = metadata(encode(raster, { format, icc: long })).icc as Uint8Array;
      expect(Buffer.compare(found, long)).toBe(0);
      expect(() => encode(raster, { format, icc: grey })).toThrow('a profile of RGB');
      const [icc, kind] = format === 'webp' ? [grey, 'RGB'] : [p3, 'grey'];
      expect(() => encode(picture(2, 2, 2), { format, icc })).toThrow(`a profile of ${kind}`);
      expect(() => encode(raster, { format, exif: Buffer.from('no EXIF') })).toThrow('TIFF header');
    }
    const exifOf = (length: number) =>
      new Uint8Array(Buffer.concat([exif(1), Buffer.alloc(length - exif(1).length)]));
    expect(metadata(encode(raster, { format: 'jpeg', exif: exifOf(65_527) })).exif).toHaveLength(65_527);
    expect(() => encode(raster, { format: 'jpeg', exif: exifOf(65_528) })).toThrow(RangeError);
  });
});

describe('metadata', () => {
  test('says what decoding will give, for every orientation, profile and format', async () => {
    for (const [name, base64, width, height, orientation, icc] of goldenCases<
      [string, string, number, number, number | null, string | null]
    >('metadata')) {
      const bytes = Buffer.from(base64, 'base64');
      const found = metadata(bytes);
      expect(await metadata.async(bytes)).toEqual(found);
      expect(found, name).toMatchObject({
        format: name.split(' ')[0]?.toLowerCase(),
        width,
        height,
        channels: 3,
        depth: 8,
        animated: false,
        orientation: orientation ?? undefined,
      });
      expect(found.icc === undefined ? null : Buffer.from(found.icc).toString('base64'), name).toBe(icc);
    }
  });

  test('counts the bits of every PNG and sees an animation', () => {
    for (const [name, base64, , , channels, bits] of goldenCases<
      [string, string, number, number, number, number]
    >('decodePng')) {
      expect(metadata(Buffer.from(base64, 'base64')), name).toMatchObject({ channels, depth: bits });
    }
    for (const [name, base64] of goldenCases<[string, string]>('decodeWebp')) {
      const { animated } = metadata(Buffer.from(base64, 'base64'));
      expect(animated, name).toBe(name.startsWith('animated'));
    }
  });

  test('needs no more than the header, and refuses what decode refuses', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const bytes = encode(picture(200, 100, 3), { format });
      expect(metadata(bytes.subarray(0, bytes.length - 20))).toMatchObject({ width: 200, height: 100 });
      await expect(metadata.async(bytes.subarray(0, 14))).rejects.toMatchObject({
        code: 'ALLCORES_ERR_IMAGE_CORRUPT',
      });
    }
    expect(() => metadata(Buffer.from('GIF89a..'))).toThrow(
      expect.objectContaining({ code: 'ALLCORES_ERR_IMAGE_UNSUPPORTED', message: 'GIF is not supported' }),
    );
    expect(() => metadata(Buffer.from('hello'))).toThrow('JPEG, PNG or WebP');
  });
});

describe('decode', () => {
  test('gives 16 bits where the file has them, or what `depth` asks for', () => {
    const raster = picture(21, 13, 3);
    for (const [given, type] of [
      [raster, Uint8Array],
      [wide(raster), Uint16Array],
    ] as const) {
      const bytes = encode(given, { format: 'png' });
      expect(decode(bytes).data).toBeInstanceOf(type);
      const eight = decode(bytes, { depth: 8 });
      expect(eight.data).toEqual(raster.data); // the high byte of `wide`
      expect(eight.data).toBeInstanceOf(Uint8Array);
    }
    const sixteen = decode(encode(raster, { format: 'png' }), { depth: 16 }).data;
    expect(sixteen).toEqual(Uint16Array.from(raster.data, (sample) => sample * 257));
    expect(decode(encode(wide(raster), { format: 'png' }), { depth: 16 }).data).toEqual(wide(raster).data);
  });

  test.each(['jpeg', 'png', 'webp'] as const)('brings a Display-P3 %s to sRGB when asked', async (format) => {
    const raster = picture(40, 30, 3);
    const bytes = encode(raster, { format, icc: p3 });
    const stored = decode(bytes);
    const converted = decode(bytes, { toSrgb: true });
    expect(await decode.async(bytes, { toSrgb: true })).toEqual(converted);
    expect(decode(bytes, { toSrgb: false })).toEqual(stored);
    const exact = Array.from({ length: 40 * 30 }, (_, i) =>
      fromP3(stored.data.subarray(i * 3, i * 3 + 3)),
    ).flat();
    // sRGB's own profile has its primaries rounded, which dark colours show most.
    const off = (samples: ArrayLike<number>, unit: number) =>
      Math.max(...exact.map((expected, i) => Math.abs((samples[i] as number) / unit - expected)));
    expect(off(converted.data, 1)).toBeLessThan(1.25);
    expect(distance(converted.data, stored.data)).toBeGreaterThan(2);
    const deep = decode(bytes, { toSrgb: true, depth: 16 });
    expect(off(deep.data, 257)).toBeLessThan(1);
    // What is sRGB already, or has no profile, is not touched.
    const srgb = profiles.find(([name]) => name === 'sRGB')?.[1] as Uint8Array;
    for (const same of [encode(raster, { format, icc: srgb }), encode(raster, { format })]) {
      expect(decode(same, { toSrgb: true })).toEqual(stored);
    }
  });

  test.each(['jpeg', 'png', 'webp'] as const)(
    'refuses a %s with too many pixels, and one that is cut',
    async (format) => {
      const bytes = encode(picture(30, 20, 3), { format });
      expect(decode(bytes, { maxPixels: 600 }).width).toBe(30);
      expect(() => decode(bytes, { maxPixels: 599 })).toThrow(
        expect.objectContaining({ name: 'ImageError', code: 'ALLCORES_ERR_IMAGE_LIMIT' }),
      );
      for (const length of [30, 60, bytes.length - 14]) {
        const corrupt = { name: 'ImageError', code: 'ALLCORES_ERR_IMAGE_CORRUPT' };
        expect(() => decode(bytes.subarray(0, length))).toThrow(expect.objectContaining(corrupt));
        await expect(decode.async(bytes.subarray(0, length))).rejects.toMatchObject(corrupt);
      }
    },
  );

  test.each(['jpeg', 'png', 'webp'] as const)(
    'of %s and encode stop when they are aborted',
    async (format) => {
      const raster = picture(1500, 1200, 3);
      const bytes = encode(raster, { format });
      for (const run of [
        (signal: AbortSignal) => decode.async(bytes, { signal }),
        (signal: AbortSignal) => encode.async(raster, { format, signal }),
      ]) {
        const controller = new AbortController();
        const promise = run(controller.signal);
        controller.abort(new Error('enough'));
        await expect(promise).rejects.toThrow('enough');
      }
    },
  );

  test('takes a picture through a filter and back', () => {
    const raster = picture(10, 10, 3);
    const turned = decode(encode(flip(raster), { format: 'webp', lossless: true }));
    expect(flip(turned)).toEqual(raster);
  });
});

/** A colour of Display P3 in sRGB, by the definitions of both: their primaries, the white D65 and sRGB's curve. */
function fromP3(pixel: Uint8Array | Uint16Array): number[] {
  const [r = 0, g = 0, b = 0] = Array.from(pixel, (v) => {
    const x = v / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  });
  const linear = [
    1.2249401763 * r - 0.2249401763 * g,
    -0.0420569547 * r + 1.0420569547 * g,
    -0.0196375546 * r - 0.0786360456 * g + 1.0982736001 * b,
  ];
  return linear.map((v) => {
    const x = Math.min(Math.max(v, 0), 1);
    return 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
  });
}
