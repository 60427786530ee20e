import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { type Adding, checkAdding, type SumOptions } from './adding.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { definePairReduction } from './pair-reduction.ts';
import type { SumResult } from './sum.ts';

/** The kernel of `dot`. */
export interface DotKernel {
  <X extends NumericInput, O extends SumOptions & FilterOptions = SumOptions>(
    a: X,
    b: X,
    options?: O,
  ): SumResult<X, O>;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: <X extends NumericInput, O extends SumOptions & FilterOptions = SumOptions>(
    a: X,
    b: X,
    options?: O & RunOptions,
  ) => Promise<SumResult<X, O>>;
}

/**
 * The dot product: the sum of the products of elements at the same index.
 *
 * Floats: each product is rounded, then added over the tree of `sum`; never fused, so every
 * machine gives the same bits. Integers: exact (numpy wraps), rounded once or given as a bigint.
 * Empty: 0. A pair with a NaN on either side is what `omit` leaves out.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * @param a A typed array, read in place, or an array of numbers.
 * @param b An array of the same type and length.
 * @param options.precision How floats are added up, as for `sum`. Default `pairwise`.
 * @param options.bigint The exact result as a bigint, for integer arrays. Default false.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when an argument is no array of numbers, the types differ, or `bigint` is asked of floats.
 * @throws {RangeError} when the lengths differ, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { dot } from 'allcores/numeric';
 *
 * dot([1, 2, 3], [4, 5, 6]); // 32
 */
export const dot = definePairReduction<SumOptions, unknown, Adding>({
  name: 'dot',
  options: ['precision', 'bigint'],
  check: checkAdding,
  plain: (a, b, { mask, nan }, { how, bigint }) => native.dot(a, b, mask, nan, how, bigint),
  start: (id, a, b, { mask, nan }, { how, bigint }) => native.startDot(id, a, b, mask, nan, how, bigint),
}) as DotKernel;
