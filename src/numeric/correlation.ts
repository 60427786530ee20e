import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { definePairReduction } from './pair-reduction.ts';

/**
 * Pearson's correlation of two arrays: their covariance divided by both standard deviations.
 *
 * From −1 to 1; NaN when one of the arrays does not vary, or is empty. Calculated in one pass as
 * `covariance`, also for extremely large or small values; floats of 32 and 16 bits are rounded once to
 * their type. The same value on any number of threads; up to 1 MiB it runs on the calling thread.
 *
 * @param a A typed array, read in place, or an array of numbers.
 * @param b An array of the same type and length.
 * @param options.nanPolicy `'propagate'` (default), `'omit'` (a pair with a NaN is left out) or `'raise'`.
 * @param options.where A Uint8Array as long as `a`; pairs whose byte is 0 are left out.
 * @throws {RangeError} when the lengths differ, or a NaN is there under `'raise'`.
 * @throws {TypeError} when an argument is no array of numbers, the types differ, or an option is of a wrong type.
 * @example
 * import { correlation } from 'allcores/numeric';
 *
 * correlation([1, 2, 3], [60, 50, 40]); // -1
 */
export const correlation: Kernel<[a: NumericInput, b: NumericInput], FilterOptions, number> =
  definePairReduction<object, number>({
    name: 'correlation',
    options: [],
    check: () => {},
    // Without `ddof` the addon gives the correlation.
    plain: (a, b, { mask, nan }) => native.covariance(a, b, mask, nan),
    start: (id, a, b, { mask, nan }) => native.startCovariance(id, a, b, mask, nan),
  });
