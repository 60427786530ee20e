import * as diagnostics from 'allcores/diagnostics';
import * as factorial from 'allcores/factorial';
import * as image from 'allcores/image';
import * as numeric from 'allcores/numeric';
import {
  boolean,
  type Code,
  choice,
  integer,
  type KernelRow,
  noNumbers,
  type OptionRow,
  RANGE,
  WRONG,
} from './rows.js';
import { numericRows } from './table-numeric.js';

function wholeNumber(max: number): KernelRow {
  return {
    args: () => [25],
    options: {},
    bad: [
      ...[undefined, null, '5', true, {}, [5], Symbol('n'), new Number(5)].map((n) => [[n], WRONG] as const),
      ...[
        -1,
        -1n,
        0.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        max + 1,
        BigInt(max) + 1n,
        2 ** 53,
        10n ** 30n,
      ].map((n) => [[n], RANGE] as const),
    ],
  };
}

/** Every export of `allcores/factorial`. */
const factorialRows: Record<string, KernelRow> = {
  factorial: wholeNumber(44_787_927),
  factorialString: wholeNumber(72_306_956),
};

const shape = { width: 5, height: 4, channels: 3 };

/** A raster with something in it. */
export function raster(over: object = {}): { data: Uint8Array; width: number; height: number; channels: 3 } {
  return { data: Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256), ...shape, ...over } as never;
}

const noRasters: KernelRow['bad'] = [
  ...[undefined, null, 1, 'text', () => raster()].map((value) => [[value], WRONG] as const),
  [[{}], WRONG],
  [[raster({ data: undefined })], WRONG],
  [[raster({ data: [1, 2, 3] })], WRONG],
  [[raster({ data: new ArrayBuffer(60) })], WRONG],
  [[raster({ data: new Uint8Array(59) })], RANGE],
  [[raster({ data: new Uint8Array(0) })], RANGE],
  ...['width', 'height', 'channels'].flatMap((name) => [
    ...[0, -1, 1.5, Number.NaN, 2 ** 53].map((value) => [[raster({ [name]: value })], RANGE] as const),
    ...['5', 5n, null, undefined].map((value) => [[raster({ [name]: value })], WRONG] as const),
  ]),
  [[raster({ channels: 5 })], RANGE],
  [[raster({ width: 2 ** 40, height: 2 ** 40 })], RANGE],
];

/** Outputs of `length` samples, and what is no such output. */
function out(length: number): OptionRow {
  return {
    good: [
      new Uint8Array(length),
      new Uint8ClampedArray(length),
      new Uint8Array(new SharedArrayBuffer(length)),
      undefined,
    ],
    bad: [
      [new Uint8Array(length + 1), RANGE],
      [new Uint8Array(0), RANGE],
      [new Int8Array(length), WRONG],
      [new ArrayBuffer(length), WRONG],
      [Array(length).fill(0), WRONG],
      [null, WRONG],
    ],
  };
}

const side = integer(1, 2 ** 31 - 1, [1, 3, 7]);
const radii: readonly (readonly [unknown, Code])[] = [
  ...['1', 1n, null, [1], true].map((value) => [value, WRONG] as const),
  ...[-1, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001].map((value) => [value, RANGE] as const),
];

/** Every export of `allcores/image`. */
const imageRows: Record<string, KernelRow> = {
  decode: {
    args: () => [image.encode(raster(), { format: 'png' })],
    options: {
      maxPixels: {
        ...integer(1, Number.MAX_SAFE_INTEGER, [20, 1000, Number.MAX_SAFE_INTEGER]),
      },
    },
    bad: [
      ...[
        undefined,
        null,
        1,
        'file.png',
        {},
        new ArrayBuffer(8),
        new DataView(new ArrayBuffer(8)),
        [1, 2],
      ].map((value) => [[value], WRONG] as const),
      [[new Uint16Array(8)], WRONG],
    ],
  },
  encode: {
    args: () => [raster()],
    required: { format: 'png' },
    options: {
      format: { ...choice('jpeg', 'png'), good: ['jpeg', 'png'] },
      quality: { ...integer(1, 100, [1, 50, 100]), beside: { format: 'jpeg' } },
      subsampling: { ...choice('4:2:0', '4:4:4'), beside: { format: 'jpeg' } },
      level: { ...integer(0, 9, [0, 1, 9]), beside: { format: 'png' } },
    },
    bad: noRasters,
  },
  grayscale: { args: () => [raster()], options: { out: out(20) }, bad: noRasters },
  resize: {
    args: () => [raster()],
    required: { width: 3, height: 2 },
    options: {
      width: { ...side, beside: { height: 2 } },
      height: { ...side, beside: { width: 3 } },
      fit: choice('fill', 'cover', 'inside', 'outside'),
      filter: choice('nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos3'),
      withoutEnlargement: boolean,
      out: out(18),
    },
    bad: noRasters,
  },
  gaussianBlur: {
    args: () => [raster()],
    required: { radius: 1.5 },
    options: {
      radius: {
        good: [0, 0.3, 1, 15, 1_000_000, { x: 2, y: 0 }, { x: 0.5, y: 3 }],
        bad: [
          ...radii,
          [undefined, WRONG],
          [{}, WRONG],
          ...radii.map(([value, code]) => [{ x: value, y: 1 }, code] as const),
          ...radii.map(([value, code]) => [{ x: 1, y: value }, code] as const),
        ],
      },
      mode: choice('pillow'),
      out: out(60),
    },
    bad: noRasters,
  },
};

/** Every kernel of `allcores/diagnostics`. */
const diagnosticsRows: Record<string, KernelRow> = {
  readMemory: {
    args: () => [new Uint8Array(20)],
    options: {},
    bad: [...noNumbers, [], [1]].map((value) => [[value], WRONG] as const),
  },
  exercise: {
    args: () => [2],
    options: { panic: { ...boolean, good: [false, undefined] } },
    bad: [
      ...[undefined, null, '2', 2n].map((value) => [[value], WRONG] as const),
      ...[-1, 0.5, Number.NaN, 2 ** 32].map((value) => [[value], RANGE] as const),
    ],
  },
};

/** The modules of kernels with a row for each kernel. */
export const modules: readonly {
  readonly name: string;
  readonly exported: Readonly<Record<string, unknown>>;
  readonly rows: Readonly<Record<string, KernelRow>>;
  /** Exports that are plain functions. */
  readonly plain: readonly string[];
}[] = [
  { name: 'allcores/numeric', exported: { ...numeric }, rows: numericRows, plain: [] },
  { name: 'allcores/factorial', exported: { ...factorial }, rows: factorialRows, plain: [] },
  { name: 'allcores/image', exported: { ...image }, rows: imageRows, plain: [] },
  {
    name: 'allcores/diagnostics',
    exported: { ...diagnostics },
    rows: diagnosticsRows,
    plain: ['machine', 'threadActivity', 'cancelThreadKernels'],
  },
];
