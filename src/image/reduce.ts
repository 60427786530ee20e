import { integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';

/** Options of `reduce`. */
export interface ReduceOptions {
  /** Pixels across and down of a square, from 1 to 4096. */
  factor: number;
}

/**
 * Makes one pixel of each square of `factor` × `factor` pixels: their mean.
 *
 * Squares at the right and lower edge may be smaller. Of 8 bits the bytes of Pillow's `Image.reduce`. Colours are
 * weighed by their alpha.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.factor An integer from 1 to 4096.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a number is out of range, or a length does not fit.
 * @example
 * import { reduce } from 'allcores/image';
 *
 * reduce({ data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }, { factor: 2 }).data; // [ 3, 5 ]
 */
export const reduce = defineFilter<ReduceOptions>(
  'reduce',
  ['factor'],
  reduceStep,
) as FilterKernel<ReduceOptions>;

/** The native step of `reduce`. */
export function reduceStep({ factor }: Partial<ReduceOptions>): Step {
  return { reduce: { factor: integer('factor', factor, 1, 4096) } };
}
