import { defineKernel, type ProgressOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { MAX_STRING_ARGUMENT, wholeNumber } from './argument.ts';
import { checkMemory, type FactorialKernel, type MemoryOptions, memoryLimit, runOptions } from './options.ts';
import { runJob, runNow } from './run.ts';

/**
 * n! as decimal text, without a conversion between number systems: all of it is computed in decimal.
 *
 * @param n A number or bigint, an integer from 0 to 72,306,956 (V8's strings hold 536,870,888 characters).
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `n` is neither a number nor a bigint.
 * @throws {RangeError} when `n` is negative, fractional or too large, or the call may need more than `maxMemory`.
 * @example
 * import { factorialString } from 'allcores/factorial';
 *
 * factorialString(25); // '15511210043330985984000000'
 */
export const factorialString: FactorialKernel<[n: number | bigint], string> = defineKernel<
  [n: number | bigint],
  MemoryOptions,
  string,
  ProgressOptions
>(
  1,
  (n, options) => {
    const maxMemory = memoryLimit(options, 'factorialString');
    const whole = argument(n);
    checkMemory(maxMemory, () => needed(whole));
    return runNow(() => native.factorialString(whole)) as string;
  },
  async (n, options) => {
    const { maxMemory, signal, onProgress } = runOptions(options, 'factorialString');
    const whole = argument(n);
    checkMemory(maxMemory, () => needed(whole));
    return (await runJob((id) => native.startFactorialString(id, whole), signal, onProgress)) as string;
  },
);

function argument(n: unknown): number {
  return wholeNumber('n', n, MAX_STRING_ARGUMENT, 'no JavaScript string is long enough for it');
}

function needed(n: number): number {
  return call(() => native.factorialMemory('factorialString', BigUint64Array.of(BigInt(n))));
}
