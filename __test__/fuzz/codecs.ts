/** Files of each format: what was encoded comes back, and damage is an error or a picture, nothing else. */

import { decode, type EncodeOptions, encode, metadata, type Raster } from 'allcores/image';
import fc from 'fast-check';
import { randomWords } from '../fixtures/kernel-data.mjs';
import { call, expectSame, Thrown } from './calls.ts';
import { property, type Target } from './target.ts';

type Format = EncodeOptions['format'];

/** What makes a small picture. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: Raster['channels'];
  readonly wide: boolean;
  readonly seed: number;
  /** How many of the 8 high bits are noise. */
  readonly noise: number;
}

const pictures: fc.Arbitrary<Picture> = fc.record({
  width: fc.integer({ min: 1, max: 70 }),
  height: fc.integer({ min: 1, max: 50 }),
  channels: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
  wide: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  noise: fc.integer({ min: 0, max: 8 }),
});

function build({ width, height, channels, wide, seed, noise }: Picture): Raster<Uint8Array | Uint16Array> {
  const next = randomWords(seed);
  const length = width * height * channels;
  const data = wide ? new Uint16Array(length) : new Uint8Array(length);
  const unit = wide ? 256 : 1;
  for (let i = 0; i < length; i++) {
    const smooth =
      ((i % channels) * 40 + Math.floor(i / channels / width) * 3 + (i % (width * channels))) % 256;
    data[i] = (smooth ^ (next() % 2 ** noise)) * unit + (wide ? next() % 256 : 0);
  }
  return { data, width, height, channels };
}

/** Changes of a file's bytes; `at` is taken modulo its length. */
interface Damage {
  readonly kind: 'flip' | 'set' | 'insert' | 'remove' | 'cut' | 'copy';
  readonly at: number;
  readonly value: number;
}

// Headers are small; half of the damage goes there.
const places = fc.oneof(fc.nat({ max: 80 }), fc.nat({ max: 100_000 }));
const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...(['flip', 'set', 'insert', 'remove', 'cut', 'copy'] as const)),
    at: places,
    value: fc.nat({ max: 255 }),
  }),
  { minLength: 1, maxLength: 5 },
);

function damaged(file: Uint8Array, list: readonly Damage[]): Uint8Array {
  const bytes = [...file];
  for (const { kind, at: place, value } of list) {
    const at = place % Math.max(bytes.length, 1);
    if (kind === 'flip') bytes[at] = ((bytes[at] ?? 0) ^ (1 << (value % 8))) & 255;
    else if (kind === 'set') bytes[at] = value;
    else if (kind === 'insert') bytes.splice(at, 0, value, 255 - value);
    else if (kind === 'remove') bytes.splice(at, 1 + (value % 9));
    else if (kind === 'cut') bytes.length = Math.max(at, 12);
    else bytes.splice(at, value, ...bytes.slice(at >> 1, (at >> 1) + value));
  }
  return Uint8Array.from(bytes);
}

/** The options that a format has, drawn by bits. */
function options(format: Format, bits: number): EncodeOptions {
  const on = (bit: number) => (bits >> bit) % 2 === 1;
  if (format === 'png') return { format, level: bits % 10 };
  if (format === 'webp') return on(0) ? { format, lossless: true } : { format, quality: 1 + (bits % 100) };
  const subsampling = (['4:2:0', '4:2:2', '4:4:4'] as const)[bits % 3] as '4:2:0';
  return { format, quality: 1 + (bits % 100), subsampling, progressive: on(3), optimize: on(4) };
}

/** More than any of these pictures; a damaged header may say more than the machine has. */
const MOST = 2 ** 20;

/** A file that may be damaged gives a picture of the promised shape, or one of our errors. */
async function opens(file: Uint8Array): Promise<void> {
  const said = await call(metadata, [file]);
  for (const given of [{ maxPixels: MOST }, { maxPixels: MOST, depth: 16, toSrgb: true }]) {
    const found = await call(decode, [file], given);
    if (found instanceof Thrown) {
      expectSame([found.name, String(found.code).startsWith('ALLCORES_ERR_IMAGE_')], ['ImageError', true]);
      continue;
    }
    const { data, ...shape } = found as Raster;
    const { width, height, channels } = said as ReturnType<typeof metadata>;
    expectSame(shape, { width, height, channels });
    expectSame(data.length, width * height * channels);
  }
}

const survives = (format: Format) =>
  property(
    `a damaged ${format} is an ImageError or a picture of the promised shape`,
    fc.tuple(pictures, fc.nat({ max: 255 }), damages),
    async ([picture, bits, list]) => {
      const file = encode(
        build({ ...picture, wide: format === 'png' && picture.wide }),
        options(format, bits),
      );
      await opens(damaged(file, list));
    },
  );

const beginnings: Readonly<Record<Format, readonly number[]>> = {
  jpeg: [0xff, 0xd8, 0xff],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  webp: [0x52, 0x49, 0x46, 0x46, 0xff, 0, 0, 0, 0x57, 0x45, 0x42, 0x50],
};

/** The decoders, and the encoders that make their food. */
export const codecs: Target = {
  name: 'codecs',
  properties: [
    survives('jpeg'),
    survives('png'),
    survives('webp'),
    property(
      'any bytes are an ImageError or a picture of the promised shape',
      fc.tuple(
        fc.constantFrom('jpeg' as const, 'png' as const, 'webp' as const),
        fc.uint8Array({ maxLength: 400 }),
      ),
      async ([format, bytes]) => opens(Uint8Array.from([...beginnings[format], ...bytes])),
    ),
    property(
      'what was encoded without loss comes back',
      fc.tuple(pictures, fc.nat({ max: 9 })),
      async ([picture, level]) => {
        const raster = build(picture);
        const png = (await call(encode, [raster], { format: 'png', level })) as Uint8Array;
        expectSame(await call(decode, [png]), raster);
        const narrow = build({ ...picture, wide: false, channels: 3 });
        const webp = (await call(encode, [narrow], { format: 'webp', lossless: true })) as Uint8Array;
        expectSame(await call(decode, [webp]), narrow);
      },
    ),
  ],
};
