import { finite } from '../internal/check.ts';
import { defineFilter, type FilterKernelWithDefaults, type Step } from './filter.ts';

/** Options of `sharpen`. */
export interface SharpenOptions {
  /** How much of the difference is added, from 0 to 100. 0 changes nothing. Default: 1. */
  amount?: number;
}

/**
 * Sharpens an image a little: adds to each colour its difference to the pixels around it.
 *
 * The result is `sample + amount * (sample - mean)`, with the mean of the 3 × 3 pixels around it, weighed
 * 1 2 1, 2 4 2, 1 2 1; the edge is repeated outside. In an image with alpha each pixel also counts as much as
 * its alpha, so that hidden colours do not show, and alpha itself stays as it is. Integers are rounded once,
 * halves upward, and clamped; floats are not clamped. The same values on any number of threads.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.amount How much of the difference is added. Default: 1.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when `amount` is negative, NaN or too large, or a length does not fit.
 * @example
 * import { sharpen } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([100, 100, 140, 140]), width: 4, height: 1, channels: 1 } as const;
 * sharpen(raster, { amount: 1 }).data; // [ 100, 90, 150, 140 ]
 */
export const sharpen = defineFilter<SharpenOptions>(
  'sharpen',
  ['amount'],
  sharpenStep,
) as FilterKernelWithDefaults<SharpenOptions>;

/** The native step of `sharpen`. */
export function sharpenStep({ amount = 1 }: Partial<SharpenOptions>): Step {
  return { sharpen: { amount: finite('amount', amount, 0, 100) } };
}
