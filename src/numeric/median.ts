import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/**
 * The median of an array: the middle one of its sorted elements, or the mean of the two in the middle.
 *
 * The bits of `np.median`: calculated in the precision of floats, for integers in doubles (those of 64
 * bits are rounded to doubles). −0 sorts below +0. Empty: NaN. The input is neither sorted nor copied:
 * one pass keeps the elements close to the middle, about 5 % of them, at most an eighth, as 8 bytes
 * each; elements of 8 and 16 bits are counted instead, in at most 256 KiB for each thread.
 *
 * The same bits on any number of threads and on every instruction set. Up to 65,536 elements it runs on
 * the calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { median } from 'allcores/numeric';
 *
 * median([7, 1, 3]); // 3
 * median(new Uint8Array([7, 1, 3, 4])); // 3.5
 */
export const median: Kernel<[x: NumericInput], FilterOptions, number> = defineReduction<object, number>({
  name: 'median',
  options: [],
  check: () => {},
  plain: (x, { mask, nan }) => native.median(x, mask, nan),
  start: (id, x, { mask, nan }) => native.startMedian(id, x, mask, nan),
});
