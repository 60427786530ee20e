import { defineFilter, type FilterKernel, type Step } from './filter.ts';
import { bothRadii, type Radius } from './radius.ts';

/** Options of `boxBlur`. */
export interface BoxBlurOptions {
  /** How far the window reaches to each side, in pixels from 0 to 1,000,000; one for each direction when they differ. */
  radius: Radius;
}

/**
 * Blurs an image with the mean of a rectangle around each pixel.
 *
 * The rectangle is `2 * radius + 1` pixels wide and high. A fraction of the radius is the weight of one more
 * pixel on each side. The edge is repeated outside, and alpha is a plain channel. On 8-bit samples the bytes
 * of Pillow 12's `ImageFilter.BoxBlur(radius)`, which rounds after each direction; on the other types the
 * mean is rounded once, within 0.505 units of the same in doubles on 16 bits. The time does not depend on the
 * radius. The same values on any number of threads.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.radius How far the window reaches to each side, or `{ x, y }`. 0 leaves the direction as it is.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when `radius` is negative, NaN or too large, or a length does not fit.
 * @example
 * import { boxBlur } from 'allcores/image';
 *
 * const raster = { data: new Uint16Array([0, 0, 900, 0, 0]), width: 5, height: 1, channels: 1 } as const;
 * boxBlur(raster, { radius: 1 }).data; // [ 0, 300, 300, 300, 0 ]
 */
export const boxBlur = defineFilter<BoxBlurOptions>(
  'boxBlur',
  ['radius'],
  boxBlurStep,
) as FilterKernel<BoxBlurOptions>;

/** The native step of `boxBlur`. */
export function boxBlurStep({ radius }: Partial<BoxBlurOptions>): Step {
  return { boxBlur: bothRadii(radius) };
}
