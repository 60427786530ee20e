import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { safeInteger } from './word.ts';

/**
 * The number of zeros at the end of n!, written in any base.
 *
 * By Legendre's formula, without n!: the exponent of a prime p in n! is ⌊n/p⌋ + ⌊n/p²⌋ + …, and the
 * result is the least of these over the exponents of the primes in the base. It takes a few
 * microseconds, and up to half a millisecond for a base with two large primes.
 *
 * @param n A number or bigint, an integer from 0 to 2^53 − 1.
 * @param base A number or bigint, an integer from 2 to 2^53 − 1. Default 10.
 * @throws {TypeError} when `n` or `base` is neither a number nor a bigint.
 * @throws {RangeError} when `n` or `base` is out of its range or not an integer.
 * @example
 * import { trailingZeros } from 'allcores/factorial';
 *
 * trailingZeros(25); // 6
 * trailingZeros(1_000_000, 16); // 249998
 */
export const trailingZeros: Kernel<[n: number | bigint, base?: number | bigint | undefined], object, number> =
  defineKernel(
    2,
    (n: number | bigint, base?: number | bigint, options?: object) => {
      ownOptions(options, [], 'trailingZeros');
      const checked = check(n, base);
      return call(() => native.trailingZeros(...checked)) as number;
    },
    async (n: number | bigint, base?: number | bigint, options?: RunOptions) => {
      const { signal } = ownOptions(options, ['signal'], 'trailingZeros');
      const checked = check(n, base);
      return (await startJob((id) => native.startTrailingZeros(id, ...checked), signal)) as number;
    },
  );

function check(n: unknown, base: unknown = 10): [n: number, base: number] {
  return [safeInteger('n', n, 0), safeInteger('base', base, 2)];
}
