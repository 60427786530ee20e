import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { type Adding, addingAlong, checkAdding, type SumOptions } from './adding.ts';
import { type AlongOptions, type WholeOptions, withAxis } from './along-axis.ts';
import type { Shaped } from './axis.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/** The type of a sum: decided by the array's type and the options, never by the value. */
export type SumResult<X, O> = X extends BigInt64Array | BigUint64Array
  ? bigint
  : O extends { bigint: true }
    ? bigint
    : number;

/** A kernel whose result is a number, or a bigint where the input or the options say so. */
export interface SumKernel {
  (x: NumericInput, options: SumOptions & AlongOptions<Float64Array>): Shaped<Float64Array>;
  <X extends NumericInput, O extends SumOptions & WholeOptions = SumOptions>(
    x: X,
    options?: O,
  ): SumResult<X, O>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: {
    (
      x: NumericInput,
      options: SumOptions & AlongOptions<Float64Array> & RunOptions,
    ): Promise<Shaped<Float64Array>>;
    <X extends NumericInput, O extends SumOptions & WholeOptions = SumOptions>(
      x: X,
      options?: O & RunOptions,
    ): Promise<SumResult<X, O>>;
  };
}

/**
 * The sum of an array.
 *
 * Doubles are added by numpy's pairwise tree, so the result has the bits of `np.sum` on a flat
 * array, and with `omit` those of `np.nansum`; narrower floats are added as doubles over the same
 * tree and rounded once; integers are added exactly and rounded once (or not at all, as a bigint).
 * Empty: 0.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * With an `axis`: a Float64Array, one result for each line, that knows its `shape`. The last axis gives what
 * the kernel gives of each slice, bit for bit. Other axes add their
 * rows in groups of 64, one row after the other, and the groups along a binary tree; tables of less than 32
 * columns first put together rows that lie side by side. The order depends on the shape only.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.precision How floats are added up: `pairwise`, `exact` or `fast`. Default `pairwise`.
 * @param options.bigint The exact result as a bigint, for integer arrays. Default false.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last. Default: the whole array.
 * @param options.keepDims With `axis`: whether it stays in the result's `shape` with length 1. Default false.
 * @param options.out With `axis`: the Float64Array to write into, left alone by an error. Default: a new one.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or `bigint` is asked of floats.
 * @throws {RangeError} when `shape` or `out` has another length, or `axis` is none of the shape's.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { sum } from 'allcores/numeric';
 *
 * sum(new Float64Array([0.5, 0.25])); // 0.75
 * await sum.async(new Uint8Array([200, 100]), { signal: AbortSignal.timeout(1000) }); // 300
 * sum([1, 2, 3, 4], { shape: [2, 2], axis: 0 }); // [4, 6]
 * sum([1, Number.NaN, 4], { nanPolicy: 'omit' }); // 5
 */
export const sum = withAxis(
  addingAlong('sum'),
  defineReduction<SumOptions, unknown, Adding>({
    name: 'sum',
    quick: 0,
    options: ['precision', 'bigint'],
    check: checkAdding,
    plain: (x, { mask, nan }, { how, bigint }) => native.sum(x, mask, nan, how, bigint),
    start: (id, x, { mask, nan }, { how, bigint }) => native.startSum(id, x, mask, nan, how, bigint),
  }),
) as SumKernel;
