import { noRasters, out, raster } from './image-rows.js';
import { type Code, type KernelRow, type OptionRow, RANGE, VALUE, WRONG } from './rows.js';

const integers = ['Uint8Array', 'Uint8ClampedArray', 'Uint16Array'];
const noNumber: readonly (readonly [unknown, Code])[] = ['1', 1n, null, [1], true, {}].map(
  (value) => [value, WRONG] as const,
);

/** A number from `min` to `max` that must be given. */
function number(min: number, max: number, good: readonly number[]): OptionRow {
  const outside = [min - 1, max * 2 + 1, Number.NaN, Number.POSITIVE_INFINITY];
  return {
    good,
    bad: [...noNumber, [undefined, WRONG], ...outside.map((value) => [value, RANGE] as const)],
  };
}

const any: OptionRow = {
  good: [-1e9, 0, 90.5, 1e300],
  bad: [
    ...noNumber,
    [undefined, WRONG],
    ...[Number.NaN, Number.NEGATIVE_INFINITY].map((value) => [value, RANGE] as const),
  ],
};

const factor = number(0, 1_000_000, [0, 0.5, 1, 2]);
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const noEnds: OptionRow['bad'] = [
  ...['1', null, [1, 2], true].map((value) => [value, WRONG] as const),
  [{}, WRONG],
  [{ low: '1', high: 2 }, WRONG],
  [{ low: 1 }, WRONG],
  [{ low: -1, high: 2 }, RANGE],
  [{ low: 1, high: 101 }, RANGE],
  [{ low: 1, high: 99, middle: 2 }, VALUE],
];

function filter(row: Partial<KernelRow>): KernelRow {
  return { args: () => [raster()], bad: noRasters, ...row, options: { ...row.options, out: out(60) } };
}

/** What changes values and colours. */
export const colourRows: Record<string, KernelRow> = {
  grayscale: { args: () => [raster()], options: { out: out(20) }, bad: noRasters },
  invert: filter({}),
  threshold: filter({ required: { value: 128 }, options: { value: any } }),
  gamma: filter({ required: { gamma: 2 }, options: { gamma: number(0.001, 1000, [0.001, 0.5, 1, 1000]) } }),
  lut: filter({
    required: { lut: Array(256).fill(7) },
    samples: integers.slice(0, 2),
    otherSamples: { Uint16Array: RANGE },
    options: {
      lut: {
        good: [Array(256).fill(0), new Uint8Array(256), new Float64Array(256), Array(768).fill(255)],
        bad: [
          ...[undefined, null, 1, 'x', {}, new BigInt64Array(256)].map((value) => [value, WRONG] as const),
          ...[[], [1], Array(512).fill(1), Array(256).fill(256), Array(256).fill(-1)].map(
            (value) => [value, RANGE] as const,
          ),
          [Array(256).fill('1'), WRONG],
        ],
      },
    },
  }),
  brightness: filter({ required: { factor: 1.5 }, options: { factor } }),
  contrast: filter({ required: { factor: 1.5 }, options: { factor } }),
  saturation: filter({ required: { factor: 1.5 }, options: { factor } }),
  hue: filter({ required: { degrees: 30 }, options: { degrees: any } }),
  sepia: filter({
    options: {
      factor: {
        good: [0, 0.5, 1, undefined],
        bad: [...noNumber, ...[-0.1, 1.1, Number.NaN].map((value) => [value, RANGE] as const)],
      },
    },
  }),
  colorMatrix: filter({
    required: { matrix: identity },
    options: {
      matrix: {
        good: [identity, Array(12).fill(0.1), new Float32Array(9)],
        bad: [
          ...[undefined, null, 1, '123456789', {}, new BigInt64Array(9)].map(
            (value) => [value, WRONG] as const,
          ),
          ...[[], Array(10).fill(1), Array(9).fill(Number.NaN)].map((value) => [value, RANGE] as const),
          [Array(9).fill('1'), WRONG],
        ],
      },
    },
  }),
  autocontrast: filter({
    samples: integers,
    options: {
      cutoff: {
        good: [0, 2.5, 50, { low: 0, high: 100 }, undefined],
        bad: [...noEnds, ...[-1, 101, Number.NaN].map((value) => [value, RANGE] as const)],
      },
    },
  }),
  normalize: filter({
    samples: integers,
    options: {
      percentiles: {
        good: [{ low: 0, high: 100 }, { low: 10, high: 10.5 }, undefined],
        bad: [...noEnds, [5, WRONG], [{ low: 50, high: 50 }, RANGE], [{ low: 60, high: 50 }, RANGE]],
      },
    },
  }),
  equalize: filter({ samples: integers }),
  histogram: { args: () => [raster()], options: {}, samples: integers, bad: noRasters },
};
