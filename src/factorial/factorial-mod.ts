import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { word } from './word.ts';

/** A residue has the type of its modulus. */
export type Residue<M extends number | bigint> = M extends bigint ? bigint : number;

/** A kernel whose result has the type of the modulus. */
export interface FactorialModKernel {
  <M extends number | bigint>(n: number | bigint, m: M, options?: object): Residue<M>;
  /** The same arguments; the options also take `signal`. */
  readonly async: <M extends number | bigint>(
    n: number | bigint,
    m: M,
    options?: RunOptions,
  ) => Promise<Residue<M>>;
}

/**
 * n! modulo m, without n!: the remainder, from 0 to m − 1.
 *
 * From n = m on it is 0 at once. Up to some million numbers are multiplied one by one, in the lanes
 * of the processor's vectors and on all cores. More take about √n steps (Bostan, Gaudry and Schost's
 * method: the values of one polynomial, moved to other points), with up to 1 GB of memory; 10^9
 * takes some milliseconds, 10^13 some seconds, and above 1.7 · 10^13 the time grows with n itself.
 * m is taken apart into its primes first; only those greater than n need that method, and where m
 * is a prime, n near m is as cheap as n near 0 (Wilson's theorem).
 *
 * Exact, so the same on any number of threads.
 *
 * @param n An integer from 0 to 2^64 − 1; above 2^53 − 1 a bigint.
 * @param m An integer from 1 to 2^63; above 2^53 − 1 a bigint. Its type is that of the result.
 * @throws {TypeError} when `n` or `m` is neither a number nor a bigint.
 * @throws {RangeError} when `n` or `m` is out of its range or not an integer.
 * @example
 * import { factorialMod } from 'allcores/factorial';
 *
 * factorialMod(10, 1_000_003); // 628791
 * factorialMod(2n ** 61n - 2n, 2n ** 61n - 1n); // 2305843009213693950n
 * await factorialMod.async(1_000_000_000, 2 ** 31 - 1, { signal: AbortSignal.timeout(10_000) }); // 1605069495
 */
export const factorialMod: FactorialModKernel = defineKernel(
  2,
  (n: number | bigint, m: number | bigint, options?: object) => {
    ownOptions(options, [], 'factorialMod');
    const checked = check(n, m);
    return like(m, call(() => native.factorialMod(...checked)) as bigint);
  },
  async (n: number | bigint, m: number | bigint, options?: RunOptions) => {
    const { signal } = ownOptions(options, ['signal'], 'factorialMod');
    const checked = check(n, m);
    return like(m, (await startJob((id) => native.startFactorialMod(id, ...checked), signal)) as bigint);
  },
) as FactorialModKernel;

function check(n: unknown, m: unknown): [n: bigint, m: bigint] {
  return [
    word('n', n, 0n, 2n ** 64n - 1n, 'from 0 to 2^64 - 1'),
    word('m', m, 1n, 2n ** 63n, 'from 1 to 2^63'),
  ];
}

function like(m: number | bigint, residue: bigint): number | bigint {
  return typeof m === 'bigint' ? residue : Number(residue);
}
