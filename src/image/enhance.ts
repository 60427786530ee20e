import { finite } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';

/** Options of `brightness`, `contrast` and `saturation`. */
export interface EnhanceOptions {
  /** From 0 to 1,000,000; 1 changes nothing. */
  factor: number;
}

/**
 * Blends with black: 0 gives black, 1 the image, 2 twice the values.
 *
 * Of 8 bits the bytes of Pillow's `ImageEnhance.Brightness`: single precision, truncated; of 16 bits rounded to the
 * nearest.
 *
 * @param raster An image of any sample type, 1 to 4 channels. Alpha is kept.
 * @param options.factor From 0 to 1,000,000.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { brightness } from 'allcores/image';
 *
 * brightness({ data: new Uint8Array([10, 200]), width: 2, height: 1, channels: 1 }, { factor: 1.5 }).data; // [ 15, 255 ]
 */
export const brightness = defineFilter<EnhanceOptions>(
  'brightness',
  ['factor'],
  brightnessStep,
) as FilterKernel<EnhanceOptions>;

/** The native step of `brightness`. */
export function brightnessStep({ factor }: Partial<EnhanceOptions>): Step {
  return { brightness: { factor: finite('factor', factor, 0, 1_000_000) } };
}

/**
 * Blends with plain grey of the mean luma: 0 gives that grey, 1 the image, more increases the distances to it.
 *
 * Of 8 bits the bytes of Pillow's `ImageEnhance.Contrast`. The mean is rounded to an integer for integer samples.
 *
 * @param raster An image of any sample type, 1 to 4 channels. Alpha is kept.
 * @param options.factor From 0 to 1,000,000.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { contrast } from 'allcores/image';
 *
 * contrast({ data: new Uint8Array([100, 200]), width: 2, height: 1, channels: 1 }, { factor: 0.5 }).data; // [ 125, 175 ]
 */
export const contrast = defineFilter<EnhanceOptions>(
  'contrast',
  ['factor'],
  contrastStep,
) as FilterKernel<EnhanceOptions>;

/** The native step of `contrast`. */
export function contrastStep({ factor }: Partial<EnhanceOptions>): Step {
  return { contrast: { factor: finite('factor', factor, 0, 1_000_000) } };
}

/**
 * Blends with the grey image: 0 gives grey, 1 the image, more makes it more colourful. Grey images stay as they are.
 *
 * Of 8 bits the bytes of Pillow's `ImageEnhance.Color`.
 *
 * @param raster An image of any sample type, 1 to 4 channels. Alpha is kept.
 * @param options.factor From 0 to 1,000,000.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { saturation } from 'allcores/image';
 *
 * saturation({ data: new Uint8Array([255, 0, 0]), width: 1, height: 1, channels: 3 }, { factor: 0 }).data; // [ 76, 76, 76 ]
 */
export const saturation = defineFilter<EnhanceOptions>(
  'saturation',
  ['factor'],
  saturationStep,
) as FilterKernel<EnhanceOptions>;

/** The native step of `saturation`. */
export function saturationStep({ factor }: Partial<EnhanceOptions>): Step {
  return { saturation: { factor: finite('factor', factor, 0, 1_000_000) } };
}
