import { integer } from '../internal/check.ts';
import { native } from '../internal/native.ts';
import { type AxisKernel, withAxis } from './along-axis.ts';
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
 * With an `axis`: a Float64Array, one result for each line, that knows its `shape`. The last axis gives what
 * the kernel gives of each slice, bit for bit; other axes take their rows in groups of 64, which are merged
 * along a binary tree, just as exactly. The order depends on the shape only.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.ddof An integer from 0. Default 0.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last. Default: the whole array.
 * @param options.keepDims With `axis`: whether it stays in the result's `shape` with length 1. Default false.
 * @param options.out With `axis`: the Float64Array to write into, left alone by an error. Default: a new one.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @throws {RangeError} when `shape` or `out` has another length, or `axis` is none of the shape's.
 * @throws {RangeError} when `ddof` is negative or fractional.
 * @example
 * import { variance } from 'allcores/numeric';
 *
 * variance([1, 2, 3, 4]); // 1.25
 * variance([1, 2, 3, 4], { ddof: 1 }); // 1.6666666666666667
 */
export const variance: AxisKernel<VarianceOptions> = withAxis(
  {
    kind: 'variance',
    result: 'Float64Array',
    options: ['ddof'],
    check: (_, { ddof }) => ddofOption(ddof),
  },
  defineReduction<VarianceOptions, number, number>({
    name: 'variance',
    quick: 2,
    options: ['ddof'],
    check: (_, { ddof }) => ddofOption(ddof),
    plain: (x, { mask, nan }, ddof) => native.variance(x, mask, nan, ddof, false),
    start: (id, x, { mask, nan }, ddof) => native.startVariance(id, x, mask, nan, ddof, false),
  }),
) as AxisKernel<VarianceOptions>;
