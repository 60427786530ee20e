import { defineKernel, type ProgressOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { bigint } from './multiply.ts';
import { checkMemory, type FactorialKernel, type MemoryOptions, memoryLimit, runOptions } from './options.ts';
import { runJob, runNow } from './run.ts';

/**
 * A bigint as decimal text: what `String(x)` gives, in a fraction of its time for many digits.
 *
 * By divide and conquer with multiplications only, on all cores. For the text of a factorial take
 * `factorialString`, which needs no conversion at all.
 *
 * @param x A bigint of any sign and size.
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `x` is no bigint.
 * @throws {RangeError} when the call may need more than `maxMemory`.
 * @example
 * import { bigintToString } from 'allcores/factorial';
 *
 * bigintToString(-(2n ** 70n)); // '-1180591620717411303424'
 */
export const bigintToString: FactorialKernel<[x: bigint], string> = defineKernel<
  [x: bigint],
  MemoryOptions,
  string,
  ProgressOptions
>(
  1,
  (x, options) => {
    const maxMemory = memoryLimit(options, 'bigintToString');
    const value = bigint('x', x);
    checkMemory(maxMemory, () => needed(value));
    return runNow(() => native.bigintToString(value)) as string;
  },
  async (x, options) => {
    const { maxMemory, signal, onProgress } = runOptions(options, 'bigintToString');
    const value = bigint('x', x);
    checkMemory(maxMemory, () => needed(value));
    return (await runJob((id) => native.startBigintToString(id, value), signal, onProgress)) as string;
  },
);

function needed(x: bigint): number {
  return call(() => native.bigintMemory(native.bigintBits(x), true));
}
