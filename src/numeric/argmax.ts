import { native } from '../internal/native.ts';
import { withAxis } from './along-axis.ts';
import type { IndexKernel } from './argmin.ts';
import { notEmpty } from './input.ts';
import { defineReduction } from './reduction.ts';

/**
 * The index of the greatest element; of equal ones the first. −0 equals +0.
 *
 * The first NaN wins over everything (`nanPolicy: 'omit'` leaves it out). The same index on any
 * number of threads; up to 1 MiB it runs on the calling thread. With an `axis`: the index within
 * each line, as a Uint32Array.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.nanPolicy `'propagate'` (default), `'omit'` or `'raise'`.
 * @param options.where A Uint8Array as long as `x`; elements whose byte is 0 are left out.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last.
 * @param options.keepDims Whether the reduced axis stays in the result's `shape` with length 1.
 * @param options.out With `axis`: the Uint32Array to write into. Not written to after an error.
 * @throws {RangeError} when no element takes part, a shape, axis or length does not fit, or a NaN is there
 *   under `'raise'`.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or an option is of a wrong type.
 * @example
 * import { argmax } from 'allcores/numeric';
 *
 * argmax(new Float32Array([3, Number.NaN, 9])); // 1
 * argmax(new Float32Array([3, Number.NaN, 9]), { nanPolicy: 'omit' }); // 2
 */
export const argmax = withAxis(
  { kind: 'argmax', result: 'Uint32Array', options: [] },
  defineReduction<object, number>({
    name: 'argmax',
    options: [],
    check: (x) => notEmpty('x', x),
    plain: (x, { mask, nan }) => native.argmax(x, mask, nan),
    start: (id, x, { mask, nan }) => native.startArgmax(id, x, mask, nan),
  }),
) as IndexKernel;
