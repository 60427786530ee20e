import { choice, finite, ownOptions } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';

/** Options of `gaussianBlur`. */
export interface GaussianBlurOptions {
  /** The standard deviation in pixels, from 0 to 1,000,000; one for each direction when they differ. */
  radius: number | { readonly x: number; readonly y: number };
  /** `'pillow'`: the bytes of Pillow's `ImageFilter.GaussianBlur(radius)`. The default, and the only mode of this version. */
  mode?: 'pillow';
}

/**
 * Blurs an image with a Gaussian.
 *
 * In mode `'pillow'` the Gaussian is approximated by three box blurs in each direction, each
 * rounded to 8 bits, with the edge pixels repeated outward (P. Gwosdek and others, 2011); the
 * result has the bytes of Pillow 12's `GaussianBlur`. Alpha is blurred as a plain channel. The
 * time does not depend on the radius. The same bytes on any number of threads.
 *
 * @param raster 8-bit pixels, 1 to 4 channels.
 * @param options.radius The standard deviation in pixels, or `{ x, y }`. 0 leaves the direction as it is.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when `radius` is negative or NaN, or a length does not fit.
 * @example
 * import { gaussianBlur } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([0, 0, 255, 0, 0]), width: 5, height: 1, channels: 1 } as const;
 * gaussianBlur(raster, { radius: 1 }).data; // [ 15, 60, 103, 60, 15 ]
 */
export const gaussianBlur = defineFilter<GaussianBlurOptions>(
  'gaussianBlur',
  ['radius', 'mode'],
  gaussianBlurStep,
) as FilterKernel<GaussianBlurOptions>;

/** The native step of `gaussianBlur`. */
export function gaussianBlurStep({ radius, mode }: Partial<GaussianBlurOptions>): Step {
  if (mode !== undefined) choice('mode', mode, ['pillow']);
  return { gaussianBlur: sigmas(radius) };
}

function sigmas(radius: unknown): { x: number; y: number } {
  if (typeof radius !== 'object' || radius === null || Array.isArray(radius)) {
    const both = sigma('radius', radius);
    return { x: both, y: both };
  }
  const own = ownOptions<{ x?: unknown; y?: unknown }>(radius, ['x', 'y'], 'radius');
  return { x: sigma('radius.x', own.x), y: sigma('radius.y', own.y) };
}

function sigma(name: string, value: unknown): number {
  return finite(name, value, 0, 1_000_000);
}
