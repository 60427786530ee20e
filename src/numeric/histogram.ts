import type { NumericArray } from '../internal/array.ts';
import { argumentError, boolean, expected, integer, show } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import { isWide, type NumericInput, readInput } from './input.ts';
import { readWeights } from './mean.ts';
import { defineReduction } from './reduction.ts';

const MOST_BINS = 2 ** 24;

/** Options of `histogram`. */
export interface HistogramOptions {
  /**
   * How many bins of equal width, an integer from 1 to 2^24, or the edges: at least two numbers, none below
   * the one before it. Default 10.
   */
  bins?: number | readonly number[] | Float64Array;
  /** The outer edges, two finite numbers. Default: the least and the greatest element. Not with edges. */
  range?: readonly [low: number, high: number];
  /** How much each element counts: a Float64Array or an array of numbers, as long as `x`. Default: 1. */
  weights?: Float64Array | readonly number[];
  /** Scales the counts so that the integral over the bins is 1. Default false. */
  density?: boolean;
}

/** What lies in each bin, and the bins. */
export interface Histogram {
  /** One for each bin. */
  readonly counts: Float64Array;
  /** One more than there are bins, rising. */
  readonly edges: Float64Array;
}

interface Checked {
  readonly count: number;
  readonly edges: number[] | undefined;
  readonly range: number[] | undefined;
  readonly weights: Float64Array | undefined;
  readonly density: boolean;
}

/**
 * How many elements lie in each bin, or the sum of their weights. Bin `i` holds what is at least
 * `edges[i]` and below `edges[i + 1]`; the last one holds its right edge, too. What lies outside of all
 * bins is not counted, and neither is a NaN.
 *
 * The counts and edges of `np.histogram`, bit for bit: edges of equal width are rounded to the array's
 * type of floats, those of integers are doubles; an empty array has the range from 0 to 1; a range of
 * one point is widened by 0.5 to each side. Elements are compared as doubles. Differences: weights are
 * added up as doubles, in blocks of 65,536 elements (numpy's bits for Float64Array and bins of equal
 * width; with edges numpy takes differences of running sums, which is less accurate), and bins of a
 * Float16Array are where the edges say (numpy looks for them in 16 bits).
 *
 * The same bits on any number of threads and on every instruction set. Up to 131,072 elements it runs
 * on the calling thread alone. Takes memory for eight counts of 32 bits for each bin and thread, above
 * 1,024 bins for one.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.bins How many bins of equal width, an integer from 1 to 2^24, or their edges. Default 10.
 * @param options.range The outer edges. Default: the least and the greatest element that take part.
 * @param options.weights How much each element counts. Default: 1.
 * @param options.density Whether to scale the counts so that the integral over the bins is 1 (NaN when
 *   nothing was counted). Default false.
 * @param options.nanPolicy What a NaN does: under `propagate` it is not counted, but it is an error when the
 *   range is to be found; `omit` leaves it out; `raise` is an error. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong
 *   kind, or `range` stands beside edges.
 * @throws {RangeError} when `bins` is not an integer from 1 to 2^24 or its edges fall, when the range, given
 *   or found, is not finite, falls, or has no room for so many bins, when the mask or the weights have
 *   another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { histogram } from 'allcores/numeric';
 *
 * [...histogram([1, 2, 4, 5], { bins: 2 }).counts]; // [2, 2]
 * [...histogram([1, 2, 4, 5], { bins: [0, 2, 10] }).counts]; // [1, 3]
 */
export const histogram: Kernel<[x: NumericInput], HistogramOptions & FilterOptions, Histogram> =
  defineReduction<HistogramOptions, Histogram, Checked>({
    name: 'histogram',
    options: ['bins', 'range', 'weights', 'density'],
    check: (x, { bins = 10, range, weights, density }) => {
      const edges = typeof bins === 'object' ? readEdges(bins) : undefined;
      if (edges !== undefined && range !== undefined) {
        throw argumentError(
          'ERR_INVALID_ARG_VALUE',
          'Expected `range` with a number of bins only: edges are their own range',
        );
      }
      return {
        count: edges === undefined ? integer('bins', bins, 1, MOST_BINS) : 0,
        edges,
        range: range === undefined ? undefined : readRange(range),
        weights: weights === undefined ? undefined : readWeights(x, weights),
        density: density !== undefined && boolean('density', density),
      };
    },
    plain: (x, { mask, nan }, { count, range, edges, weights, density }) =>
      native.histogram(x, mask, nan, count, range, edges, weights, density),
    start: (id, x, { mask, nan }, { count, range, edges, weights, density }) => {
      const held = weights && holdInput('weights', weights);
      return native.startHistogram(id, x, mask, nan, count, range, edges, held, density);
    },
    finish: (found) => {
      const [counts, edges] = found as [Float64Array, Float64Array];
      return { counts, edges };
    },
  });

/** A list of numbers, as numbers that nobody else can change. */
function readNumbers(name: string, value: unknown): number[] {
  const numbers: NumericArray = readInput(name, value);
  if (isWide(numbers))
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an array of numbers', value));
  return Array.from(numbers as ArrayLike<number>);
}

function readEdges(value: unknown): number[] {
  const edges = readNumbers('bins', value);
  if (edges.length < 2) {
    const message = `Expected \`bins\` to have at least two edges, got ${edges.length}`;
    throw argumentError('ERR_OUT_OF_RANGE', message);
  }
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i] as number;
    if (!(i === 0 || edge >= (edges[i - 1] as number)) || Number.isNaN(edge)) {
      const what = i === 0 ? 'a number' : 'a number that is not below the edge before it';
      throw argumentError('ERR_OUT_OF_RANGE', expected(`bins[${i}]`, what, edge));
    }
  }
  return edges;
}

function readRange(value: unknown): number[] {
  const range = readNumbers('range', value);
  const [low, high] = range as [number, number];
  // Also for NaN, infinities, and a distance that is too large for a double.
  if (range.length !== 2 || !(low <= high) || !Number.isFinite(high - low)) {
    const got = range.length === 2 ? `[${low}, ${high}]` : `${show(value)} of length ${range.length}`;
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`range\` to be two finite numbers, the second not below the first, got ${got}`,
    );
  }
  return range;
}
