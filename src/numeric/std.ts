import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';
import { ddofOption, type VarianceOptions } from './variance.ts';

/**
 * The standard deviation of an array: the root of its variance.
 *
 * One pass over memory, as `variance`; the root is taken before the one rounding to the array's
 * type, and it is right also where the variance itself overflows or underflows. Empty, or `ddof` not
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
 * import { std } from 'allcores/numeric';
 *
 * std([2, 4, 4, 4, 5, 5, 7, 9]); // 2
 */
export const std: Kernel<[x: NumericInput], VarianceOptions & FilterOptions, number> = defineReduction<
  VarianceOptions,
  number,
  number
>({
  name: 'std',
  options: ['ddof'],
  check: (_, { ddof }) => ddofOption(ddof),
  plain: (x, { mask, nan }, ddof) => native.variance(x, mask, nan, ddof, true),
  start: (id, x, { mask, nan }, ddof) => native.startVariance(id, x, mask, nan, ddof, true),
});
