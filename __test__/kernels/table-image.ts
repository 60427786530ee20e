import * as image from 'allcores/image';
import { noRasters, raster } from './image-rows.js';
import { boolean, choice, integer, type KernelRow, type OptionRow, RANGE, VALUE, WRONG } from './rows.js';
import { blurRows } from './table-image-blur.js';
import { colourRows } from './table-image-colour.js';
import { geometryRows } from './table-image-geometry.js';
import { neighbourRows } from './table-image-neighbour.js';
import { resizeRows } from './table-image-resize.js';

/** What is no file in memory, as the only argument. */
const noFiles: KernelRow['bad'] = [
  ...[undefined, null, 1, 'file.png', {}, new ArrayBuffer(8), new DataView(new ArrayBuffer(8)), [1, 2]].map(
    (value) => [[value], WRONG] as const,
  ),
  [[new Uint16Array(8)], WRONG],
];

/** The least that passes for an ICC profile of RGB. */
function profile(): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set(Buffer.from('RGB '), 16);
  bytes.set(Buffer.from('acsp'), 36);
  return bytes;
}

/** Bytes that belong into a file, and what does not. */
function embedded(bytes: Uint8Array): OptionRow {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return {
    good: [bytes, Buffer.from(bytes), shared, undefined],
    bad: [
      ...[null, 'text', 1, {}, [1], new Uint16Array(64)].map((value) => [value, WRONG] as const),
      [new Uint8Array(0), RANGE],
      [new Uint8Array(200), RANGE],
      [new Uint8Array((16 << 20) + 1), RANGE],
    ],
  };
}

/** Every export of `allcores/image`. */
export const imageRows: Record<string, KernelRow> = {
  decode: {
    args: () => [image.encode(raster(), { format: 'png' })],
    options: {
      maxPixels: {
        ...integer(1, Number.MAX_SAFE_INTEGER, [20, 1000, Number.MAX_SAFE_INTEGER]),
      },
      depth: {
        good: [8, 16, undefined],
        bad: [0, 7, 32, '8', 8n, null, {}, [8], Number.NaN].map((value) => [value, VALUE] as const),
      },
      toSrgb: boolean,
    },
    bad: noFiles,
  },
  encode: {
    samples: ['Uint8Array', 'Uint8ClampedArray', 'Uint16Array'],
    args: () => [raster()],
    required: { format: 'png' },
    options: {
      format: { ...choice('jpeg', 'png', 'webp'), good: ['jpeg', 'png', 'webp'] },
      quality: { ...integer(1, 100, [1, 50, 100]), beside: { format: 'jpeg' } },
      subsampling: { ...choice('4:2:0', '4:2:2', '4:4:4'), beside: { format: 'jpeg' } },
      progressive: { ...boolean, beside: { format: 'jpeg' } },
      optimize: { ...boolean, beside: { format: 'jpeg' } },
      level: { ...integer(0, 9, [0, 1, 9]), beside: { format: 'png' } },
      lossless: { ...boolean, beside: { format: 'webp' } },
      icc: embedded(profile()),
      exif: embedded(Uint8Array.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0])),
    },
    bad: noRasters,
  },
  metadata: {
    args: () => [image.encode(raster(), { format: 'webp', icc: profile() })],
    options: {},
    bad: noFiles,
  },
  ...blurRows,
  ...colourRows,
  ...geometryRows,
  ...neighbourRows,
  ...resizeRows,
};
