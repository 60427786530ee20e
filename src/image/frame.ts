import { arrayType } from '../internal/array.ts';
import { argumentError, choice, expected, finite, integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type FilterKernelWithDefaults, type Step } from './filter.ts';

const MAX_SIDE = 0x7fff_ffff;

/** Options of `crop`. */
export interface CropOptions {
  /** Columns left of the rectangle. Default 0. */
  left?: number;
  /** Rows above it. Default 0. */
  top?: number;
  /** Its columns, from 1. */
  width: number;
  /** Its rows, from 1. */
  height: number;
}

/**
 * Takes a rectangle out of an image. It must lie inside.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.left Columns left of the rectangle. Default 0.
 * @param options.top Rows above it. Default 0.
 * @param options.width Its columns.
 * @param options.height Its rows.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { crop } from 'allcores/image';
 *
 * crop({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }, { left: 1, width: 2, height: 2 }).data; // [ 2, 3, 5, 6 ]
 */
export const crop = defineFilter<CropOptions>(
  'crop',
  ['left', 'top', 'width', 'height'],
  cropStep,
) as FilterKernel<CropOptions>;

/** The native step of `crop`. */
export function cropStep({ left = 0, top = 0, width, height }: Partial<CropOptions>): Step {
  return {
    crop: {
      left: integer('left', left, 0, MAX_SIDE),
      top: integer('top', top, 0, MAX_SIDE),
      width: integer('width', width, 1, MAX_SIDE),
      height: integer('height', height, 1, MAX_SIDE),
    },
  };
}

/** Options of `pad`. */
export interface PadOptions {
  /** Columns to add on the left. Default 0. */
  left?: number;
  /** Rows to add above. Default 0. */
  top?: number;
  /** Columns to add on the right. Default 0. */
  right?: number;
  /** Rows to add below. Default 0. */
  bottom?: number;
  /**
   * What the added pixels show: the `background`, the pixel at the edge (`'replicate'`), a mirror at the edge
   * (`'reflect'`) or at the middle of the pixel there (`'reflect101'`), or the image from its other end (`'wrap'`).
   * Default `'constant'`.
   */
  mode?: 'constant' | 'replicate' | 'reflect' | 'reflect101' | 'wrap';
  /** The added pixels of mode `'constant'`: a sample for each channel, or one for all. Default 0. */
  background?: number | ArrayLike<number>;
}

/**
 * Puts more pixels around an image.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.left Columns to add; likewise `top`, `right` and `bottom`. Default 0.
 * @param options.mode What the added pixels show. Default `'constant'`.
 * @param options.background In the unit of the samples; integers are clamped. Default 0.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { pad } from 'allcores/image';
 *
 * pad({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }, { top: 1, mode: 'replicate' }).data; // [ 1, 2, 3, 1, 2, 3, 4, 5, 6 ]
 */
export const pad = defineFilter<PadOptions>(
  'pad',
  ['left', 'top', 'right', 'bottom', 'mode', 'background'],
  padStep,
) as FilterKernelWithDefaults<PadOptions>;

/** The native step of `pad`. */
export function padStep(options: Partial<PadOptions>): Step {
  const { left = 0, top = 0, right = 0, bottom = 0, mode = 'constant', background = 0 } = options;
  return {
    pad: {
      left: integer('left', left, 0, MAX_SIDE),
      top: integer('top', top, 0, MAX_SIDE),
      right: integer('right', right, 0, MAX_SIDE),
      bottom: integer('bottom', bottom, 0, MAX_SIDE),
      mode: choice('mode', mode, ['constant', 'replicate', 'reflect', 'reflect101', 'wrap']),
      background: colour('background', background),
    },
  };
}

/** A colour as a list of samples: one for all channels, or one for each. */
export function colour(name: string, value: unknown): number[] {
  if (typeof value === 'number') return [finite(name, value, -Number.MAX_VALUE, Number.MAX_VALUE)];
  const type = arrayType(value);
  if (!Array.isArray(value) && (type === undefined || type.startsWith('Big'))) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a number or an array of numbers', value));
  }
  const samples = Array.from(value as ArrayLike<number>);
  if (samples.length < 1 || samples.length > 4) {
    const message = `Expected \`${name}\` to have a number for each channel, got ${samples.length}`;
    throw argumentError('ERR_OUT_OF_RANGE', message);
  }
  return samples.map((sample, i) => finite(`${name}[${i}]`, sample, -Number.MAX_VALUE, Number.MAX_VALUE));
}
