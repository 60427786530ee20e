import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import { type NumericInput, notEmpty } from './input.ts';
import { defineReduction } from './reduction.ts';

/** The type of one element. */
export type Element<X> = X extends BigInt64Array | BigUint64Array ? bigint : number;

/** A kernel that gives one of the array's own elements, or a difference of two. */
export interface ElementKernel {
  <X extends NumericInput>(x: X, options?: FilterOptions): Element<X>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: <X extends NumericInput>(x: X, options?: FilterOptions & RunOptions) => Promise<Element<X>>;
}

/**
 * The least element of an array.
 *
 * As `Math.min`: a NaN anywhere gives NaN, and −0 is below +0. With `omit`, NaN when all are NaN.
 * A bigint for the two 64-bit integer types.
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
 * import { min } from 'allcores/numeric';
 *
 * min(new Float32Array([3, 1, 2])); // 1
 */
export const min = defineReduction<object, unknown>({
  name: 'min',
  options: [],
  check: (x) => notEmpty('x', x),
  plain: (x, { mask, nan }) => native.min(x, mask, nan),
  start: (id, x, { mask, nan }) => native.startMin(id, x, mask, nan),
}) as ElementKernel;

/**
 * The greatest element of an array.
 *
 * As `Math.max`: a NaN anywhere gives NaN, and +0 is above −0. With `omit`, NaN when all are NaN.
 * A bigint for the two 64-bit integer types.
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
 * import { max } from 'allcores/numeric';
 *
 * max(new BigInt64Array([3n, -1n])); // 3n
 */
export const max = defineReduction<object, unknown>({
  name: 'max',
  options: [],
  check: (x) => notEmpty('x', x),
  plain: (x, { mask, nan }) => native.max(x, mask, nan),
  start: (id, x, { mask, nan }) => native.startMax(id, x, mask, nan),
}) as ElementKernel;

/**
 * The greatest element of an array less the least ("peak to peak").
 *
 * Exact for integers, which do not wrap; one rounding for floats. A NaN anywhere gives NaN.
 * A bigint for the two 64-bit integer types.
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
 * import { ptp } from 'allcores/numeric';
 *
 * ptp(new Int8Array([-128, 127])); // 255
 */
export const ptp = defineReduction<object, unknown>({
  name: 'ptp',
  options: [],
  check: (x) => notEmpty('x', x),
  plain: (x, { mask, nan }) => native.ptp(x, mask, nan),
  start: (id, x, { mask, nan }) => native.startPtp(id, x, mask, nan),
}) as ElementKernel;
