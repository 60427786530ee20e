import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { type NumericInput, notEmpty } from './input.ts';
import { defineReduction } from './reduction.ts';

/** The type of one element. */
export type Element<X> = X extends BigInt64Array | BigUint64Array ? bigint : number;

/** A kernel that gives one of the array's own elements. */
export interface ElementKernel {
  <X extends NumericInput>(x: X, options?: object): Element<X>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: <X extends NumericInput>(x: X, options?: RunOptions) => Promise<Element<X>>;
}

/**
 * The least element of an array.
 *
 * As `Math.min`: a NaN anywhere gives NaN, and −0 is below +0. A bigint for the two 64-bit
 * integer types.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @throws {RangeError} when `x` is empty.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away.
 * @example
 * import { min } from 'allcores/numeric';
 *
 * min(new Float32Array([3, 1, 2])); // 1
 */
export const min = defineReduction<object, unknown>({
  name: 'min',
  options: [],
  check: (x) => notEmpty('x', x),
  plain: (x) => native.min(x),
  start: (id, x) => native.startMin(id, x),
}) as ElementKernel;

/**
 * The greatest element of an array.
 *
 * As `Math.max`: a NaN anywhere gives NaN, and +0 is above −0. A bigint for the two 64-bit
 * integer types.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @throws {RangeError} when `x` is empty.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away.
 * @example
 * import { max } from 'allcores/numeric';
 *
 * max(new BigInt64Array([3n, -1n])); // 3n
 */
export const max = defineReduction<object, unknown>({
  name: 'max',
  options: [],
  check: (x) => notEmpty('x', x),
  plain: (x) => native.max(x),
  start: (id, x) => native.startMax(id, x),
}) as ElementKernel;
