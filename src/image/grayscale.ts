import { defineFilter, type FilterKernelWithDefaults, type Step } from './filter.ts';

/**
 * Makes an image grey: one channel of luma.
 *
 * `(19595 R + 38470 G + 7471 B + 32768) >> 16`, the weights of ITU-R BT.601 in 16 bits: the bytes
 * of Pillow's `convert('L')`. Alpha is dropped; a grey image is copied.
 *
 * @param raster 8-bit pixels, 1 to 4 channels.
 * @param options.out An array of `width * height` elements for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a length does not fit.
 * @example
 * import { grayscale } from 'allcores/image';
 *
 * grayscale({ data: new Uint8Array([255, 0, 0]), width: 1, height: 1, channels: 3 }).data; // [ 76 ]
 */
export const grayscale = defineFilter<object>(
  'grayscale',
  [],
  grayscaleStep,
) as FilterKernelWithDefaults<object>;

/** The native step of `grayscale`. */
export function grayscaleStep(): Step {
  return { grayscale: {} };
}
