import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/**
 * Whether no element is zero. Empty: true.
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
 * import { all } from 'allcores/numeric';
 *
 * all([1, 2, 3]); // true
 * all([1, 0, 3], { where: Uint8Array.of(1, 0, 1) }); // true
 */
export const all: Kernel<[x: NumericInput], FilterOptions, boolean> = defineReduction<object, boolean>({
  name: 'all',
  options: [],
  check: () => {},
  plain: (x, { mask, nan }) => native.all(x, mask, nan),
  start: (id, x, { mask, nan }) => native.startAll(id, x, mask, nan),
  finish: (found) => found === 1,
});
