import { argumentError, integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';

/** The most that sides and iterations can be. */
const MAX_EXTENT = 1_000_000;

/** Options of `erode` and `dilate`: either `size`, or `width` and `height`. */
export interface MorphologyOptions {
  /** Columns and rows of a square, from 1 to 1,000,000. */
  size?: number;
  /** Columns of the rectangle, from 1 to 1,000,000. */
  width?: number;
  /** Rows of the rectangle, from 1 to 1,000,000. */
  height?: number;
  /** How often, from 1 to 1,000,000. Default 1. */
  iterations?: number;
}

const names = ['size', 'width', 'height', 'iterations'] as const;

/**
 * Replaces each sample by the smallest in a rectangle around it: bright parts shrink.
 *
 * Channels are independent, alpha included. Pixels outside of the image do not count. The pixel is in the
 * middle of the rectangle; of an even side one more pixel lies to the left, or above. The bytes of OpenCV 5's
 * `erode` with `getStructuringElement(MORPH_RECT, …)`, for every sample type. In floats NaN counts as larger
 * than every number, so it disappears beside one. The time hardly depends on the rectangle or the
 * iterations. The same bytes on any number of threads.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.size Columns and rows of a square, from 1 to 1,000,000; or
 * @param options.width columns, and
 * @param options.height rows of a rectangle.
 * @param options.iterations How often, from 1 to 1,000,000. Default 1.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, when there is neither `size` nor both of `width`
 * and `height`, or both, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { erode } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([9, 7, 8, 9, 9]), width: 5, height: 1, channels: 1 } as const;
 * erode(raster, { size: 3 }).data; // [ 7, 7, 7, 8, 9 ]
 */
export const erode = defineFilter<MorphologyOptions>(
  'erode',
  names,
  erodeStep,
) as FilterKernel<MorphologyOptions>;

/** The native step of `erode`. */
export function erodeStep(options: Partial<MorphologyOptions>): Step {
  return { erode: rectangle(options) };
}

/**
 * Replaces each sample by the largest in a rectangle around it: bright parts grow.
 *
 * Channels are independent, alpha included. Pixels outside of the image do not count. The pixel is in the
 * middle of the rectangle; of an even side one more pixel lies to the left, or above. The bytes of OpenCV 5's
 * `dilate` with `getStructuringElement(MORPH_RECT, …)`, for every sample type. In floats NaN counts as larger
 * than every number, so it spreads. The time hardly depends on the rectangle or the iterations. The same
 * bytes on any number of threads.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.size Columns and rows of a square, from 1 to 1,000,000; or
 * @param options.width columns, and
 * @param options.height rows of a rectangle.
 * @param options.iterations How often, from 1 to 1,000,000. Default 1.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, when there is neither `size` nor both of `width`
 * and `height`, or both, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { dilate } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([9, 7, 8, 2, 1]), width: 5, height: 1, channels: 1 } as const;
 * dilate(raster, { width: 3, height: 1 }).data; // [ 9, 9, 8, 8, 2 ]
 */
export const dilate = defineFilter<MorphologyOptions>(
  'dilate',
  names,
  dilateStep,
) as FilterKernel<MorphologyOptions>;

/** The native step of `dilate`. */
export function dilateStep(options: Partial<MorphologyOptions>): Step {
  return { dilate: rectangle(options) };
}

function rectangle({ size, width, height, iterations = 1 }: Partial<MorphologyOptions>): Step {
  if ((size === undefined) === (width === undefined && height === undefined)) {
    throw argumentError(
      'ERR_INVALID_ARG_TYPE',
      `Expected either \`size\`, or \`width\` and \`height\`, got ${size === undefined ? 'none of them' : 'both'}`,
    );
  }
  const side = (name: string, value: unknown) => integer(name, value, 1, MAX_EXTENT);
  return {
    width: size === undefined ? side('width', width) : side('size', size),
    height: size === undefined ? side('height', height) : side('size', size),
    iterations: integer('iterations', iterations, 1, MAX_EXTENT),
  };
}
