import { integer } from '../internal/check.ts';
import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/** Options of `variance`. */
export interface VarianceOptions {
  /** The divisor is the length minus this: 0 for a population, 1 for a sample. Default 0, as numpy's. */
  ddof?: number;
}

/**
 * The variance of an array: the mean squared distance from the mean.
 *
 * One pass over memory (numpy takes two): blocks of 4,096 elements are reduced inside the cache
 * and merged by the formula of Chan, Golub and LeVeque in a fixed order. The result is within
 * 1e-13 of the exact value on well-scaled data, and the same on any number of threads; its last
 * bits are not numpy's. Empty, or `ddof` not below the length: NaN.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.ddof An integer from 0. Default 0.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away.
 * @throws {RangeError} when `ddof` is negative or fractional.
 * @example
 * import { variance } from 'allcores/numeric';
 *
 * variance([1, 2, 3, 4]); // 1.25
 * variance([1, 2, 3, 4], { ddof: 1 }); // 1.6666666666666667
 */
export const variance: Kernel<[x: NumericInput], VarianceOptions, number> = defineReduction<
  VarianceOptions,
  number
>({
  name: 'variance',
  options: ['ddof'],
  check: (_, { ddof }) => {
    if (ddof !== undefined) integer('ddof', ddof, 0, 0xffff_ffff);
  },
  plain: (x, { ddof }) => native.variance(x, ddof ?? 0),
  start: (id, x, { ddof }) => native.startVariance(id, x, ddof ?? 0),
});
