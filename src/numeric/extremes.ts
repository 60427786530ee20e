import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { type AlongOptions, type LikeInput, type WholeOptions, withAxis } from './along-axis.ts';
import type { Shaped } from './axis.ts';
import { type NumericInput, notEmpty } from './input.ts';
import { defineReduction } from './reduction.ts';

/** The type of one element. */
export type Element<X> = X extends BigInt64Array | BigUint64Array ? bigint : number;

/** A kernel that gives one of the array's own elements, or a difference of two. */
export interface ElementKernel {
  <X extends NumericInput>(x: X, options: AlongOptions<LikeInput<X>>): Shaped<LikeInput<X>>;
  <X extends NumericInput>(x: X, options?: WholeOptions): Element<X>;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: {
    <X extends NumericInput>(
      x: X,
      options: AlongOptions<LikeInput<X>> & RunOptions,
    ): Promise<Shaped<LikeInput<X>>>;
    <X extends NumericInput>(x: X, options?: WholeOptions & RunOptions): Promise<Element<X>>;
  };
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
 * With an `axis`: an array of the type of `x`, one result for each line, that knows its `shape`.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last. Default: the whole array.
 * @param options.keepDims With `axis`: whether it stays in the result's `shape` with length 1. Default false.
 * @param options.out With `axis`: the array to write into, left alone by an error. Default: a new one.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when `shape` or `out` has another length, or `axis` is none of the shape's.
 * @throws {RangeError} when nothing takes part, the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { min } from 'allcores/numeric';
 *
 * min(new Float32Array([3, 1, 2])); // 1
 */
export const min = withAxis(
  { kind: 'min', result: 'like', options: [] },
  defineReduction<object, unknown>({
    name: 'min',
    quick: 3,
    options: [],
    check: (x) => notEmpty('x', x),
    plain: (x, { mask, nan }) => native.min(x, mask, nan),
    start: (id, x, { mask, nan }) => native.startMin(id, x, mask, nan),
  }),
) as ElementKernel;

/**
 * The greatest element of an array.
 *
 * As `Math.max`: a NaN anywhere gives NaN, and +0 is above −0. With `omit`, NaN when all are NaN.
 * A bigint for the two 64-bit integer types.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * With an `axis`: an array of the type of `x`, one result for each line, that knows its `shape`.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last. Default: the whole array.
 * @param options.keepDims With `axis`: whether it stays in the result's `shape` with length 1. Default false.
 * @param options.out With `axis`: the array to write into, left alone by an error. Default: a new one.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when `shape` or `out` has another length, or `axis` is none of the shape's.
 * @throws {RangeError} when nothing takes part, the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { max } from 'allcores/numeric';
 *
 * max(new BigInt64Array([3n, -1n])); // 3n
 */
export const max = withAxis(
  { kind: 'max', result: 'like', options: [] },
  defineReduction<object, unknown>({
    name: 'max',
    quick: 4,
    options: [],
    check: (x) => notEmpty('x', x),
    plain: (x, { mask, nan }) => native.max(x, mask, nan),
    start: (id, x, { mask, nan }) => native.startMax(id, x, mask, nan),
  }),
) as ElementKernel;

/**
 * The greatest element of an array less the least ("peak to peak").
 *
 * Exact for integers, which do not wrap; one rounding for floats. A NaN anywhere gives NaN.
 * A bigint for the two 64-bit integer types.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * With an `axis`: an array of the type of `x`, one result for each line, that knows its `shape`; integers
 * wrap, as in numpy.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last. Default: the whole array.
 * @param options.keepDims With `axis`: whether it stays in the result's `shape` with length 1. Default false.
 * @param options.out With `axis`: the array to write into, left alone by an error. Default: a new one.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when `shape` or `out` has another length, or `axis` is none of the shape's.
 * @throws {RangeError} when nothing takes part, the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { ptp } from 'allcores/numeric';
 *
 * ptp(new Int8Array([-128, 127])); // 255
 */
export const ptp = withAxis(
  { kind: 'ptp', result: 'like', options: [] },
  defineReduction<object, unknown>({
    name: 'ptp',
    options: [],
    check: (x) => notEmpty('x', x),
    plain: (x, { mask, nan }) => native.ptp(x, mask, nan),
    start: (id, x, { mask, nan }) => native.startPtp(id, x, mask, nan),
  }),
) as ElementKernel;
