import { listOf, word } from './argument.ts';
import { defineFamily } from './family.ts';
import type { FactorialKernel } from './options.ts';

/**
 * The multinomial coefficient (k1 + k2 + ...)! / (k1! k2! ...): in how many ways so many things can be put into
 * boxes of these sizes. 1 for no numbers.
 *
 * From the exponents of the primes (Legendre's formula), without a division of large numbers. Exact, so the same
 * on any number of threads and for any order of the numbers.
 *
 * @param ks An array or typed array of integers from 0 to 2^53 - 1, or of bigints; their sum is below 2^64.
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `ks` is no array, or an element neither a number nor a bigint.
 * @throws {RangeError} when an element is negative, fractional or out of its range, when the sum is, when the
 *   result has more than 2^30 bits (no bigint holds it), or the call may need more than `maxMemory`.
 * @example
 * import { multinomial } from 'allcores/factorial';
 *
 * multinomial([2, 3, 4]); // 1260n
 */
export const multinomial: FactorialKernel<[ks: ArrayLike<number | bigint>], bigint> = defineFamily(
  'multinomial',
  1,
  (ks) => ({ kind: 'multinomial', integers: listOf('ks', ks, word) }),
);
