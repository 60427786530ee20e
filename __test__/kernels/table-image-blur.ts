import { noRadii, noRasters, out, raster } from './image-rows.js';
import { choice, integer, type KernelRow, RANGE, VALUE, WRONG } from './rows.js';

const radius = {
  good: [0, 0.3, 1, 15, 1_000_000, { x: 2, y: 0 }, { x: 0.5, y: 3 }],
  bad: [
    ...noRadii,
    [undefined, WRONG],
    [{}, WRONG],
    ...noRadii.map(([value, code]) => [{ x: value, y: 1 }, code] as const),
    ...noRadii.map(([value, code]) => [{ x: 1, y: value }, code] as const),
    [{ x: 1, y: 1, z: 1 }, VALUE],
  ] as const,
};

/** The blurs and what sharpens. */
export const blurRows: Record<string, KernelRow> = {
  gaussianBlur: {
    args: () => [raster()],
    required: { radius: 1.5 },
    options: {
      radius,
      mode: choice('pillow', 'opencv', 'exact'),
      border: {
        ...choice('replicate', 'reflect101', 'reflect', 'wrap', 'constant'),
        beside: { mode: 'exact' },
      },
      out: out(60),
    },
    bad: noRasters,
  },
  boxBlur: {
    args: () => [raster()],
    required: { radius: 1.5 },
    options: { radius, out: out(60) },
    bad: noRasters,
  },
  unsharpMask: {
    args: () => [raster()],
    options: {
      radius: { good: [0, 0.3, 15, 1_000_000, undefined], bad: [...noRadii, [{ x: 1, y: 1 }, WRONG]] },
      percent: integer(0, 10_000, [0, 1, 10_000]),
      threshold: integer(0, 255, [0, 3, 255]),
      out: out(60),
    },
    bad: noRasters,
  },
  sharpen: {
    args: () => [raster()],
    options: {
      amount: {
        good: [0, 0.5, 1, 100, undefined],
        bad: [
          ...['1', 1n, null, [1], true, {}].map((value) => [value, WRONG] as const),
          ...[-0.1, 100.1, Number.NaN, Number.POSITIVE_INFINITY].map((value) => [value, RANGE] as const),
        ],
      },
      out: out(60),
    },
    bad: noRasters,
  },
};
