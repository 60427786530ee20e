import { arrayType } from '../internal/array.ts';
import { argumentError, expected, finite } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type FilterKernelWithDefaults, type Step } from './filter.ts';

const MAX = Number.MAX_VALUE;

/**
 * White minus each sample: the negative. White is 255, 65,535 or, of floats, 1.
 *
 * @param raster An image of any sample type, 1 to 4 channels. Alpha is kept.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { invert } from 'allcores/image';
 *
 * invert({ data: new Uint8Array([0, 200]), width: 2, height: 1, channels: 1 }).data; // [ 255, 55 ]
 */
export const invert = defineFilter<object>('invert', [], invertStep) as FilterKernelWithDefaults<object>;

/** The native step of `invert`. */
export function invertStep(): Step {
  return { invert: {} };
}

/** Options of `threshold`. */
export interface ThresholdOptions {
  /** The least value that becomes white: any number. */
  value: number;
}

/**
 * White where a sample is at least `value`, 0 elsewhere; each colour for itself.
 *
 * @param raster An image of any sample type, 1 to 4 channels. Alpha is kept.
 * @param options.value The least value that becomes white, in the unit of the samples.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { threshold } from 'allcores/image';
 *
 * threshold({ data: new Uint8Array([99, 100]), width: 2, height: 1, channels: 1 }, { value: 100 }).data; // [ 0, 255 ]
 */
export const threshold = defineFilter<ThresholdOptions>(
  'threshold',
  ['value'],
  thresholdStep,
) as FilterKernel<ThresholdOptions>;

/** The native step of `threshold`. */
export function thresholdStep({ value }: Partial<ThresholdOptions>): Step {
  return { threshold: { value: finite('value', value, -MAX, MAX) } };
}

/** Options of `gamma`. */
export interface GammaOptions {
  /** From 0.001 to 1000. Above 1 the middle becomes brighter. */
  gamma: number;
}

/**
 * `white * (sample / white) ^ (1 / gamma)`, rounded to the nearest. A negative float keeps its sign.
 *
 * @param raster An image of any sample type, 1 to 4 channels. Alpha is kept.
 * @param options.gamma From 0.001 to 1000; 1 changes nothing.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { gamma } from 'allcores/image';
 *
 * gamma({ data: new Uint8Array([0, 64, 255]), width: 3, height: 1, channels: 1 }, { gamma: 2 }).data; // [ 0, 128, 255 ]
 */
export const gamma = defineFilter<GammaOptions>('gamma', ['gamma'], gammaStep) as FilterKernel<GammaOptions>;

/** The native step of `gamma`. */
export function gammaStep({ gamma }: Partial<GammaOptions>): Step {
  return { gamma: { gamma: finite('gamma', gamma, 0.001, 1000) } };
}

/** Options of `lut`. */
export interface LutOptions {
  /** One integer for each value of a sample (256 or 65,536), for all colours or for one after the other. */
  lut: ArrayLike<number>;
}

/**
 * Replaces each sample by the entry of a table that has its number.
 *
 * @param raster An image of 8 or 16 bits, 1 to 4 channels. Alpha is kept.
 * @param options.lut 256 entries for samples of 8 bits, 65,536 for 16; or three such tables, for red, green and blue.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { lut } from 'allcores/image';
 *
 * const halved = Uint8Array.from({ length: 256 }, (_, value) => value / 2);
 * lut({ data: new Uint8Array([0, 200]), width: 2, height: 1, channels: 1 }, { lut: halved }).data; // [ 0, 100 ]
 */
export const lut = defineFilter<LutOptions>('lut', ['lut'], lutStep) as FilterKernel<LutOptions>;

/** The native step of `lut`. */
export function lutStep({ lut }: Partial<LutOptions>): Step {
  const type = arrayType(lut);
  if (!Array.isArray(lut) && (type === undefined || type.startsWith('Big'))) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('lut', 'an array of integers', lut));
  }
  const entries = Array.from(lut as ArrayLike<number>);
  const wrong = entries.findIndex((entry) => typeof entry !== 'number');
  if (wrong >= 0) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(`lut[${wrong}]`, 'an integer', entries[wrong]));
  }
  const outside = entries.findIndex((entry) => !Number.isInteger(entry) || entry < 0 || entry > 65_535);
  if (outside >= 0) {
    const what = 'an integer from 0 to the value of white';
    throw argumentError('ERR_OUT_OF_RANGE', expected(`lut[${outside}]`, what, entries[outside]));
  }
  return { lut: { lut: entries } };
}
