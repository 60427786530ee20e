import { argumentError, expected, integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';

/** The largest window of a rank filter. */
const MAX_WINDOW = 255;

/** Options of `median`. */
export interface MedianOptions {
  /** Pixels of the window across and down: odd, from 1 to 255. */
  size: number;
}

/**
 * Replaces each sample by the median of those in a square window around it: removes specks, keeps edges.
 *
 * Channels are independent, alpha included; beyond the edges the edge pixels go on. On 8 bits the bytes of
 * Pillow 12's `MedianFilter(size)` and of OpenCV 5's `medianBlur`; of 16 bits and floats OpenCV's for the
 * sizes that it takes, 3 and 5. In floats NaN counts as larger than every number, as in `numpy.sort`. The
 * time grows a little faster than `size`. The same bytes on any number of threads.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.size Pixels of the window across and down: odd, from 1 to 255. 1 gives a copy.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when `size` is even or out of range, or a length does not fit.
 * @example
 * import { median } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([7, 7, 255, 9, 9]), width: 5, height: 1, channels: 1 } as const;
 * median(raster, { size: 3 }).data; // [ 7, 7, 9, 9, 9 ]
 */
export const median = defineFilter<MedianOptions>(
  'median',
  ['size'],
  medianStep,
) as FilterKernel<MedianOptions>;

/** The native step of `median`. */
export function medianStep({ size }: Partial<MedianOptions>): Step {
  return { median: { size: windowSize(size) } };
}

/** The side of the window of a rank filter. */
export function windowSize(value: unknown): number {
  const size = integer('size', value, 1, MAX_WINDOW);
  if (size % 2 === 0) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      expected('size', `an odd integer from 1 to ${MAX_WINDOW}`, value),
    );
  }
  return size;
}
