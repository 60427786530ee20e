import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { Element } from './extremes.ts';
import type { FilterOptions } from './filter.ts';
import { type NumericInput, notEmpty } from './input.ts';
import { defineReduction } from './reduction.ts';

/** The least and the greatest element. */
export interface Extremes<T> {
  readonly min: T;
  readonly max: T;
}

/** The kernel of `minmax`. */
export interface ExtremesKernel {
  <X extends NumericInput>(x: X, options?: FilterOptions): Extremes<Element<X>>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: <X extends NumericInput>(
    x: X,
    options?: FilterOptions & RunOptions,
  ) => Promise<Extremes<Element<X>>>;
}

/**
 * The least and the greatest element of an array; memory is read once.
 *
 * Each is what `min` and `max` give.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when nothing takes part, the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { minmax } from 'allcores/numeric';
 *
 * minmax(new Uint8Array([7, 3, 9])); // { min: 3, max: 9 }
 */
export const minmax = defineReduction<object, unknown>({
  name: 'minmax',
  options: [],
  check: (x) => notEmpty('x', x),
  plain: (x, { mask, nan }) => native.minMax(x, mask, nan),
  start: (id, x, { mask, nan }) => native.startMinMax(id, x, mask, nan),
  finish(result) {
    const [min, max] = result as [unknown, unknown];
    return { min, max };
  },
}) as ExtremesKernel;
