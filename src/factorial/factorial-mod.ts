import { defineKernel, type ProgressOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { checkMemory, type MemoryOptions, memoryLimit, runOptions } from './options.ts';
import { runJob, runNow } from './run.ts';
import { word } from './word.ts';

/** A residue has the type of its modulus. */
export type Residue<M extends number | bigint> = M extends bigint ? bigint : number;

/** A kernel whose result has the type of the modulus. */
export interface FactorialModKernel {
  <M extends number | bigint>(n: number | bigint, m: M, options?: MemoryOptions): Residue<M>;
  /** The same arguments; the options also take `signal` and `onProgress`. */
  readonly async: <M extends number | bigint>(
    n: number | bigint,
    m: M,
    options?: MemoryOptions & ProgressOptions,
  ) => Promise<Residue<M>>;
}

/**
 * n! modulo m, without n!: the remainder, from 0 to m − 1.
 *
 * From n = m on it is 0 at once. Up to 500 million numbers are multiplied one by one, in the lanes of
 * the processor's vectors and on all cores: some hundred million in a tenth of a second. More take
 * about √n steps (Bostan, Gaudry and Schost's method: the values of one polynomial, moved to other
 * points); from 1.7 · 10^13 on, where that takes some gigabytes, the time grows with n itself. m is
 * taken apart into its primes first; only those greater than n need all this, and where m is a prime,
 * n near m is as cheap as n near 0 (Wilson's theorem).
 *
 * Exact, so the same on any number of threads.
 *
 * @param n An integer from 0 to 2^64 − 1; above 2^53 − 1 a bigint.
 * @param m An integer from 1 to 2^63; above 2^53 − 1 a bigint. Its type is that of the result.
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `n` or `m` is neither a number nor a bigint.
 * @throws {RangeError} when `n` or `m` is out of its range or not an integer, or the call may need more
 *   than `maxMemory`.
 * @example
 * import { factorialMod } from 'allcores/factorial';
 *
 * factorialMod(10, 1_000_003); // 628791
 * factorialMod(2n ** 61n - 2n, 2n ** 61n - 1n); // 2305843009213693950n
 * await factorialMod.async(1_000_000_000, 2 ** 31 - 1, { signal: AbortSignal.timeout(10_000) }); // 1289569604
 */
export const factorialMod: FactorialModKernel = defineKernel(
  2,
  (n: number | bigint, m: number | bigint, options?: MemoryOptions) => {
    const maxMemory = memoryLimit(options, 'factorialMod');
    const checked = check(n, m);
    checkMemory(maxMemory, () => needed(checked));
    return like(m, runNow(() => native.factorialMod(...checked)) as bigint);
  },
  async (n: number | bigint, m: number | bigint, options?: MemoryOptions & ProgressOptions) => {
    const { maxMemory, signal, onProgress } = runOptions(options, 'factorialMod');
    const checked = check(n, m);
    checkMemory(maxMemory, () => needed(checked));
    const start = (id: number) => native.startFactorialMod(id, ...checked);
    return like(m, (await runJob(start, signal, onProgress)) as bigint);
  },
) as FactorialModKernel;

function needed(checked: readonly bigint[]): number {
  return call(() => native.factorialMemory('factorialMod', BigUint64Array.from(checked)));
}

function check(n: unknown, m: unknown): [n: bigint, m: bigint] {
  return [
    word('n', n, 0n, 2n ** 64n - 1n, 'from 0 to 2^64 - 1'),
    word('m', m, 1n, 2n ** 63n, 'from 1 to 2^63'),
  ];
}

function like(m: number | bigint, residue: bigint): number | bigint {
  return typeof m === 'bigint' ? residue : Number(residue);
}
