import { argumentError, choice } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';
import { bothRadii, type Radius } from './radius.ts';

/** How `gaussianBlur` computes a Gaussian. */
export type GaussianBlurMode = 'pillow' | 'opencv' | 'exact';

/**
 * What lies outside of an image: the pixel at the edge (`'replicate'`, `aaa|abc|ccc`), the mirror image
 * without the edge itself (`'reflect101'`, `dcb|abcd|cba`) or with it (`'reflect'`, `cba|abc|cba`), the image
 * again (`'wrap'`, `abc|abc|abc`), or zeros in all channels (`'constant'`).
 */
export type BlurBorder = 'replicate' | 'reflect101' | 'reflect' | 'wrap' | 'constant';

/** Options of `gaussianBlur`. */
export interface GaussianBlurOptions {
  /**
   * The standard deviation in pixels, one for each direction when they differ. From 0, which leaves the
   * direction as it is, to 1,000,000 in mode `'pillow'`, 1000 in `'opencv'`, 100,000 in `'exact'`.
   */
  radius: Radius;
  /** How it is computed. Default: `'pillow'` for 8-bit samples, else `'exact'`. */
  mode?: GaussianBlurMode;
  /** What lies outside. Mode `'pillow'` takes `'replicate'` only. Default: `'reflect101'` in mode `'opencv'`, else `'replicate'`. */
  border?: BlurBorder;
}

const modes = ['pillow', 'opencv', 'exact'] as const;
const borders = ['replicate', 'reflect101', 'reflect', 'wrap', 'constant'] as const;

/**
 * Blurs an image with a Gaussian.
 *
 * - Mode `'pillow'` (8 bits): three box blurs in each direction, each rounded to 8 bits (P. Gwosdek and
 *   others, 2011); the bytes of Pillow 12's `ImageFilter.GaussianBlur(radius)`. Alpha is blurred as a plain
 *   channel. The time does not depend on the radius.
 * - Mode `'opencv'` (8 and 16 bits): a kernel in fixed point that ends after 3 standard deviations, 4 for 16
 *   bits; the values of OpenCV 5's `GaussianBlur(image, (0, 0), radius)`. Alpha is a plain channel. The time
 *   grows with the radius.
 * - Mode `'exact'` (all types): weights `exp(-d²/2r²)` at whole distances `d`, up to 6 standard deviations,
 *   that add up to 1, in floats of 32 bits and rounded once: within 0.52 units of the same in doubles on 16
 *   bits, and 5e-7 of the largest sample around on floats. Colours weigh as much as their alpha; where nothing
 *   visible is near they become 0. From a radius of 4 the sums are made of coarser ones, so the time does not
 *   grow.
 *
 * The same values on any number of threads.
 *
 * @param raster An image, 1 to 4 channels.
 * @param options.radius The standard deviation in pixels, or `{ x, y }`.
 * @param options.mode `'pillow'`, `'opencv'` or `'exact'`. Default: by the type of the samples.
 * @param options.border What lies outside of the image. Default: by the mode.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, the mode does not take the type of the samples or the border, or `out` overlaps the input.
 * @throws {RangeError} when `radius` is negative, NaN or too large for the mode, or a length does not fit.
 * @example
 * import { gaussianBlur } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([0, 0, 255, 0, 0]), width: 5, height: 1, channels: 1 } as const;
 * gaussianBlur(raster, { radius: 1 }).data; // [ 15, 60, 103, 60, 15 ]
 * gaussianBlur(raster, { radius: 1, mode: 'exact' }).data; // [ 14, 62, 102, 62, 14 ]
 */
export const gaussianBlur = defineFilter<GaussianBlurOptions>(
  'gaussianBlur',
  ['radius', 'mode', 'border'],
  gaussianBlurStep,
) as FilterKernel<GaussianBlurOptions>;

/** The native step of `gaussianBlur`. */
export function gaussianBlurStep({ radius, mode, border }: Partial<GaussianBlurOptions>): Step {
  const step: { x: number; y: number; mode?: string; border?: string } = bothRadii(radius);
  if (mode !== undefined) step.mode = choice('mode', mode, modes);
  if (border !== undefined) step.border = choice('border', border, borders);
  if (mode === 'pillow' && border !== undefined && border !== 'replicate') {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      `Expected \`border\` to be 'replicate' in mode 'pillow', got '${border}'; the other modes take it`,
    );
  }
  return { gaussianBlur: step };
}
