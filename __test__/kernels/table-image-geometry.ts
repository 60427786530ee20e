import { noRasters, out, raster, side } from './image-rows.js';
import { choice, integer, type KernelRow, type OptionRow, RANGE, WRONG } from './rows.js';

function filter(row: Partial<KernelRow>, samples = 60): KernelRow {
  return { args: () => [raster()], bad: noRasters, ...row, options: { ...row.options, out: out(samples) } };
}

const must = ({ good, bad }: OptionRow): OptionRow => ({
  good: good.filter((value) => value !== undefined),
  bad: [...bad, [undefined, WRONG]],
});
const added = { ...integer(0, 2 ** 31 - 1, [0, 1, 9]) };

/** What is no raster, as either of two arguments. */
function pairs(bad: KernelRow['bad']): KernelRow['bad'] {
  return bad.flatMap(([[value], code]) => [
    [[value, raster()], code] as const,
    [[raster(), value], code] as const,
  ]);
}

/** What moves pixels and works on alpha. */
export const geometryRows: Record<string, KernelRow> = {
  flip: filter({}),
  flop: filter({}),
  rotate90: filter({}),
  rotate180: filter({}),
  rotate270: filter({}),
  transpose: filter({}),
  autoOrient: filter({
    required: { orientation: 5 },
    options: { orientation: must(integer(1, 8, [1, 2, 3, 4, 5, 6, 7, 8])) },
  }),
  crop: filter(
    {
      required: { width: 2, height: 3 },
      options: {
        left: integer(0, 3, [0, 3]),
        top: integer(0, 1, [0, 1]),
        width: must({ ...side, good: [1, 5] }),
        height: must({ ...side, good: [1, 4] }),
      },
    },
    18,
  ),
  pad: filter({
    options: {
      left: added,
      top: added,
      right: added,
      bottom: added,
      mode: choice('constant', 'replicate', 'reflect', 'reflect101', 'wrap'),
      background: {
        good: [0, 255, -5, [1], [1, 2, 3], new Float32Array([1, 2, 3]), undefined],
        bad: [
          ...['1', null, true, {}, new BigInt64Array(3), ['1']].map((value) => [value, WRONG] as const),
          ...[Number.NaN, [], [1, 2], [1, 2, 3, 4], [1, 2, Number.POSITIVE_INFINITY]].map(
            (value) => [value, RANGE] as const,
          ),
        ],
      },
    },
  }),
  premultiply: filter({}),
  unpremultiply: filter({}),
  flatten: filter({
    options: {
      background: {
        good: [0, 255, -5, [1], [1, 2, 3], undefined],
        bad: [
          ...['1', null, true, {}, ['1']].map((value) => [value, WRONG] as const),
          ...[Number.NaN, [], [1, 2], [1, 2, 3, 4]].map((value) => [value, RANGE] as const),
        ],
      },
    },
  }),
  splitChannels: { args: () => [raster()], options: {}, bad: noRasters },
  joinChannels: {
    args: () => [[raster({ data: new Uint8Array(20), channels: 1 })]],
    options: { out: out(20) },
    samples: [],
    bad: [
      ...[undefined, null, 1, 'x', {}, [null], [1]].map((value) => [[value], WRONG] as const),
      ...[[], [raster()], Array(5).fill(raster())].map((value) => [[value], RANGE] as const),
    ],
  },
  composite: {
    args: () => [raster(), raster()],
    options: {
      left: { ...integer(-(2 ** 31) + 1, 2 ** 31 - 1, [-7, 0, 2, 100]) },
      top: { ...integer(-(2 ** 31) + 1, 2 ** 31 - 1, [-7, 0, 2, 100]) },
      blend: choice('over', 'multiply', 'xor', 'add', 'soft-light'),
      out: out(60),
    },
    samples: [],
    bad: pairs(noRasters),
  },
  blend: {
    args: () => [raster(), raster()],
    required: { alpha: 0.5 },
    options: {
      alpha: {
        good: [-1, 0, 0.25, 1, 3],
        bad: [
          ...['1', 1n, null, true, undefined].map((value) => [value, WRONG] as const),
          ...[Number.NaN, 1e7, Number.NEGATIVE_INFINITY].map((value) => [value, RANGE] as const),
        ],
      },
      out: out(60),
    },
    samples: [],
    bad: pairs(noRasters),
  },
  reduce: filter(
    { required: { factor: 2 }, options: { factor: must(integer(1, 4096, [1, 2, 3, 4096])) } },
    18,
  ),
};
