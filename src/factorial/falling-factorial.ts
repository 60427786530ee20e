import { signedWord, word } from './argument.ts';
import { defineFamily } from './family.ts';
import type { FactorialKernel } from './options.ts';

/**
 * The falling factorial n (n - 1) (n - 2) ... of `k` factors; 1 when `k` is 0.
 *
 * It is 0 when n is not negative and `k` is above n, because 0 is among the factors. A negative n is taken as
 * mathematics has it: (-3) (-4) = 12. By a product tree, or through the primes when `k` is above n / log2(n).
 * Exact, so the same on any number of threads.
 *
 * @param n A safe integer, or a bigint of less than 2^64 in magnitude.
 * @param k The number of factors, an integer from 0 to 2^53 - 1, or a bigint below 2^64.
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `n` or `k` is neither a number nor a bigint.
 * @throws {RangeError} when one is fractional or out of its range, when a factor has 2^64 or more in magnitude,
 *   when the result has more than 2^30 bits (no bigint holds it), or the call may need more than `maxMemory`.
 * @example
 * import { fallingFactorial } from 'allcores/factorial';
 *
 * fallingFactorial(10, 3); // 720n
 * fallingFactorial(3, 4); // 0n
 * fallingFactorial(-3, 3); // -60n
 */
export const fallingFactorial: FactorialKernel<[n: number | bigint, k: number | bigint], bigint> =
  defineFamily('fallingFactorial', 2, (n, k) => {
    const [first, count] = [signedWord('n', n), word('k', k)];
    if (first >= 0n) return { kind: 'fallingFactorial', integers: [first, count] };
    return { kind: 'risingFactorial', integers: [-first, count], negative: count % 2n === 1n };
  });
