import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  boxBlur,
  decode,
  type GaussianBlurOptions,
  gaussianBlur,
  grayscale,
  type Pixels,
  type Raster,
  sharpen,
  unsharpMask,
} from 'allcores/image';
import { describe, expect, test } from 'vitest';

// The golden files are written by scripts/golden/image_blur.py, which says how the inputs are made.

type Kind = 'noise' | 'ramp' | 'edges' | 'photo';
type Channels = Raster['channels'];
type Input = [kind: Kind, seed: number, width: number, height: number, channels: Channels];

function golden<Row>(name: string, atLeast: number): Row[] {
  const text = readFileSync(new URL(`../golden/image/${name}.json`, import.meta.url), 'utf8');
  const { cases } = JSON.parse(text) as { cases: Row[] };
  expect(cases.length).toBeGreaterThanOrEqual(atLeast);
  return cases;
}

const photograph = decode(
  readFileSync(new URL('../../examples/photos/astronaut.png', import.meta.url)),
) as Raster<Uint8Array>;
const grey = grayscale(photograph);

/** A sample of the middle of the photograph: of its luma for 1 and 2 channels, with an alpha of 255. */
function photo(x: number, y: number, c: number, channels: number): number {
  if (channels % 2 === 0 && c === channels - 1) return 255;
  const { data, width } = channels > 2 ? photograph : grey;
  return data[(y * width + x) * (channels > 2 ? photograph.channels : 1) + c] as number;
}

function input([kind, seed, width, height, channels]: Input, bits = 8): Raster {
  const data = new (bits === 8 ? Uint8Array : Uint16Array)(width * height * channels);
  const [left, top] = [(photograph.width - width) >> 1, (photograph.height - height) >> 1];
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    if (kind === 'noise') {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      data[i] = state >>> (32 - bits);
      continue;
    }
    const byte = {
      ramp: () => (x * 7 + y * 3 + c * 50 + seed) % 256,
      edges: () => 255 * ((Math.floor(x / 5) + Math.floor(y / 3) + c + seed) & 1),
      photo: () => photo(left + x, top + y, c, channels),
    }[kind]();
    data[i] = bits === 8 ? byte : byte * 257;
  }
  return { data, width, height, channels };
}

/** The same raster on shared memory. */
function shared(raster: Raster): Raster {
  const { data } = raster;
  const Type = data.constructor as Uint16ArrayConstructor;
  const placed = new Type(new SharedArrayBuffer(data.byteLength));
  placed.set(data);
  return { ...raster, data: placed };
}

const hash = ({ data }: Raster) => createHash('sha256').update(data).digest('hex');
const both = (across: number, down: number) => (across === down ? across : { x: across, y: down });

/** The hash of both forms of a call, the second on shared memory, when they agree. */
async function hashes(
  run: { (raster: Raster): Raster; readonly later: (raster: Raster) => Promise<Raster> },
  raster: Raster,
): Promise<string> {
  const plain = hash(run(raster));
  expect(hash(await run.later(shared(raster)))).toBe(plain);
  return plain;
}

function call<Options extends object>(
  kernel: {
    (raster: Raster, options: Options): Raster;
    readonly async: (raster: Raster, options: Options) => Promise<Raster>;
  },
  options: Options,
) {
  return Object.assign((raster: Raster) => kernel(raster, options), {
    later: (raster: Raster) => kernel.async(raster, options),
  });
}

describe('the bytes of a peer', () => {
  test("boxBlur has Pillow's", async () => {
    for (const row of golden<[...Input, number, number, string]>('boxBlur', 100)) {
      const blur = call(boxBlur, { radius: both(row[5], row[6]) });
      expect(await hashes(blur, input(row.slice(0, 5) as Input)), String(row)).toBe(row[7]);
    }
  });

  test("unsharpMask has Pillow's", async () => {
    for (const row of golden<[...Input, number, number, number, string]>('unsharpMask', 100)) {
      const mask = call(unsharpMask, { radius: row[5], percent: row[6], threshold: row[7] });
      expect(await hashes(mask, input(row.slice(0, 5) as Input)), String(row)).toBe(row[8]);
    }
  });

  test("gaussianBlur in mode 'opencv' has OpenCV's, on 8 and on 16 bits with every border", async () => {
    type Row = [...Input, number, number, number, Required<GaussianBlurOptions>['border'], string];
    for (const row of golden<Row>('gaussianBlurOpencv', 300)) {
      const [across, down, border] = [row[6], row[7], row[8]];
      const options = { radius: both(across, down), mode: 'opencv', border } as const;
      const raster = input(row.slice(0, 5) as Input, row[5]);
      expect(await hashes(call(gaussianBlur, options), raster), String(row)).toBe(row[9]);
      if (border === 'reflect101') {
        expect(hash(gaussianBlur(raster, { radius: both(across, down), mode: 'opencv' }))).toBe(row[9]);
      }
    }
  });
});

describe('the options of the blurs', () => {
  const bytes = input(['photo', 0, 60, 50, 3]);
  const words = input(['photo', 0, 60, 50, 3], 16);
  const floats: Raster = { ...bytes, data: Float32Array.from(bytes.data, (byte) => byte / 255) };

  test("the mode is Pillow's for 8 bits and exact for the others, and each mode has its own result", () => {
    const blur = (raster: Raster, mode: GaussianBlurOptions['mode']) =>
      hash(gaussianBlur(raster, mode === undefined ? { radius: 3 } : { radius: 3, mode }));
    expect(blur(bytes, undefined)).toBe(blur(bytes, 'pillow'));
    expect(blur(words, undefined)).toBe(blur(words, 'exact'));
    expect(blur(floats, undefined)).toBe(blur(floats, 'exact'));
    const modes = ['pillow', 'opencv', 'exact'] as const;
    expect(new Set(modes.map((mode) => blur(bytes, mode))).size).toBe(3);
    expect(blur(words, 'opencv')).not.toBe(blur(words, 'exact'));
  });

  test('modes and borders that do not fit the samples are refused with a reason', async () => {
    const refused: [Raster, GaussianBlurOptions, string][] = [
      [words, { radius: 1, mode: 'pillow' }, "8 bits for mode 'pillow'"],
      [floats, { radius: 1, mode: 'pillow' }, "8 bits for mode 'pillow'"],
      [floats, { radius: 1, mode: 'opencv' }, "8 or 16 bits for mode 'opencv'"],
      [bytes, { radius: 1, border: 'wrap' }, "`border` to be 'replicate'"],
      [bytes, { radius: 1, border: 'constant', mode: 'pillow' }, "`border` to be 'replicate'"],
    ];
    for (const [raster, options, text] of refused) {
      const error = expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(text) });
      expect(() => gaussianBlur(raster, options)).toThrow(error);
      await expect(gaussianBlur.async(raster, options)).rejects.toEqual(error);
    }
    expect(hash(gaussianBlur(bytes, { radius: 2, border: 'replicate' }))).toBe(
      hash(gaussianBlur(bytes, { radius: 2 })),
    );
  });

  test('each mode has a largest radius', () => {
    const tooLarge: [Raster, GaussianBlurOptions][] = [
      [bytes, { radius: 1001, mode: 'opencv' }],
      [bytes, { radius: { x: 0, y: 100_001 }, mode: 'exact' }],
      [words, { radius: 100_001 }],
    ];
    for (const [raster, options] of tooLarge) {
      expect(() => gaussianBlur(raster, options)).toThrow(
        expect.objectContaining({ name: 'RangeError', message: expect.stringContaining('`radius`') }),
      );
    }
    expect(() => unsharpMask(words, { radius: 100_001 })).toThrow(RangeError);
    const flat = { data: new Uint16Array(12).fill(700), width: 4, height: 3, channels: 1 } as const;
    expect([...gaussianBlur(flat, { radius: 100_000 }).data]).toEqual(Array(12).fill(700));
  });

  test('every border has its own result, and an exact blur repeats the edge when none is named', () => {
    const borders = ['replicate', 'reflect101', 'reflect', 'wrap', 'constant'] as const;
    for (const mode of ['opencv', 'exact'] as const) {
      const found = borders.map((border) => hash(gaussianBlur(words, { radius: 6, mode, border })));
      expect(new Set(found).size).toBe(5);
      expect(hash(gaussianBlur(words, { radius: 6, mode }))).toBe(found[mode === 'exact' ? 0 : 1]);
    }
  });

  test('the radii across and down are not mixed up', () => {
    const column = {
      data: new Uint16Array([0, 0, 0, 60_000, 0, 0, 0]),
      width: 1,
      height: 7,
      channels: 1,
    } as const;
    const row = { ...column, width: 7, height: 1 };
    for (const kernel of [gaussianBlur, boxBlur]) {
      expect([...kernel(column, { radius: { x: 2, y: 0 } }).data]).toEqual([...column.data]);
      expect([...kernel(row, { radius: { x: 0, y: 2 } }).data]).toEqual([...column.data]);
      expect(kernel(column, { radius: { x: 0, y: 2 } }).data).toEqual(kernel(row, { radius: 2 }).data);
      expect(kernel(column, { radius: 2 }).data).not.toEqual(column.data);
    }
  });

  test('a float beyond white and one below black keep their values', () => {
    const raster = {
      data: new Float32Array(24).fill(300).fill(-7, 12),
      width: 2,
      height: 12,
      channels: 1,
    } as const;
    for (const run of [
      () => gaussianBlur(raster, { radius: 1 }),
      () => boxBlur(raster, { radius: 1 }),
      () => unsharpMask(raster),
      () => sharpen(raster),
    ]) {
      const { data } = run();
      expect(data[0]).toBeGreaterThan(299);
      expect(data[23]).toBeLessThan(-6.9);
    }
  });

  test('hidden colours do not show in an exact blur, nor in what sharpen makes', () => {
    // White, half of it transparent red.
    const data = new Uint8Array(40 * 4).fill(255);
    for (let x = 20; x < 40; x++) data.set([255, 0, 0, 0], x * 4);
    const raster = { data, width: 40, height: 1, channels: 4 } as const;
    const blurred = gaussianBlur(raster, { radius: 3, mode: 'exact' }).data;
    for (let x = 0; x < 30; x++) expect([...blurred.subarray(x * 4, x * 4 + 3)]).toEqual([255, 255, 255]);
    expect(blurred[20 * 4 + 3]).toBeGreaterThan(64);
    expect(sharpen(raster).data).toEqual(data);
    // Pillow's blur lets it show.
    expect(gaussianBlur(raster, { radius: 3 }).data[20 * 4 + 1]).toBeLessThan(200);
  });
});

describe('the options of what sharpens', () => {
  const bytes = input(['photo', 0, 60, 50, 3]);
  const all: [string, Raster][] = [
    ['8 bits', bytes],
    ['16 bits', { ...bytes, data: Uint16Array.from(bytes.data, (byte) => byte * 257) }],
    ['floats', { ...bytes, data: Float32Array.from(bytes.data, (byte) => byte / 255) }],
  ];

  test.each(all)(
    'each changes the result of %s, and the defaults are those that are documented',
    (_, given) => {
      const plain = hash(unsharpMask(given));
      expect(hash(unsharpMask(given, { radius: 2, percent: 150, threshold: 3 }))).toBe(plain);
      for (const options of [{ radius: 3 }, { percent: 151 }, { threshold: 9 }]) {
        expect(hash(unsharpMask(given, options)), JSON.stringify(options)).not.toBe(plain);
      }
      expect(hash(sharpen(given))).toBe(hash(sharpen(given, { amount: 1 })));
      expect(hash(sharpen(given, { amount: 1.5 }))).not.toBe(hash(sharpen(given)));
    },
  );

  test.each(all)('nothing to add leaves %s as they are', (_, given) => {
    for (const run of [
      () => sharpen(given, { amount: 0 }),
      () => unsharpMask(given, { percent: 0 }),
      () => unsharpMask(given, { radius: 0, threshold: 0 }),
    ]) {
      expect(hash(run())).toBe(hash(given));
    }
  });

  test('the same picture gets the same look on every type', () => {
    const scales = [1, 257, 1 / 255];
    const looks = (threshold: number) =>
      all.map(([, given], index) => {
        const data = unsharpMask(given, { threshold }).data as Pixels;
        return Array.from(data, (value) => Math.min(Math.max(value / (scales[index] as number), 0), 255));
      });
    const far = (first: number[], second: number[], levels: number) =>
      first.filter((value, i) => Math.abs(value - (second[i] as number)) > levels).length / first.length;
    // Words and floats have one blur; where a difference is at the threshold it may fall on either side.
    const [, words, floats] = looks(20) as [number[], number[], number[]];
    expect(far(words, floats, 0.05)).toBeLessThan(0.001);
    // That of bytes is Pillow's, which is another one: compared without the step of a threshold.
    const [bytes, exact] = looks(0) as [number[], number[]];
    expect(far(bytes, exact, 16)).toBeLessThan(0.01);
  });
});
