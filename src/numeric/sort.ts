import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { defineInPlace } from './in-place.ts';
import type { NumericInput } from './input.ts';

/** The typed array of the same element type: a plain one for a Buffer, a Float64Array for an array of numbers. */
export type SameType<X> = X extends readonly number[] ? Float64Array : X extends Uint8Array ? Uint8Array : X;

/** Options of `sort`. */
export interface SortOptions<X> {
  /** An array of the same type and length for the result; may be `x` itself. Default: a new one. */
  out?: SameType<X>;
}

/** The kernel of `sort`. */
export interface SortKernel {
  <X extends NumericInput>(x: X, options?: SortOptions<X>): SameType<X>;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: <X extends NumericInput>(
    x: X,
    options?: SortOptions<X> & RunOptions,
  ) => Promise<SameType<X>>;
}

/**
 * The elements of an array in rising order, as `TypedArray.prototype.sort` has it: −0 before +0,
 * NaNs last. Every element keeps its bits; NaNs are ordered by theirs.
 *
 * Elements of 32 and 64 bits take private memory of the size of the input while it runs; those of
 * 8 and 16 bits are counted. The same bits on any number of threads and on every instruction set.
 * Up to 65,536 elements (262,144 of 8 and 16 bits) are sorted on the calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.out An array of the same type and length for the result. It may be `x` itself, which
 *   is then sorted in place. A call that is aborted may have written a part of it. Default: a new array.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, `out` has another type or
 *   overlaps `x` without being the same array.
 * @throws {RangeError} when `out` has another length, or there is no memory for the result.
 * @example
 * import { sort } from 'allcores/numeric';
 *
 * sort([3, -1, 2]); // [-1, 2, 3]
 */
export const sort = defineInPlace<object>({
  name: 'sort',
  options: [],
  check: () => {},
  result: (x) => ({ type: { like: x }, inPlace: true }),
  plain: (source, target) => native.sort(source, target),
  start: (id, source, target) => native.startSort(id, source, target),
}) as SortKernel;
