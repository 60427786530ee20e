import { defineKernel, type ProgressOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { MAX_BIGINT_ARGUMENT, wholeNumber } from './argument.ts';
import { checkMemory, type FactorialKernel, type MemoryOptions, memoryLimit, runOptions } from './options.ts';
import { runJob, runNow } from './run.ts';
import { sharedFactorials } from './sharing.ts';

/**
 * n!, the product of the integers from 1 to n; 0! is 1.
 *
 * Computed by Luschny's prime swing, with the product trees and the large products on all cores; exact, so the
 * same on any number of threads. To print it, take `factorialString`: V8's own conversion of a large bigint is
 * slow. A pool that maps it (`pool.map(factorial, ns)`) shares work between the items, as `factorialAll` does.
 *
 * @param n A number or bigint, an integer from 0 to 44,787,927 (V8's bigints hold 2^30 bits).
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `n` is neither a number nor a bigint.
 * @throws {RangeError} when `n` is negative, fractional or too large, or the call may need more than `maxMemory`.
 * @example
 * import { factorial } from 'allcores/factorial';
 *
 * factorial(20); // 2432902008176640000n
 * await factorial.async(100_000, { signal: AbortSignal.timeout(10_000) });
 */
export const factorial: FactorialKernel<[n: number | bigint], bigint> = defineKernel<
  [n: number | bigint],
  MemoryOptions,
  bigint,
  ProgressOptions
>(
  1,
  (n, options) => {
    const maxMemory = memoryLimit(options, 'factorial');
    const whole = argument('n', n);
    checkMemory(maxMemory, () => needed(whole));
    return runNow(() => native.factorial(whole)) as bigint;
  },
  async (n, options) => {
    const { maxMemory, signal, onProgress } = runOptions(options, 'factorial');
    const whole = argument('n', n);
    checkMemory(maxMemory, () => needed(whole));
    return (await runJob((id) => native.startFactorial(id, whole), signal, onProgress)) as bigint;
  },
  sharedFactorials((item) => argument('n', item)),
);

/** An n whose factorial fits a bigint. */
export function argument(name: string, n: unknown): number {
  return wholeNumber(name, n, MAX_BIGINT_ARGUMENT, 'factorialString() goes up to 72306956');
}

function needed(n: number): number {
  return call(() => native.factorialMemory('factorial', BigUint64Array.of(BigInt(n))));
}
