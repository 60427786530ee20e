import { elementType, type NumericArray } from '../internal/array.ts';
import { argumentError, expected } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import { native } from '../internal/native.ts';
import { type AxisKernel, withAxis } from './along-axis.ts';
import { readInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/** Options of `mean`. */
export interface MeanOptions {
  /** How often each element counts: a Float64Array or an array of numbers, as long as `x`. Default: once. */
  weights?: Float64Array | readonly number[];
}

/**
 * The arithmetic mean of an array.
 *
 * Doubles: the bits of `np.mean` on a flat array, and with `omit` of `np.nanmean`. Narrower floats:
 * computed in double, rounded once. Integers: the exact sum divided by the number of elements with
 * one rounding (numpy rounds more often). Empty: NaN. With weights: the sum of the products divided
 * by the sum of the weights, both in doubles, as `np.average`; memory is read twice then.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * With an `axis`: a Float64Array, one result for each line, that knows its `shape`. The last axis gives what
 * the kernel gives of each slice, bit for bit. Other axes add their
 * rows in groups of 64, one row after the other, and the groups along a binary tree; tables of less than 32
 * columns first put together rows that lie side by side. The order depends on the shape only.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.weights How often each element counts. Default: once.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last. Default: the whole array.
 * @param options.keepDims With `axis`: whether it stays in the result's `shape` with length 1. Default false.
 * @param options.out With `axis`: the Float64Array to write into, left alone by an error. Default: a new one.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when `shape` or `out` has another length, or `axis` is none of the shape's.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { mean } from 'allcores/numeric';
 *
 * mean(new Int32Array([1, 2, 4])); // 2.3333333333333335
 * mean([1, 4], { weights: [2, 1] }); // 2
 */
export const mean: AxisKernel<MeanOptions> = withAxis(
  {
    kind: 'mean',
    result: 'Float64Array',
    options: ['weights'],
    check: (_, { weights }) => {
      if (weights === undefined) return 0;
      throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `weights` without an `axis`');
    },
  },
  defineReduction<MeanOptions, number, Float64Array | undefined>({
    name: 'mean',
    quick: 1,
    options: ['weights'],
    check: (x, { weights }) => (weights === undefined ? undefined : readWeights(x, weights)),
    plain: (x, { mask, nan }, weights) =>
      weights === undefined ? native.mean(x, mask, nan) : native.weightedMean(x, weights, mask, nan),
    start: (id, x, { mask, nan }, weights) =>
      weights === undefined
        ? native.startMean(id, x, mask, nan)
        : native.startWeightedMean(id, x, holdInput('weights', weights), mask, nan),
  }),
) as AxisKernel<MeanOptions>;

/** Weights as doubles, one for each element. */
export function readWeights(x: NumericArray, value: unknown): Float64Array {
  const weights = readInput('weights', value);
  if (elementType(weights) !== 'Float64Array') {
    const what = 'a Float64Array or an array of numbers';
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('weights', what, value));
  }
  if (weights.length !== x.length) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`weights\` to have ${x.length} elements, one for each of the array, got ${weights.length}`,
    );
  }
  return weights as Float64Array;
}
