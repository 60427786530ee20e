import { integer } from '../internal/check.ts';
import { defineFilter, type FilterKernelWithDefaults, type Step } from './filter.ts';
import { oneRadius } from './radius.ts';

/** Options of `unsharpMask`. */
export interface UnsharpMaskOptions {
  /** The standard deviation of the blur in pixels, from 0 to 1,000,000 (100,000 on 16 bits and floats). Default: 2. */
  radius?: number;
  /** How much of the difference is added, an integer from 0 to 10,000. Default: 150. */
  percent?: number;
  /** Differences up to this are left alone: an integer from 0 to 255, in levels of 1/255 of white. Default: 3. */
  threshold?: number;
}

/**
 * Sharpens an image: adds what a Gaussian blur takes away from it.
 *
 * With `d` the difference between a sample and its blur, the result is `sample + d * percent / 100` where
 * `|d| > threshold`, else the sample. On 8-bit samples the bytes of Pillow 12's
 * `ImageFilter.UnsharpMask(radius, percent, threshold)`: its blur, in integers, the fraction cut off. On the
 * other types the blur is that of mode `'exact'` of `gaussianBlur`, with the edge repeated; 16 bits are
 * rounded once, at the end. Alpha is a plain channel. The same values on any number of threads.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.radius The standard deviation of the blur in pixels. Default: 2.
 * @param options.percent How much of the difference is added. Default: 150.
 * @param options.threshold The largest difference that is left alone, in levels of 1/255 of white. Default: 3.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is outside of its range, or a length does not fit.
 * @example
 * import { unsharpMask } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([90, 90, 160, 160]), width: 4, height: 1, channels: 1 } as const;
 * unsharpMask(raster).data; // [ 57, 45, 205, 193 ]
 */
export const unsharpMask = defineFilter<UnsharpMaskOptions>(
  'unsharpMask',
  ['radius', 'percent', 'threshold'],
  unsharpMaskStep,
) as FilterKernelWithDefaults<UnsharpMaskOptions>;

/** The native step of `unsharpMask`. */
export function unsharpMaskStep({
  radius = 2,
  percent = 150,
  threshold = 3,
}: Partial<UnsharpMaskOptions>): Step {
  return {
    unsharpMask: {
      radius: oneRadius('radius', radius),
      percent: integer('percent', percent, 0, 10_000),
      threshold: integer('threshold', threshold, 0, 255),
    },
  };
}
