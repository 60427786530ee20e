import { argumentError, boolean, choice, integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';
import { colour } from './frame.ts';
import { fractionsOf, type Position } from './position.ts';

const filters = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos3'] as const;

const fits = ['fill', 'cover', 'contain', 'inside', 'outside'] as const;

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
   * What to do when both are given and the aspect ratio differs: `'fill'` stretches, `'cover'` cuts the longer
   * sides off, `'contain'` puts the whole image on a background, `'inside'` makes the result smaller than asked in
   * one direction, `'outside'` larger. Default `'cover'`.
   */
  fit?: Fit;
  /** The interpolation. Default `'lanczos3'`. */
  filter?: (typeof filters)[number];
  /** Which part `'cover'` keeps, and where `'contain'` puts the image. Default `'center'`. */
  position?: Position;
  /**
   * What `'contain'` shows beside the image, in the unit of the samples: a number for each channel, or one for all.
   * Default 0: black, and transparent with alpha.
   */
  background?: number | ArrayLike<number>;
  /**
   * Leave an image that would grow at its size; with `'contain'` it is put on the background as it is. Default
   * false.
   */
  withoutEnlargement?: boolean;
  /**
   * `'pillow'`: weights of 22 bits, Pillow's bytes on 8 bits; double precision on 16 bits and floats. `'fast'`:
   * weights of 16 bits (32 for 16-bit samples), for integers only. Default `'pillow'`.
   */
  mode?: 'pillow' | 'fast';
}

/**
 * Brings an image to another size.
 *
 * A target pixel is the weighted mean of a window of the source: of the filter's support, widened by the scale when
 * the image shrinks, so that every source pixel counts. On 8 bits the result has the bytes of Pillow 12's
 * `Image.resize` with the same filter; with `'cover'` of `ImageOps.fit`, with `'contain'` of `ImageOps.pad`: first
 * along rows, then along columns, rounded to 8 bits in between. On 16 bits and floats the same sums are taken in
 * double precision and rounded once, so a 16-bit result is the nearest to the exact one, and floats may lie outside
 * 0 to 1. Mode `'fast'` is at most 2 units away, more where one of them clamps between its passes; it is the crate
 * `fast_image_resize`, which takes columns first on 8 bits.
 *
 * Alpha is multiplied in before and divided out after, except with `'nearest'`; in 8 bits as Pillow rounds that, on
 * the other types without rounding in between, and there colours are 0 where the result is transparent. The same
 * samples on any number of threads and every instruction set.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when neither `width` nor `height` is given, an argument has the wrong type, `mode` is `'fast'` for floats, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of its range, or a length does not fit.
 * @example
 * import { resize } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([0, 100, 200, 100]), width: 4, height: 1, channels: 1 } as const;
 * resize(raster, { width: 2, height: 1, fit: 'fill', filter: 'box' }).data; // [ 50, 150 ]
 */
export const resize = defineFilter<ResizeOptions>(
  'resize',
  ['width', 'height', 'fit', 'filter', 'position', 'background', 'withoutEnlargement', 'mode'],
  resizeStep,
) as FilterKernel<ResizeOptions>;

/** The native step of `resize`. */
export function resizeStep(options: Partial<ResizeOptions>): Step {
  const { width, height, fit = 'cover', filter = 'lanczos3', mode = 'pillow' } = options;
  const { position = 'center', background = 0, withoutEnlargement = false } = options;
  if (width === undefined && height === undefined) {
    throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `width` or `height` of resize to be given');
  }
  return {
    resize: {
      width: width === undefined ? undefined : integer('width', width, 1, MAX_SIDE),
      height: height === undefined ? undefined : integer('height', height, 1, MAX_SIDE),
      fit: choice('fit', fit, fits),
      filter: choice('filter', filter, filters),
      position: fractionsOf('position', position),
      background: colour('background', background),
      withoutEnlargement: boolean('withoutEnlargement', withoutEnlargement),
      mode: choice('mode', mode, ['pillow', 'fast']),
    },
  };
}
