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
  reduce: filter(
    { required: { factor: 2 }, options: { factor: must(integer(1, 4096, [1, 2, 3, 4096])) } },
    18,
  ),
};
