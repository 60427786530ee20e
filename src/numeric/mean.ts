import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/**
 * The arithmetic mean of an array.
 *
 * Doubles: the bits of `np.mean` on a flat array. Floats of 32 bits: computed in double,
 * rounded once. Integers: the exact sum divided by the length with one rounding (numpy rounds
 * more often). Empty: NaN. The same value on any number of threads.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away.
 * @example
 * import { mean } from 'allcores/numeric';
 *
 * mean(new Int32Array([1, 2, 4])); // 2.3333333333333335
 */
export const mean: Kernel<[x: NumericInput], object, number> = defineReduction<object, number>({
  name: 'mean',
  options: [],
  plain: (x) => native.mean(x),
  start: (id, x) => native.startMean(id, x),
});
