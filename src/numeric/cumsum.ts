import { defineScan } from './scan.ts';

/**
 * The running sums of an array: element `i` is the sum of the first `i + 1` elements.
 *
 * Floats and integers of up to 32 bits are added as doubles, into a Float64Array. The order depends
 * on the length only: rows of eight, in blocks of 65,536. So the last bits differ from numpy's, which
 * adds one after the other; the error is at most about (8,200 + n / 65,536) · 2^-53, relative to the
 * sum of the magnitudes, where numpy's bound is n · 2^-53. Sums of integers are exact as long as they
 * stay below 2^53 in magnitude. Sums of numbers that are not negative never fall. BigInt arrays are
 * added exactly, into a BigInt64Array, and nothing wraps.
 *
 * The same bits on any number of threads and on every instruction set. Up to 131,072 elements it runs
 * on the calling thread alone. A new result costs more time than the sums (the system must clear its
 * pages): give `out` where you can.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy What a NaN does: `propagate` (all results from it on are NaN), `omit` (it
 *   counts as 0) or `raise`. Default `propagate`.
 * @param options.out A Float64Array, or a BigInt64Array for BigInt arrays, of the length of `x`. It may
 *   be `x` itself. A call that is aborted may have written a part of it. Default: a new array.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, `out` has another type or
 *   overlaps `x` without being the same array.
 * @throws {RangeError} when `out` has another length, a NaN meets `nanPolicy: 'raise'`, a running sum of a
 *   BigInt array is below -2^63 or above 2^63 - 1 (`out` is untouched then), or there is no memory.
 * @example
 * import { cumsum } from 'allcores/numeric';
 *
 * cumsum([1, 2, 4]); // [1, 3, 7]
 * cumsum(new BigInt64Array([5n, -7n])); // [5n, -2n]
 */
export const cumsum = defineScan('cumsum', false);
