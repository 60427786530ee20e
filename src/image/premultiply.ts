import { defineFilter, type FilterKernelWithDefaults, type Step } from './filter.ts';
import { colour } from './frame.ts';

/**
 * Multiplies the colours by their alpha; images without alpha are copied.
 *
 * Of 8 bits in Pillow's rounding, `t = colour * alpha + 128; (t + (t >> 8)) >> 8`; of 16 bits rounded to the nearest.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { premultiply } from 'allcores/image';
 *
 * premultiply({ data: new Uint8Array([200, 51]), width: 1, height: 1, channels: 2 }).data; // [ 40, 51 ]
 */
export const premultiply = defineFilter<object>(
  'premultiply',
  [],
  premultiplyStep,
) as FilterKernelWithDefaults<object>;

/** The native step of `premultiply`. */
export function premultiplyStep(): Step {
  return { premultiply: {} };
}

/**
 * Divides the colours by their alpha, where that is not 0; images without alpha are copied.
 *
 * Of 8 bits as Pillow: truncated, and clamped to 255; of 16 bits rounded to the nearest.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { unpremultiply } from 'allcores/image';
 *
 * unpremultiply({ data: new Uint8Array([40, 51]), width: 1, height: 1, channels: 2 }).data; // [ 200, 51 ]
 */
export const unpremultiply = defineFilter<object>(
  'unpremultiply',
  [],
  unpremultiplyStep,
) as FilterKernelWithDefaults<object>;

/** The native step of `unpremultiply`. */
export function unpremultiplyStep(): Step {
  return { unpremultiply: {} };
}

/** Options of `flatten`. */
export interface FlattenOptions {
  /** The background: a sample for each colour, or one for all, in the unit of the samples. Default: white. */
  background?: number | ArrayLike<number>;
}

/**
 * Lays an image on a plain background by its alpha. The result has no alpha; images without are copied.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.background Default: white (255, 65,535 or, of floats, 1).
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { flatten } from 'allcores/image';
 *
 * flatten({ data: new Uint8Array([0, 51]), width: 1, height: 1, channels: 2 }).data; // [ 204 ]
 */
export const flatten = defineFilter<FlattenOptions>(
  'flatten',
  ['background'],
  flattenStep,
) as FilterKernelWithDefaults<FlattenOptions>;

/** The native step of `flatten`. */
export function flattenStep({ background }: Partial<FlattenOptions>): Step {
  return { flatten: { background: background === undefined ? null : colour('background', background) } };
}
