import { native } from '../internal/native.ts';
import { type AxisKernel, withAxis } from './along-axis.ts';
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
 * import { std } from 'allcores/numeric';
 *
 * std([2, 4, 4, 4, 5, 5, 7, 9]); // 2
 */
export const std: AxisKernel<VarianceOptions> = withAxis(
  {
    kind: 'std',
    result: 'Float64Array',
    options: ['ddof'],
    check: (_, { ddof }) => ddofOption(ddof),
  },
  defineReduction<VarianceOptions, number, number>({
    name: 'std',
    options: ['ddof'],
    check: (_, { ddof }) => ddofOption(ddof),
    plain: (x, { mask, nan }, ddof) => native.variance(x, mask, nan, ddof, true),
    start: (id, x, { mask, nan }, ddof) => native.startVariance(id, x, mask, nan, ddof, true),
  }),
) as AxisKernel<VarianceOptions>;
