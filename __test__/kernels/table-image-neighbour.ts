import { noRasters, out, raster } from './image-rows.js';
import { choice, integer, type KernelRow, type OptionRow, RANGE, WRONG } from './rows.js';

const even: OptionRow['bad'] = [0, 2, 4, 254].map((value) => [value, RANGE] as const);

/** Odd integers from 1 to 255. */
function odd(good: readonly number[]): OptionRow {
  const { bad } = integer(1, 255, []);
  return { good, bad: [...bad, ...even] };
}

const required = { ...odd([1, 3, 9]), bad: [...odd([]).bad, [undefined, WRONG]] } satisfies OptionRow;

const extent = integer(1, 1_000_000, [1, 2, 15, 1_000_000]);

const morphology: KernelRow = {
  args: () => [raster()],
  required: { width: 3, height: 2 },
  options: {
    size: { good: [1, 2, 15], bad: extent.bad, beside: { width: undefined, height: undefined } },
    width: { good: [1, 2, 15, 1_000_000], bad: [...extent.bad, [undefined, WRONG]] },
    height: { good: [1, 2, 15, 1_000_000], bad: [...extent.bad, [undefined, WRONG]] },
    iterations: extent,
    out: out(60),
  },
  bad: noRasters,
};

const large: OptionRow['bad'] = [
  ...['1', 1n, true, null, {}, [1]].map((value) => [value, WRONG] as const),
  ...[1e39, -1e39, Number.NaN, Number.POSITIVE_INFINITY].map((value) => [value, RANGE] as const),
];

/** What looks at the neighbours of each pixel. */
export const neighbourRows: Record<string, KernelRow> = {
  median: {
    args: () => [raster()],
    required: { size: 3 },
    options: { size: required, out: out(60) },
    bad: noRasters,
  },
  rankFilter: {
    args: () => [raster()],
    required: { size: 3, rank: 4 },
    options: {
      size: { ...required, beside: { rank: 0 } },
      rank: { good: [0, 1, 8], bad: [...integer(0, 8, []).bad, [undefined, WRONG]] },
      out: out(60),
    },
    bad: noRasters,
  },
  erode: morphology,
  dilate: morphology,
  convolve: {
    args: () => [raster()],
    required: { kernel: [1, 0, 2, 0, 3, 0, 4, 0, 5] },
    options: {
      kernel: {
        good: [[1], Array(9).fill(0.5), Array(49).fill(-1), [0]],
        bad: [
          ...[undefined, null, 1, '1', {}, new Float32Array(9), ['1'], [null], Array(9)].map(
            (value) => [value, WRONG] as const,
          ),
          ...[[], [1, 2], Array(4).fill(1), Array(257 * 257).fill(1), [Number.NaN], [1e39]].map(
            (value) => [value, RANGE] as const,
          ),
        ],
      },
      width: { ...odd([]), good: [1, 3, 9, undefined] },
      height: { ...odd([]), good: [1, 3, 9, undefined] },
      scale: { good: [1, -2.5, 1e-3, undefined], bad: [...large, [0, RANGE], [-0, RANGE], [1e-39, RANGE]] },
      offset: { good: [0, -2.5, 1e9, undefined], bad: large },
      border: choice('replicate', 'reflect101', 'reflect', 'constant', 'wrap', 'copy'),
      out: out(60),
    },
    bad: noRasters,
  },
  sobel: {
    args: () => [raster()],
    options: {
      dx: { ...integer(0, 2, [0, 1, 2]), beside: { dy: 1 } },
      dy: { ...integer(0, 2, [0, 1, 2]), beside: { dx: 1 } },
      out: out(60),
    },
    bad: noRasters,
  },
};
