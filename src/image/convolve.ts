import { argumentError, choice, expected, finite, integer } from '../internal/check.ts';
import { defineFilter, type FilterKernel, type Step } from './filter.ts';

const borders = ['replicate', 'reflect101', 'reflect', 'constant', 'wrap', 'copy'] as const;

/** The most columns and rows of a kernel. */
const MAX_SIDE = 255;

/** Larger numbers do not fit single precision. */
const LARGEST = 3.4e38;

/** Options of `convolve`. */
export interface ConvolveOptions {
  /** The weights, row by row from the top. */
  kernel: readonly number[];
  /** Columns of the kernel: odd, from 1 to 255. Default: the kernel is a square, or what `height` leaves. */
  width?: number;
  /** Rows of the kernel: odd, from 1 to 255. Default: the kernel is a square, or what `width` leaves. */
  height?: number;
  /** What the weights are divided by; not 0. Default: their sum, or 1 when that is 0. */
  scale?: number;
  /** What is added to each sum, in units of the samples. Default 0. */
  offset?: number;
  /**
   * What lies beyond the edges: `'replicate'` the edge pixels again (`aaa|abcd|ddd`), `'reflect101'` a mirror
   * through them (`dcb|abcd|cba`), `'reflect'` a mirror beside them (`cba|abcd|dcb`), `'constant'` zeros,
   * `'wrap'` the other end; with `'copy'` pixels whose window is not all inside stay as they are. Default
   * `'replicate'`.
   */
  border?: (typeof borders)[number];
}

/**
 * Replaces each sample by a weighted sum of those around it.
 *
 * A correlation around the middle of the kernel: `out(x, y)` is the sum of
 * `kernel[j * width + i] * in(x + i - (width - 1) / 2, y + j - (height - 1) / 2)`, divided by `scale`, plus
 * `offset`. Channels are independent, alpha included. Integers are rounded to the nearest, halves upward, and
 * clamped. Weights of 0 take no part, so a NaN under them does not spread. The same bytes on any number of
 * threads.
 *
 * On 8 bits sums are made in single precision; sums of whole numbers (or of whole numbers over a power of two)
 * are exact up to 2^24. Kernels of 3×3 and 5×5 give the bytes of Pillow 12's `ImageFilter.Kernel` with `border: 'copy'`;
 * Pillow reads the rows of its kernel from the lowest up, so hand them over in the opposite order. Whole
 * weights give the bytes of OpenCV 5's `filter2D`. On 16 bits and floats sums are made in double precision and
 * rounded once.
 *
 * Larger kernels that are a column times a row are applied as such, which costs `width + height` instead of
 * `width * height`, when no sum changes by more than a thousandth of a level of 8 bits, or 2^-44 of the
 * largest possible sum of the other types.
 *
 * @param raster An image of any sample type, 1 to 4 channels.
 * @param options.kernel The weights, row by row from the top.
 * @param options.width Columns of the kernel: odd, from 1 to 255.
 * @param options.height Rows of the kernel: odd, from 1 to 255.
 * @param options.scale What the weights are divided by. Default: their sum, or 1 when that is 0.
 * @param options.offset What is added to each sum. Default 0.
 * @param options.border What lies beyond the edges. Default `'replicate'`.
 * @param options.out An array for the result. Default: a new one of the input's type.
 * @throws {TypeError} when an argument has the wrong type, or `out` overlaps the input.
 * @throws {RangeError} when a side is even, the kernel has not `width * height` weights, `scale` is 0, a
 * number is out of range, or a length does not fit.
 * @example
 * import { convolve } from 'allcores/image';
 *
 * const raster = { data: new Uint8Array([0, 0, 90, 0, 0]), width: 5, height: 1, channels: 1 } as const;
 * convolve(raster, { kernel: [1, 2, 3], width: 3, height: 1 }).data; // [ 0, 45, 30, 15, 0 ]
 */
export const convolve = defineFilter<ConvolveOptions>(
  'convolve',
  ['kernel', 'width', 'height', 'scale', 'offset', 'border'],
  convolveStep,
) as FilterKernel<ConvolveOptions>;

/** The native step of `convolve`. */
export function convolveStep(options: Partial<ConvolveOptions>): Step {
  const { scale, offset = 0, border = 'replicate' } = options;
  const kernel = weights(options.kernel);
  const { width, height } = sides(kernel.length, options.width, options.height);
  const step = {
    kernel,
    width,
    height,
    scale: scale === undefined ? sumOr1(kernel) : finite('scale', scale, -LARGEST, LARGEST),
    offset: finite('offset', offset, -LARGEST, LARGEST),
    border: choice('border', border, borders),
  };
  if (step.scale === 0) {
    throw argumentError('ERR_OUT_OF_RANGE', expected('scale', 'a number other than 0', scale));
  }
  return { convolve: step };
}

function weights(value: unknown): number[] {
  if (!Array.isArray(value)) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('kernel', 'an array of numbers', value));
  }
  // Not `map`, which would leave holes as they are.
  return Array.from(value as unknown[], (weight, i) => finite(`kernel[${i}]`, weight, -LARGEST, LARGEST));
}

function sides(count: number, width: unknown, height: unknown): { width: number; height: number } {
  const across = width === undefined ? undefined : side('width', width);
  const down = height === undefined ? undefined : side('height', height);
  const found = {
    width: across ?? (down === undefined ? Math.sqrt(count) : count / down),
    height: down ?? (across === undefined ? Math.sqrt(count) : count / across),
  };
  const fits = (value: number) => Number.isInteger(value) && value % 2 === 1 && value <= MAX_SIDE;
  if (found.width * found.height !== count || !fits(found.width) || !fits(found.height)) {
    const odd = `two odd integers up to ${MAX_SIDE}`;
    const what =
      across !== undefined && down !== undefined
        ? `${across} × ${down} = ${across * down} numbers`
        : `a number of weights that is \`width\` times \`height\`, ${odd} (by default the same)`;
    throw argumentError('ERR_OUT_OF_RANGE', `Expected \`kernel\` to hold ${what}, got ${count}`);
  }
  return found;
}

function side(name: string, value: unknown): number {
  const found = integer(name, value, 1, MAX_SIDE);
  if (found % 2 === 1) return found;
  throw argumentError('ERR_OUT_OF_RANGE', expected(name, `an odd integer from 1 to ${MAX_SIDE}`, value));
}

function sumOr1(kernel: readonly number[]): number {
  return kernel.reduce((sum, weight) => sum + weight, 0) || 1;
}
