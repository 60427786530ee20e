import { word } from './argument.ts';
import { defineFamily } from './family.ts';
import type { FactorialKernel } from './options.ts';

/**
 * The binomial coefficient "n over k", n (n - 1) ... (n - k + 1) / k!; 0 when `k` is above `n`.
 *
 * From the exponents of the primes (Legendre's formula), without a division of large numbers. Exact, so the same
 * on any number of threads.
 *
 * @param n An integer from 0 to 2^53 - 1, or a bigint below 2^64.
 * @param k The same.
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `n` or `k` is neither a number nor a bigint.
 * @throws {RangeError} when one is negative, fractional or out of its range, when the result has more than 2^30
 *   bits (no bigint holds it), or the call may need more than `maxMemory`.
 * @example
 * import { binomial } from 'allcores/factorial';
 *
 * binomial(49, 6); // 13983816n
 * binomial(3, 4); // 0n
 */
export const binomial: FactorialKernel<[n: number | bigint, k: number | bigint], bigint> = defineFamily(
  'binomial',
  2,
  (n, k) => ({ kind: 'binomial', integers: [word('n', n), word('k', k)] }),
);
