import { argumentError, choice, expected, finite, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { type FilterOptions, filterNames, holdFilter, readFilter } from './filter.ts';
import { holdRead, type NumericInput, notEmpty, readInput } from './input.ts';

const methods = [
  'inverted_cdf',
  'averaged_inverted_cdf',
  'closest_observation',
  'interpolated_inverted_cdf',
  'hazen',
  'weibull',
  'linear',
  'median_unbiased',
  'normal_unbiased',
  'lower',
  'higher',
  'midpoint',
  'nearest',
] as const;

/** How a quantile is read off the sorted elements: numpy's names. */
export type QuantileMethod = (typeof methods)[number];

/** Options of `quantile`. */
export interface QuantileOptions {
  /** One of numpy's thirteen methods. Default `linear`. */
  method?: QuantileMethod;
}

/** Which quantiles: one, or an array of them. */
export type Quantiles = number | readonly number[] | Float64Array;

/** One quantile is a number, an array of them a Float64Array. */
export type QuantileResult<Q> = Q extends number ? number : Float64Array;

type Options = QuantileOptions & FilterOptions;

/** The kernel of `quantile`. */
export interface QuantileKernel {
  <Q extends Quantiles>(x: NumericInput, q: Q, options?: Options): QuantileResult<Q>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: <Q extends Quantiles>(
    x: NumericInput,
    q: Q,
    options?: Options & RunOptions,
  ) => Promise<QuantileResult<Q>>;
}

/**
 * Quantiles of an array, by one of numpy's thirteen methods.
 *
 * The methods, after Hyndman and Fan, "Sample Quantiles in Statistical Packages" (The American
 * Statistician 50, 1996): 1 `inverted_cdf`, 2 `averaged_inverted_cdf`, 3 `closest_observation`,
 * 4 `interpolated_inverted_cdf`, 5 `hazen`, 6 `weibull`, 7 `linear`, 8 `median_unbiased`,
 * 9 `normal_unbiased`; and `lower`, `higher`, `midpoint`, `nearest`, which take what lies beside the
 * position of `linear`, which is `q * (n - 1)`.
 *
 * The bits of `np.quantile`. One quantile is calculated in the precision of floats, an array of them in
 * doubles (from a difference in the precision of floats); integers are calculated with as doubles.
 * Deliberate differences: the difference of two integers does not wrap, and the one quantile 0 or 1 is
 * the least or the greatest element also where that is infinite. Between infinities the result is NaN.
 * −0 sorts below +0.
 *
 * All quantiles of an array `q` are found in one pass, or a few when they are many; memory as for
 * `median`. The same bits on any number of threads and on every instruction set. Up to 65,536 elements
 * it runs on the calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param q A number from 0 to 1, or an array of them.
 * @param options.method One of numpy's thirteen. Default `linear`.
 * @param options.nanPolicy What a NaN does: `propagate` makes every quantile NaN, `omit` leaves it out (NaN
 *   when nothing else is there), `raise` is an error. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, `q` is neither a number nor an
 *   array of them, or an option is of a wrong kind.
 * @throws {RangeError} when nothing takes part, a quantile is not from 0 to 1, the mask has another length,
 *   or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { quantile } from 'allcores/numeric';
 *
 * quantile([4, 1, 2, 3], 0.5); // 2.5
 * [...quantile([4, 1, 2, 3], [0, 0.25, 1], { method: 'lower' })]; // [1, 1, 4]
 */
export const quantile = defineKernel(
  2,
  (x: NumericInput, q: Quantiles, options?: Options) => {
    const own = ownOptions(options, ['method', ...filterNames], 'quantile');
    const input = readInput('x', x);
    const { mask, nan } = readFilter(input, own);
    const method = readMethod(own.method);
    const fractions = readFractions(q);
    notEmpty('x', input);
    return call(() => native.quantile(input, mask, nan, fractions, typeof q === 'number', method));
  },
  async (x: NumericInput, q: Quantiles, options?: Options & RunOptions) => {
    const own = ownOptions(options, ['method', ...filterNames, 'signal'], 'quantile');
    const input = readInput('x', x);
    const filter = readFilter(input, own);
    const method = readMethod(own.method);
    const fractions = readFractions(q);
    notEmpty('x', input);
    const held = holdRead('x', x, input);
    const { mask, nan } = holdFilter(filter);
    const isOne = typeof q === 'number';
    return startJob((id) => native.startQuantile(id, held, mask, nan, fractions, isOne, method), own.signal);
  },
) as QuantileKernel;

/** The index of a method. */
function readMethod(method: unknown): number {
  return methods.indexOf(method === undefined ? 'linear' : choice('method', method, methods));
}

/** The quantiles as numbers that nobody else can change. */
function readFractions(q: unknown): number[] {
  if (typeof q === 'number') return [finite('q', q, 0, 1)];
  if (!Array.isArray(q) && !(ArrayBuffer.isView(q) && !(q instanceof DataView))) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('q', 'a number from 0 to 1 or an array of them', q));
  }
  const values = readInput('q', q) as ArrayLike<unknown>;
  return Array.from(values, (value, index) => finite(`q[${index}]`, value, 0, 1));
}
