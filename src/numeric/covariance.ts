import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { definePairReduction } from './pair-reduction.ts';
import { ddofOption } from './variance.ts';

/** Options of `covariance`. */
export interface CovarianceOptions {
  /** The divisor is the number of pairs minus this: 0 for a population, 1 for a sample. Default 0. */
  ddof?: number;
}

/**
 * The covariance of two arrays: the mean product of the distances from both means.
 *
 * One pass over memory: blocks of up to 1,024 pairs are reduced inside the cache and merged by the formula
 * of Chan, Golub and LeVeque in a fixed order, within 1e-13 of the exact value, relative to the product of
 * both standard deviations. Nothing overflows or underflows on the way: arrays whose values are extremely
 * large or small are scaled and read again. Floats of 32 and 16 bits are calculated as doubles and rounded
 * once; integers, bigints too, are added exactly and rounded once to a double. The same value on any number
 * of threads; up to 1 MiB it runs on the calling thread. NaN when `ddof` is not below the number of pairs.
 *
 * numpy's `np.cov` gives a matrix and has `ddof` 1; this is `np.cov(a, b, ddof=0)[0, 1]`.
 *
 * @param a A typed array, read in place, or an array of numbers.
 * @param b An array of the same type and length.
 * @param options.ddof An integer from 0. Default 0.
 * @param options.nanPolicy `'propagate'` (default), `'omit'` (a pair with a NaN is left out) or `'raise'`.
 * @param options.where A Uint8Array as long as `a`; pairs whose byte is 0 are left out.
 * @throws {RangeError} when the lengths differ, `ddof` is negative or fractional, or a NaN is there under `'raise'`.
 * @throws {TypeError} when an argument is no array of numbers, the types differ, or an option is of a wrong type.
 * @example
 * import { covariance } from 'allcores/numeric';
 *
 * covariance([1, 2, 3], [2, 4, 6], { ddof: 1 }); // 2
 */
export const covariance: Kernel<
  [a: NumericInput, b: NumericInput],
  CovarianceOptions & FilterOptions,
  number
> = definePairReduction<CovarianceOptions, number, number>({
  name: 'covariance',
  options: ['ddof'],
  check: (_, { ddof }) => ddofOption(ddof),
  plain: (a, b, { mask, nan }, ddof) => native.covariance(a, b, mask, nan, ddof),
  start: (id, a, b, { mask, nan }, ddof) => native.startCovariance(id, a, b, mask, nan, ddof),
});
