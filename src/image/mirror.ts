import { defineFilter, type FilterKernelWithDefaults, type Step } from './filter.ts';

/**
 * Turns an image upside down: the first row becomes the last.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a length does not fit.
 * @example
 * import { flip } from 'allcores/image';
 *
 * flip({ data: new Uint8Array([1, 2, 3, 4]), width: 2, height: 2, channels: 1 }).data; // [ 3, 4, 1, 2 ]
 */
export const flip = defineFilter<object>('flip', [], flipStep) as FilterKernelWithDefaults<object>;

/** The native step of `flip`. */
export function flipStep(): Step {
  return { flip: {} };
}

/**
 * Mirrors an image left to right: the first column becomes the last.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a length does not fit.
 * @example
 * import { flop } from 'allcores/image';
 *
 * flop({ data: new Uint8Array([1, 2, 3, 4]), width: 2, height: 2, channels: 1 }).data; // [ 2, 1, 4, 3 ]
 */
export const flop = defineFilter<object>('flop', [], flopStep) as FilterKernelWithDefaults<object>;

/** The native step of `flop`. */
export function flopStep(): Step {
  return { flop: {} };
}
