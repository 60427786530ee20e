import { argumentError, integer } from '../internal/check.ts';
import { defineFilter, type FilterKernelWithDefaults, type Step } from './filter.ts';

/** Options of `sobel`: both orders, or none for the magnitude of the gradient. */
export interface SobelOptions {
  /** The order of the derivative along rows, from 0 to 2. Default 0 when `dy` is given. */
  dx?: number;
  /** The order of the derivative along columns, from 0 to 2. Default 0 when `dx` is given. */
  dy?: number;
}

/**
 * Finds edges: the magnitude of the gradient, or one derivative, of each channel by 3×3 samples.
 *
 * Along the direction of a derivative of order 1 the weights are -1 0 1, of order 2 they are 1 -2 1, of order
 * 0 (across it) 1 2 1; nothing is divided. Beyond the edges the image is mirrored through its edge pixels
 * (`dcb|abcd|cba`). With `dx` or `dy` the bytes of OpenCV 5's `Sobel(image, -1, dx, dy, ksize=3)` on
 * integers: they are clamped, so what falls from left to right, or downward, gives 0. Floats may differ from OpenCV's in
 * the last bit. Without them
 * `sqrt(gx * gx + gy * gy)` of both derivatives of order 1, rounded to the nearest and clamped. Alpha is taken as
 * any other channel; convert to grey or RGB first. The same bytes on any number of threads.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.dx The order along rows, from 0 to 2.
 * @param options.dy The order along columns, from 0 to 2.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when an order is out of range or both are 0, or a length does not fit.
 * @example
 * import { sobel } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([9, 9, 4, 4, 8]), width: 5, height: 1, channels: 1 } as const;
 * sobel(raster).data; // [ 0, 20, 20, 16, 0 ]
 * sobel(raster, { dx: 1 }).data; // [ 0, 0, 0, 16, 0 ]
 */
export const sobel = defineFilter<SobelOptions>(
  'sobel',
  ['dx', 'dy'],
  sobelStep,
) as FilterKernelWithDefaults<SobelOptions>;

/** The native step of `sobel`. */
export function sobelStep({ dx, dy }: Partial<SobelOptions>): Step {
  if (dx === undefined && dy === undefined) return { sobel: { orders: null } };
  const orders = [
    dx === undefined ? 0 : integer('dx', dx, 0, 2),
    dy === undefined ? 0 : integer('dy', dy, 0, 2),
  ];
  if (orders.every((order) => order === 0)) {
    throw argumentError('ERR_OUT_OF_RANGE', 'Expected one of `dx` and `dy` to be at least 1, got 0 for both');
  }
  return { sobel: { orders } };
}
