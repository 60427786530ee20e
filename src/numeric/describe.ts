import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { Element } from './extremes.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';
import { ddofOption, type VarianceOptions } from './variance.ts';

/** What `describe` tells of an array. `T` is the type of one element. */
export interface Description<T> {
  /** How many elements took part. */
  readonly count: number;
  /** How many of the elements that the mask leaves are NaN, whether they took part or not. */
  readonly nanCount: number;
  /** The least element; NaN when nothing took part. */
  readonly min: T | number;
  /** The greatest element; NaN when nothing took part. */
  readonly max: T | number;
  readonly mean: number;
  readonly variance: number;
  /** The standard deviation. */
  readonly std: number;
  readonly sum: T;
}

/** The kernel of `describe`. */
export interface DescribeKernel {
  <X extends NumericInput>(x: X, options?: VarianceOptions & FilterOptions): Description<Element<X>>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: <X extends NumericInput>(
    x: X,
    options?: VarianceOptions & FilterOptions & RunOptions,
  ) => Promise<Description<Element<X>>>;
}

/**
 * Count, extremes, mean, variance, standard deviation and sum of an array, in one pass over memory.
 *
 * Each number has the bits of the kernel of its name. Under `propagate` a NaN makes all but the counts
 * NaN; under `omit` the counts tell how many were left out. Empty: count and sum 0, the rest NaN.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.ddof The divisor of the variance is `count - ddof`. An integer from 0. Default 0.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { describe } from 'allcores/numeric';
 *
 * const { count, nanCount, min, max, mean } = describe([4, 1, Number.NaN, 7], { nanPolicy: 'omit' });
 * [count, nanCount, min, max, mean]; // [3, 1, 1, 7, 4]
 */
export const describe = defineReduction<VarianceOptions, unknown, number>({
  name: 'describe',
  options: ['ddof'],
  check: (_, { ddof }) => ddofOption(ddof),
  plain: (x, { mask, nan }, ddof) => native.describe(x, mask, nan, ddof),
  start: (id, x, { mask, nan }, ddof) => native.startDescribe(id, x, mask, nan, ddof),
  finish(result) {
    const [count, nanCount, min, max, mean, variance, std, sum] = result as unknown[];
    return { count, nanCount, min, max, mean, variance, std, sum };
  },
}) as DescribeKernel;
