import { elementType, type NumericArray } from '../internal/array.ts';
import { argumentError, expected } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import { type NumericInput, readInput } from './input.ts';
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
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.weights How often each element counts. Default: once.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { mean } from 'allcores/numeric';
 *
 * mean(new Int32Array([1, 2, 4])); // 2.3333333333333335
 * mean([1, 4], { weights: [2, 1] }); // 2
 */
export const mean: Kernel<[x: NumericInput], MeanOptions & FilterOptions, number> = defineReduction<
  MeanOptions,
  number,
  Float64Array | undefined
>({
  name: 'mean',
  options: ['weights'],
  check: (x, { weights }) => (weights === undefined ? undefined : readWeights(x, weights)),
  plain: (x, { mask, nan }, weights) =>
    weights === undefined ? native.mean(x, mask, nan) : native.weightedMean(x, weights, mask, nan),
  start: (id, x, { mask, nan }, weights) =>
    weights === undefined
      ? native.startMean(id, x, mask, nan)
      : native.startWeightedMean(id, x, holdInput('weights', weights), mask, nan),
});

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
