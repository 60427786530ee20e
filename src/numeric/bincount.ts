import type { NumericArray } from '../internal/array.ts';
import { argumentError, expected, integer, ownOptions } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { holdRead, isFloat, type NumericInput, readInput } from './input.ts';
import { readWeights } from './mean.ts';
import { newResult } from './output.ts';

/** Options of `bincount`. */
export interface BincountOptions {
  /** The least number of counts, an integer from 0 to 2^32. Default 0. */
  minLength?: number;
  /** How much each element counts: a Float64Array or an array of numbers, as long as `x`. Default: 1. */
  weights?: Float64Array | readonly number[];
}

const MOST = 2 ** 32;
const names = ['minLength', 'weights'] as const;

/**
 * How often each integer occurs: element `i` of the result is the number of elements of `x` that are
 * `i`, or the sum of their weights. As long as the greatest element plus one, at least `minLength`.
 *
 * The counts of `np.bincount`. Weights are added up as doubles, in blocks of 65,536 elements, so that
 * they have the same bits on any number of threads; up to that length those of numpy. Memory is read
 * twice: first for the greatest element. Up to 131,072 elements it runs on the calling thread alone,
 * and so do the counts when there are more than 65,536 of them.
 *
 * @param x A typed array of integers from 0, read in place, or an array of such numbers. Bigints are welcome.
 * @param options.minLength The least number of counts, an integer from 0 to 2^32. Default 0.
 * @param options.weights How much each element counts. Default: 1.
 * @throws {TypeError} when `x` is no array of numbers, has floats, or was transferred away, or an option is of a
 *   wrong kind.
 * @throws {RangeError} when an element is negative or, in an array of numbers, not an integer, when the weights
 *   have another length, or the counts would be more than 2^32 or than there is memory.
 * @example
 * import { bincount } from 'allcores/numeric';
 *
 * [...bincount(new Uint8Array([1, 3, 3]))]; // [0, 1, 0, 2]
 * [...bincount([0, 1, 1], { weights: [0.5, 1, 2], minLength: 3 })]; // [0.5, 3, 0]
 */
export const bincount: Kernel<[x: NumericInput], BincountOptions, Float64Array> = defineKernel(
  1,
  (x: NumericInput, options?: BincountOptions) => {
    const own = ownOptions(options, names, 'bincount');
    const input = readIntegers(x);
    const { minLength, weights } = check(input, own);
    const length = call(() => native.bincountLength(input, minLength)) as number;
    const counts = newResult('Float64Array', length);
    call(() => native.bincount(input, weights, counts));
    return counts as Float64Array;
  },
  async (x: NumericInput, options?: BincountOptions & RunOptions) => {
    const own = ownOptions(options, [...names, 'signal'], 'bincount');
    const input = readIntegers(x);
    const { minLength, weights } = check(input, own);
    const held = holdRead('x', x, input);
    const heldWeights = weights && holdInput('weights', weights);
    const length = (await startJob(
      (id) => native.startBincountLength(id, held, minLength),
      own.signal,
    )) as number;
    const counts = newResult('Float64Array', length);
    await startJob((id) => native.startBincount(id, held, heldWeights, counts), own.signal);
    return counts as Float64Array;
  },
);

function check(
  x: NumericArray,
  { minLength, weights }: BincountOptions,
): { minLength: number; weights: Float64Array | undefined } {
  return {
    minLength: minLength === undefined ? 0 : integer('minLength', minLength, 0, MOST),
    weights: weights === undefined ? undefined : readWeights(x, weights),
  };
}

/** An array of integers: numbers of a plain array are checked one by one and copied. */
function readIntegers(x: NumericInput): NumericArray {
  const input = readInput('x', x);
  if (!isFloat(input)) return input;
  if (!Array.isArray(x)) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('x', 'an array of integers', x));
  }
  return Uint32Array.from(input as Float64Array, (value, index) =>
    integer(`x[${index}]`, value, 0, MOST - 1),
  );
}
