import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { type AlongOptions, type WholeOptions, withAxis } from './along-axis.ts';
import type { Shaped } from './axis.ts';
import { type NumericInput, notEmpty } from './input.ts';
import { defineReduction } from './reduction.ts';

/** A kernel that says where an element is: one index, or one for each line along an axis. */
export interface IndexKernel {
  (x: NumericInput, options: AlongOptions<Uint32Array>): Shaped<Uint32Array>;
  (x: NumericInput, options?: WholeOptions): number;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: {
    (x: NumericInput, options: AlongOptions<Uint32Array> & RunOptions): Promise<Shaped<Uint32Array>>;
    (x: NumericInput, options?: WholeOptions & RunOptions): Promise<number>;
  };
}

/**
 * The index of the least element; of equal ones the first. −0 equals +0.
 *
 * The first NaN wins over everything (`nanPolicy: 'omit'` leaves it out). The same index on any
 * number of threads; up to 1 MiB it runs on the calling thread. With an `axis`: the index within
 * each line, as a Uint32Array.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy `'propagate'` (default), `'omit'` or `'raise'`.
 * @param options.where A Uint8Array as long as `x`; elements whose byte is 0 are left out.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last.
 * @param options.keepDims Whether the reduced axis stays in the result's `shape` with length 1.
 * @param options.out With `axis`: the Uint32Array to write into. Not written to after an error.
 * @throws {RangeError} when no element takes part, a shape, axis or length does not fit, or a NaN is there
 *   under `'raise'`.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or an option is of a wrong type.
 * @example
 * import { argmin } from 'allcores/numeric';
 *
 * argmin([3, 1, 2, 1]); // 1
 * argmin([3, 1, 2, 1], { shape: [2, 2], axis: 0 }); // [1, 0]
 */
export const argmin = withAxis(
  { kind: 'argmin', result: 'Uint32Array', options: [] },
  defineReduction<object, number>({
    name: 'argmin',
    options: [],
    check: (x) => notEmpty('x', x),
    plain: (x, { mask, nan }) => native.argmin(x, mask, nan),
    start: (id, x, { mask, nan }) => native.startArgmin(id, x, mask, nan),
  }),
) as IndexKernel;
