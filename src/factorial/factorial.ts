import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { MAX_BIGINT_ARGUMENT, wholeNumber } from './argument.ts';

/**
 * n!, the product of the integers from 1 to n; 0! is 1.
 *
 * Computed by Luschny's prime swing, with the product trees and the large products on all cores.
 * To print it, take `factorialString`: V8's own conversion of a large bigint is slow.
 *
 * @param n A number or bigint, an integer from 0 to 44,787,927 (V8's bigints hold 2^30 bits).
 * @throws {TypeError} when `n` is neither a number nor a bigint.
 * @throws {RangeError} when `n` is negative, fractional or too large.
 * @example
 * import { factorial } from 'allcores/factorial';
 *
 * factorial(20); // 2432902008176640000n
 * await factorial.async(100_000, { signal: AbortSignal.timeout(10_000) });
 */
export const factorial: Kernel<[n: number | bigint], object, bigint> = defineKernel(
  1,
  (n: number | bigint, options?: object) => {
    ownOptions(options, [], 'factorial');
    const whole = argument(n);
    return call(() => native.factorial(whole)) as bigint;
  },
  async (n: number | bigint, options?: RunOptions) => {
    const { signal } = ownOptions(options, ['signal'], 'factorial');
    const whole = argument(n);
    return (await startJob((id) => native.startFactorial(id, whole), signal)) as bigint;
  },
);

function argument(n: unknown): number {
  return wholeNumber('n', n, MAX_BIGINT_ARGUMENT, 'factorialString() goes up to 72306956');
}
