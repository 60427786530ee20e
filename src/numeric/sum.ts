import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { NumericInput } from './input.ts';
import { bigintOption, defineReduction } from './reduction.ts';

/** Options of the kernels that add up integers exactly. */
export interface SumOptions {
  /** The exact result as a bigint. For integer arrays only; the 64-bit ones always give a bigint. Default false. */
  bigint?: boolean;
}

/** The type of a sum: decided by the array's type and the options, never by the value. */
export type SumResult<X, O> = X extends BigInt64Array | BigUint64Array
  ? bigint
  : O extends { bigint: true }
    ? bigint
    : number;

/** A kernel whose result is a number, or a bigint where the input or the options say so. */
export interface SumKernel {
  <X extends NumericInput, O extends SumOptions = SumOptions>(x: X, options?: O): SumResult<X, O>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: <X extends NumericInput, O extends SumOptions = SumOptions>(
    x: X,
    options?: O & RunOptions,
  ) => Promise<SumResult<X, O>>;
}

/**
 * The sum of an array.
 *
 * Doubles are added by numpy's pairwise tree, so the result has the bits of `np.sum` on a flat
 * array; floats of 32 bits are added as doubles over the same tree and rounded once; integers
 * are added exactly and rounded once (or not at all, as a bigint). Empty: 0. The same value on
 * any number of threads and on every instruction set. Up to 1 MiB it runs on the calling thread.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.bigint The exact result as a bigint, for integer arrays. Default false.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or `bigint` is asked of floats.
 * @example
 * import { sum } from 'allcores/numeric';
 *
 * sum(new Float64Array([0.5, 0.25])); // 0.75
 * await sum.async(new Uint8Array([200, 100]), { signal: AbortSignal.timeout(1000) }); // 300
 */
export const sum = defineReduction<SumOptions, unknown>({
  name: 'sum',
  options: ['bigint'],
  check: (x, { bigint }) => void bigintOption(x, bigint),
  plain: (x, { bigint }) => native.sum(x, bigint === true),
  start: (id, x, { bigint }) => native.startSum(id, x, bigint === true),
}) as SumKernel;
