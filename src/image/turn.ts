import { integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type FilterKernelWithDefaults, type Step } from './filter.ts';

/**
 * Turns an image by 90° clockwise.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { rotate90 } from 'allcores/image';
 *
 * rotate90({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }).data; // [ 4, 1, 5, 2, 6, 3 ]
 */
export const rotate90 = defineFilter<object>(
  'rotate90',
  [],
  rotate90Step,
) as FilterKernelWithDefaults<object>;

/** The native step of `rotate90`. */
export function rotate90Step(): Step {
  return { rotate90: {} };
}

/**
 * Turns an image by 180°.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { rotate180 } from 'allcores/image';
 *
 * rotate180({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }).data; // [ 6, 5, 4, 3, 2, 1 ]
 */
export const rotate180 = defineFilter<object>(
  'rotate180',
  [],
  rotate180Step,
) as FilterKernelWithDefaults<object>;

/** The native step of `rotate180`. */
export function rotate180Step(): Step {
  return { rotate180: {} };
}

/**
 * Turns an image by 270° clockwise, which is 90° counter-clockwise.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { rotate270 } from 'allcores/image';
 *
 * rotate270({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }).data; // [ 3, 6, 2, 5, 1, 4 ]
 */
export const rotate270 = defineFilter<object>(
  'rotate270',
  [],
  rotate270Step,
) as FilterKernelWithDefaults<object>;

/** The native step of `rotate270`. */
export function rotate270Step(): Step {
  return { rotate270: {} };
}

/**
 * Exchanges rows and columns: a mirror at the diagonal from the upper left corner.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { transpose } from 'allcores/image';
 *
 * transpose({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }).data; // [ 1, 4, 2, 5, 3, 6 ]
 */
export const transpose = defineFilter<object>(
  'transpose',
  [],
  transposeStep,
) as FilterKernelWithDefaults<object>;

/** The native step of `transpose`. */
export function transposeStep(): Step {
  return { transpose: {} };
}

/** Options of `autoOrient`. */
export interface AutoOrientOptions {
  /** The EXIF orientation, from 1 (upright) to 8, as `metadata` gives it. */
  orientation: number;
}

/**
 * Sets an image upright that a camera stored turned or mirrored.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.orientation The EXIF orientation, an integer from 1 to 8; 1 changes nothing.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { autoOrient } from 'allcores/image';
 *
 * autoOrient({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }, { orientation: 6 }).data; // [ 4, 1, 5, 2, 6, 3 ]
 */
export const autoOrient = defineFilter<AutoOrientOptions>(
  'autoOrient',
  ['orientation'],
  autoOrientStep,
) as FilterKernel<AutoOrientOptions>;

/** The native step of `autoOrient`. */
export function autoOrientStep({ orientation }: Partial<AutoOrientOptions>): Step {
  return { autoOrient: { orientation: integer('orientation', orientation, 1, 8) } };
}
