import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/**
 * Whether any element is not zero. Empty: false.
 *
 * A NaN counts as true, as in numpy (JavaScript's `Boolean(NaN)` is false); with `nanPolicy: 'omit'` it
 * takes no part. Stops as soon as the answer is known. The same on any number of threads; up to 1 MiB it
 * runs on the calling thread.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy `'propagate'` (default), `'omit'` or `'raise'`.
 * @param options.where A Uint8Array as long as `x`; elements whose byte is 0 are left out.
 * @throws {RangeError} when `where` has another length, or a NaN is there under `'raise'`.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or an option is of a wrong type.
 * @example
 * import { any } from 'allcores/numeric';
 *
 * any([0, -0]); // false
 * any(new Uint8Array([0, 3])); // true
 */
export const any: Kernel<[x: NumericInput], FilterOptions, boolean> = defineReduction<object, boolean>({
  name: 'any',
  options: [],
  check: () => {},
  plain: (x, { mask, nan }) => native.any(x, mask, nan),
  start: (id, x, { mask, nan }) => native.startAny(id, x, mask, nan),
  finish: (found) => found === 1,
});
