import { defineScan } from './scan.ts';

/**
 * The running products of an array: element `i` is the product of the first `i + 1` elements.
 *
 * Floats and integers of up to 32 bits are multiplied as doubles, one after the other, into a
 * Float64Array: for doubles the bits of `np.cumprod`. Products of integers are exact as long as they
 * stay below 2^53 in magnitude. BigInt arrays are multiplied exactly, into a BigInt64Array, and nothing
 * wraps.
 *
 * The same bits on any number of threads and on every instruction set. Products of doubles run on one
 * thread, which takes about three times as long as `cumsum` does on two.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy What a NaN does: `propagate` (all results from it on are NaN), `omit` (it
 *   counts as 1) or `raise`. Default `propagate`.
 * @param options.out A Float64Array, or a BigInt64Array for BigInt arrays, of the length of `x`. It may
 *   be `x` itself. A call that is aborted may have written a part of it. Default: a new array.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, `out` has another type or
 *   overlaps `x` without being the same array.
 * @throws {RangeError} when `out` has another length, a NaN meets `nanPolicy: 'raise'`, a running product of
 *   a BigInt array is below -2^63 or above 2^63 - 1 (`out` is untouched then), or there is no memory.
 * @example
 * import { cumprod } from 'allcores/numeric';
 *
 * cumprod([2, 3, 4]); // [2, 6, 24]
 */
export const cumprod = defineScan('cumprod', true);
