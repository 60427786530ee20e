import { argumentError, expected, finite, ownOptions } from '../internal/check.ts';
import { defineFilter, type FilterKernelWithDefaults, type Step } from './filter.ts';

/** Options of `autocontrast`. */
export interface AutocontrastOptions {
  /** Percent of the samples to leave out at each end, from 0 to 100; or each end for itself. Default 0. */
  cutoff?: number | { readonly low: number; readonly high: number };
}

/**
 * Stretches each colour so that its darkest value becomes 0 and its lightest white.
 *
 * Of 8 bits the bytes of Pillow's `ImageOps.autocontrast`, which truncates; of 16 bits rounded to the nearest.
 *
 * @param raster An image of 8 or 16 bits, 1 to 4 channels. Alpha is kept.
 * @param options.cutoff Percent of the samples of each colour that may become darker than 0 or lighter than white.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { autocontrast } from 'allcores/image';
 *
 * autocontrast({ data: new Uint8Array([0, 51, 204]), width: 3, height: 1, channels: 1 }).data; // [ 0, 63, 255 ]
 */
export const autocontrast = defineFilter<AutocontrastOptions>(
  'autocontrast',
  ['cutoff'],
  autocontrastStep,
) as FilterKernelWithDefaults<AutocontrastOptions>;

/** The native step of `autocontrast`. */
export function autocontrastStep({ cutoff = 0 }: Partial<AutocontrastOptions>): Step {
  return { autocontrast: ends('cutoff', cutoff) };
}

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** The percentiles of luma that become 0 and white, from 0 to 100, rising. Default `{ low: 1, high: 99 }`. */
  percentiles?: { readonly low: number; readonly high: number };
}

/**
 * Stretches all colours alike, so that two percentiles of the luma become 0 and white.
 *
 * Of 8 bits the bytes of Pillow's `ImageOps.autocontrast` with `preserve_tone`; its cutoffs are `low` and `100 - high`.
 *
 * @param raster An image of 8 or 16 bits, 1 to 4 channels. Alpha is kept.
 * @param options.percentiles Default 1 and 99.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { normalize } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([0, 51, 204]), width: 3, height: 1, channels: 1 } as const;
 * normalize(raster, { percentiles: { low: 0, high: 100 } }).data; // [ 0, 63, 255 ]
 */
export const normalize = defineFilter<NormalizeOptions>(
  'normalize',
  ['percentiles'],
  normalizeStep,
) as FilterKernelWithDefaults<NormalizeOptions>;

/** The native step of `normalize`. */
export function normalizeStep({ percentiles = { low: 1, high: 99 } }: Partial<NormalizeOptions>): Step {
  const { low, high } = range('percentiles', percentiles);
  if (low >= high) {
    const message = `Expected \`percentiles.low\` to be below \`percentiles.high\`, got ${low} and ${high}`;
    throw argumentError('ERR_OUT_OF_RANGE', message);
  }
  return { normalize: { low, high } };
}

/**
 * Spreads the values of each colour so that all become about equally frequent.
 *
 * Of 8 bits the bytes of Pillow's `ImageOps.equalize`; of 16 bits the share of the samples below a value, of those below
 * the largest.
 *
 * @param raster An image of 8 or 16 bits, 1 to 4 channels. Alpha is kept.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { equalize } from 'allcores/image';
 *
 * const raster = { data: new Uint16Array([1, 2, 3, 4]), width: 2, height: 2, channels: 1 } as const;
 * equalize(raster).data; // [ 0, 21845, 43690, 65535 ]
 */
export const equalize = defineFilter<object>(
  'equalize',
  [],
  equalizeStep,
) as FilterKernelWithDefaults<object>;

/** The native step of `equalize`. */
export function equalizeStep(): Step {
  return { equalize: {} };
}

function ends(name: string, value: unknown): { low: number; high: number } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const both = finite(name, value, 0, 100);
    return { low: both, high: both };
  }
  return range(name, value);
}

function range(name: string, value: unknown): { low: number; high: number } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an object with low and high', value));
  }
  const { low, high } = ownOptions<{ low?: unknown; high?: unknown }>(value, ['low', 'high'], name);
  return { low: finite(`${name}.low`, low, 0, 100), high: finite(`${name}.high`, high, 0, 100) };
}
