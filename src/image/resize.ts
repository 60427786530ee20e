import { argumentError, boolean, choice, integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';

const filters = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos3'] as const;

const fits = ['fill', 'cover', 'inside', 'outside'] as const;

/** One of the ways to fit an image to a size. */
export type Fit = (typeof fits)[number];

/** The largest width or height of a result. */
const MAX_SIDE = 0x7fff_ffff;

/** Options of `resize`. At least one of `width` and `height` must be given. */
export interface ResizeOptions {
  /** Pixels in a row of the result. Default: from `height`, keeping the aspect ratio. */
  width?: number;
  /** Rows of the result. Default: from `width`, keeping the aspect ratio. */
  height?: number;
  /**
   * What to do when both are given and the aspect ratio differs: `'fill'` stretches, `'cover'` cuts
   * the longer sides off evenly, `'inside'` makes the result smaller than asked in one direction,
   * `'outside'` larger. Default `'cover'`.
   */
  fit?: Fit;
  /** The interpolation. Default `'lanczos3'`. */
  filter?: (typeof filters)[number];
  /** Leave an image that would grow as it is. Default false. */
  withoutEnlargement?: boolean;
}

/**
 * Brings an image to another size.
 *
 * The result has the bytes of Pillow 12's `Image.resize` with the same filter (for `'cover'`, of
 * `ImageOps.fit`): a window of the filter's support, widened when the image shrinks, weights of 22
 * bits, first along rows, then along columns, rounded to 8 bits in between. Alpha is multiplied in
 * before and divided out after, except with `'nearest'`. The same bytes on any number of threads.
 *
 * @param raster 8-bit pixels, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when neither `width` nor `height` is given, an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a size is not an integer from 1, or a length does not fit.
 * @example
 * import { resize } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([0, 100, 200, 100]), width: 4, height: 1, channels: 1 } as const;
 * resize(raster, { width: 2, height: 1, fit: 'fill', filter: 'box' }).data; // [ 50, 150 ]
 */
export const resize = defineFilter<ResizeOptions>(
  'resize',
  ['width', 'height', 'fit', 'filter', 'withoutEnlargement'],
  resizeStep,
) as FilterKernel<ResizeOptions>;

/** The native step of `resize`. */
export function resizeStep(options: Partial<ResizeOptions>): Step {
  const { width, height, fit = 'cover', filter = 'lanczos3', withoutEnlargement = false } = options;
  if (width === undefined && height === undefined) {
    throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `width` or `height` of resize to be given');
  }
  return {
    resize: {
      width: width === undefined ? undefined : integer('width', width, 1, MAX_SIDE),
      height: height === undefined ? undefined : integer('height', height, 1, MAX_SIDE),
      fit: choice('fit', fit, fits),
      filter: choice('filter', filter, filters),
      withoutEnlargement: boolean('withoutEnlargement', withoutEnlargement),
    },
  };
}
