import { integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';
import { windowSize } from './median.ts';

/** Options of `rankFilter`. */
export interface RankFilterOptions {
  /** Pixels of the window across and down: odd, from 1 to 255. */
  size: number;
  /** How many samples of the window are smaller: from 0 (the minimum) to `size * size - 1` (the maximum). */
  rank: number;
}

/**
 * Replaces each sample by the one of a rank among those in a square window around it.
 *
 * Channels are independent, alpha included; beyond the edges the edge pixels go on. On 8 bits the bytes of
 * Pillow 12's `RankFilter(size, rank)`. In floats NaN counts as larger than every number, as in
 * `numpy.sort`. The same bytes on any number of threads.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.size Pixels of the window across and down: odd, from 1 to 255. 1 gives a copy.
 * @param options.rank From 0 (the minimum) over `(size * size - 1) / 2` (the median) to `size * size - 1` (the
 * maximum).
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when `size` is even or out of range, `rank` is out of range, or a length does not fit.
 * @example
 * import { rankFilter } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([7, 8, 255, 9, 9]), width: 5, height: 1, channels: 1 } as const;
 * rankFilter(raster, { size: 3, rank: 8 }).data; // [ 8, 255, 255, 255, 9 ]
 */
export const rankFilter = defineFilter<RankFilterOptions>(
  'rankFilter',
  ['size', 'rank'],
  rankFilterStep,
) as FilterKernel<RankFilterOptions>;

/** The native step of `rankFilter`. */
export function rankFilterStep({ size, rank }: Partial<RankFilterOptions>): Step {
  const side = windowSize(size);
  return { rankFilter: { size: side, rank: integer('rank', rank, 0, side * side - 1) } };
}
