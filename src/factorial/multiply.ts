import { argumentError, expected } from '../internal/check.ts';
import { defineKernel, type ProgressOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { checkMemory, type FactorialKernel, type MemoryOptions, memoryLimit, runOptions } from './options.ts';
import { runJob, runNow } from './run.ts';

/**
 * a * b, for bigints of any sign and size.
 *
 * Up to some thousand digits `a * b` is faster: here both numbers are copied, and so is the result. Large ones
 * are multiplied on all cores. Exact, so the same on any number of threads.
 *
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `a` or `b` is no bigint.
 * @throws {RangeError} when the product has more than 2^30 bits, which no bigint holds, or the call may need more
 *   than `maxMemory`.
 * @example
 * import { multiply } from 'allcores/factorial';
 *
 * multiply(-(2n ** 70n), 3n); // -3541774862152233910272n
 */
export const multiply: FactorialKernel<[a: bigint, b: bigint], bigint> = defineKernel<
  [a: bigint, b: bigint],
  MemoryOptions,
  bigint,
  ProgressOptions
>(
  2,
  (a, b, options) => {
    const maxMemory = memoryLimit(options, 'multiply');
    const [x, y] = [bigint('a', a), bigint('b', b)];
    checkMemory(maxMemory, () => needed(x, y));
    return runNow(() => native.multiplyBigints(x, y)) as bigint;
  },
  async (a, b, options) => {
    const { maxMemory, signal, onProgress } = runOptions(options, 'multiply');
    const [x, y] = [bigint('a', a), bigint('b', b)];
    checkMemory(maxMemory, () => needed(x, y));
    return (await runJob((id) => native.startMultiplyBigints(id, x, y), signal, onProgress)) as bigint;
  },
);

/** A bigint. */
export function bigint(name: string, value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a bigint', value));
}

function needed(a: bigint, b: bigint): number {
  return call(() => native.bigintMemory(native.bigintBits(a) + native.bigintBits(b), false));
}
