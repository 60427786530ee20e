import { integer } from '../internal/check.ts';
import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/** Options of `variance`, `std` and `describe`. */
export interface VarianceOptions {
  /** The divisor is the number of elements minus this: 0 for a population, 1 for a sample. Default 0, as numpy's. */
  ddof?: number;
}

/** The `ddof` option as the addon takes it. */
export function ddofOption(value: unknown): number {
  return value === undefined ? 0 : integer('ddof', value, 0, 0xffff_ffff);
}

/**
 * The variance of an array: the mean squared distance from the mean.
 *
 * One pass over memory (numpy takes two): blocks of at most 4,096 elements are reduced inside the
 * cache and merged by the formula of Chan, Golub and LeVeque along a fixed tree. The result is within
 * 1e-13 of the exact value on well-scaled data; its last bits are not numpy's. Narrower floats are
 * computed in double and rounded once; integers are exact and rounded once. Empty, or `ddof` not
 * below the number of elements: NaN.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.ddof An integer from 0. Default 0.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @throws {RangeError} when `ddof` is negative or fractional.
 * @example
 * import { variance } from 'allcores/numeric';
 *
 * variance([1, 2, 3, 4]); // 1.25
 * variance([1, 2, 3, 4], { ddof: 1 }); // 1.6666666666666667
 */
export const variance: Kernel<[x: NumericInput], VarianceOptions & FilterOptions, number> = defineReduction<
  VarianceOptions,
  number,
  number
>({
  name: 'variance',
  options: ['ddof'],
  check: (_, { ddof }) => ddofOption(ddof),
  plain: (x, { mask, nan }, ddof) => native.variance(x, mask, nan, ddof, false),
  start: (id, x, { mask, nan }, ddof) => native.startVariance(id, x, mask, nan, ddof, false),
});
