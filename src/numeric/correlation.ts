import { definePairs, type PairKernel } from './pairs.ts';

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
export const correlation: PairKernel<object> = definePairs<object>({
  name: 'correlation',
  options: [],
  check: () => undefined,
});
