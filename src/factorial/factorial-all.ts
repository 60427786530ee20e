import { defineKernel, type ProgressOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { listOf } from './argument.ts';
import { argument } from './factorial.ts';
import { checkMemory, type FactorialKernel, type MemoryOptions, memoryLimit, runOptions } from './options.ts';
import { runNow } from './run.ts';
import { runChains } from './run-chains.ts';

/**
 * The factorials of many numbers, in the order of the numbers, with shared work: each is made from the next
 * smaller one. Equal numbers have one result between them.
 *
 * Numbers that lie close together cost little more than the largest alone; where the distance is large, a
 * factorial is made from scratch. Exact, so the same on any number of threads. The async form hands its results
 * over in steps of some megabytes, so that the event loop stays free; `pool.map` and `pool.imap` of `factorial`
 * share work in the same way.
 *
 * @param ns An array or typed array of numbers or bigints, integers from 0 to 44,787,927, in any order.
 * @param options.maxMemory Bytes that the call may take, all results together. Default: no limit.
 * @throws {TypeError} when `ns` is no array, or an element neither a number nor a bigint.
 * @throws {RangeError} when an element is negative, fractional or too large, or the call may need more than
 *   `maxMemory`.
 * @example
 * import { factorialAll } from 'allcores/factorial';
 *
 * factorialAll([5, 3, 20, 3]); // [120n, 6n, 2432902008176640000n, 6n]
 */
export const factorialAll: FactorialKernel<[ns: ArrayLike<number | bigint>], bigint[]> = defineKernel<
  [ns: ArrayLike<number | bigint>],
  MemoryOptions,
  bigint[],
  ProgressOptions
>(
  1,
  (ns, options) => {
    const maxMemory = memoryLimit(options, 'factorialAll');
    const whole = listOf('ns', ns, argument);
    const keys = rising(whole);
    checkMemory(maxMemory, () => needed(keys));
    const results = runNow(() => native.factorialAll(Uint32Array.from(keys))) as bigint[];
    return inOrder(whole, keys, results);
  },
  async (ns, options) => {
    const { maxMemory, signal, onProgress } = runOptions(options, 'factorialAll');
    const whole = listOf('ns', ns, argument);
    const keys = rising(whole);
    checkMemory(maxMemory, () => needed(keys));
    return inOrder(whole, keys, await runChains(keys, signal, onProgress));
  },
);

function rising(ns: readonly number[]): number[] {
  return [...new Set(ns)].sort((a, b) => a - b);
}

function inOrder(ns: readonly number[], keys: readonly number[], results: readonly bigint[]): bigint[] {
  const found = new Map(keys.map((key, index) => [key, results[index] as bigint]));
  return ns.map((n) => found.get(n) as bigint);
}

function needed(keys: readonly number[]): number {
  return call(() => native.factorialMemory('factorialAll', BigUint64Array.from(keys, BigInt)));
}
