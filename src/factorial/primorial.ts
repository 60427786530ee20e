import { wholeNumber } from './argument.ts';
import { defineFamily } from './family.ts';
import type { FactorialKernel } from './options.ts';

/** The largest n whose primorial fits a bigint. */
const MAX_ARGUMENT = 744_287_446;

/**
 * n#, the product of the primes up to and including n; 1 below 2.
 *
 * By a segmented sieve and a product tree. Exact, so the same on any number of threads.
 *
 * @param n A number or bigint, an integer from 0 to 744,287,446 (V8's bigints hold 2^30 bits).
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `n` is neither a number nor a bigint.
 * @throws {RangeError} when `n` is negative, fractional or too large, or the call may need more than `maxMemory`.
 * @example
 * import { primorial } from 'allcores/factorial';
 *
 * primorial(12); // 2310n
 */
export const primorial: FactorialKernel<[n: number | bigint], bigint> = defineFamily('primorial', 1, (n) => ({
  kind: 'primorial',
  integers: [BigInt(wholeNumber('n', n, MAX_ARGUMENT, 'no bigint is long enough for it'))],
}));
