import { arrayType } from '../internal/array.ts';
import { argumentError, expected, finite } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type FilterKernelWithDefaults, type Step } from './filter.ts';

const MAX = Number.MAX_VALUE;

/** Options of `hue`. */
export interface HueOptions {
  /** Any angle, in degrees; 0 and 360 change nothing. */
  degrees: number;
}

/**
 * Turns the colours around the grey axis, by the matrix of the CSS filter `hue-rotate` (W3C, Filter Effects).
 *
 * Grey images stay as they are.
 *
 * @param raster An image of any sample type, 1 to 4 channels. Alpha is kept.
 * @param options.degrees Any angle.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { hue } from 'allcores/image';
 *
 * hue({ data: new Uint8Array([255, 0, 0]), width: 1, height: 1, channels: 3 }, { degrees: 120 }).data; // [ 0, 113, 0 ]
 */
export const hue = defineFilter<HueOptions>('hue', ['degrees'], hueStep) as FilterKernel<HueOptions>;

/** The native step of `hue`. */
export function hueStep({ degrees }: Partial<HueOptions>): Step {
  return { hue: { degrees: finite('degrees', degrees, -MAX, MAX) } };
}

/** Options of `sepia`. */
export interface SepiaOptions {
  /** From 0 (the image) to 1 (all brown). Default 1. */
  factor?: number;
}

/**
 * Brown tones, by the matrix of the CSS filter `sepia` (W3C, Filter Effects).
 *
 * @param raster An image of any sample type with 3 or 4 channels. Alpha is kept.
 * @param options.factor From 0 to 1. Default 1.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { sepia } from 'allcores/image';
 *
 * sepia({ data: new Uint8Array([100, 100, 100]), width: 1, height: 1, channels: 3 }).data; // [ 135, 120, 94 ]
 */
export const sepia = defineFilter<SepiaOptions>(
  'sepia',
  ['factor'],
  sepiaStep,
) as FilterKernelWithDefaults<SepiaOptions>;

/** The native step of `sepia`. */
export function sepiaStep({ factor = 1 }: Partial<SepiaOptions>): Step {
  return { sepia: { factor: finite('factor', factor, 0, 1) } };
}

/** Options of `colorMatrix`. */
export interface ColorMatrixOptions {
  /** Three rows of three weights, or of three weights and an offset whose unit is white: 9 or 12 numbers. */
  matrix: ArrayLike<number>;
}

/**
 * Makes each colour a weighted sum of the three and an offset, in double precision, rounded once.
 *
 * @param raster An image of any sample type with 3 or 4 channels. Alpha is kept.
 * @param options.matrix The weights for the new red, then green, then blue: 9 numbers, or 12 with an offset at the end of
 *   each row.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { colorMatrix } from 'allcores/image';
 *
 * const swapped = [0, 0, 1, 0, 1, 0, 1, 0, 0];
 * colorMatrix({ data: new Uint8Array([1, 2, 3]), width: 1, height: 1, channels: 3 }, { matrix: swapped }).data; // [ 3, 2, 1 ]
 */
export const colorMatrix = defineFilter<ColorMatrixOptions>(
  'colorMatrix',
  ['matrix'],
  colorMatrixStep,
) as FilterKernel<ColorMatrixOptions>;

/** The native step of `colorMatrix`. */
export function colorMatrixStep({ matrix }: Partial<ColorMatrixOptions>): Step {
  const type = arrayType(matrix);
  if (!Array.isArray(matrix) && (type === undefined || type.startsWith('Big'))) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('matrix', 'an array of 9 or 12 numbers', matrix));
  }
  const numbers = Array.from(matrix as ArrayLike<number>);
  if (numbers.length !== 9 && numbers.length !== 12) {
    const message = `Expected \`matrix\` to have 9 or 12 numbers, got ${numbers.length}`;
    throw argumentError('ERR_OUT_OF_RANGE', message);
  }
  return { colorMatrix: { matrix: numbers.map((number, i) => finite(`matrix[${i}]`, number, -MAX, MAX)) } };
}
