import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/**
 * How many elements are not zero.
 *
 * A NaN counts, as in numpy; with `nanPolicy: 'omit'` it does not. The same on any number of threads; up to
 * 1 MiB it runs on the calling thread.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy `'propagate'` (default), `'omit'` or `'raise'`.
 * @param options.where A Uint8Array as long as `x`; elements whose byte is 0 are left out.
 * @throws {RangeError} when `where` has another length, or a NaN is there under `'raise'`.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or an option is of a wrong type.
 * @example
 * import { countNonzero } from 'allcores/numeric';
 *
 * countNonzero(new Int16Array([3, 0, -1, 0])); // 2
 */
export const countNonzero: Kernel<[x: NumericInput], FilterOptions, number> = defineReduction<object, number>(
  {
    name: 'countNonzero',
    options: [],
    check: () => {},
    plain: (x, { mask, nan }) => native.countNonzero(x, mask, nan),
    start: (id, x, { mask, nan }) => native.startCountNonzero(id, x, mask, nan),
  },
);
