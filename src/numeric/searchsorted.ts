import { elementType, type NumericArray } from '../internal/array.ts';
import { argumentError, choice, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { holdRead, isWide, type NumericInput, readInput } from './input.ts';
import { newResult } from './output.ts';

/** Options of `searchsorted`. */
export interface SearchsortedOptions {
  /** Whether a value goes before the elements that equal it, or behind them. Default `left`. */
  side?: 'left' | 'right';
}

/**
 * For each value, the index at which it would keep the order of a sorted array: with `left` the
 * number of elements below it, with `right` the number of elements that are not above it.
 *
 * A NaN equals every NaN and is above everything else; −0 equals +0. The arrays may be of two types:
 * numbers are compared by their exact values, and so are bigints. Whether `sorted` is sorted is not
 * checked: if it is not, the indices are unspecified, from 0 to its length. The same on any number of
 * threads; up to 8,192 values are searched for on the calling thread alone.
 *
 * @param sorted A typed array in the order of `sort`, read in place, or an array of numbers.
 * @param values What to search for: a typed array, read in place, or an array of numbers.
 * @param options.side `left` or `right` of equal elements. Default `left`.
 * @throws {TypeError} when an argument is no array of numbers or was transferred away, one has bigints
 *   and the other has not, or `side` is no side.
 * @throws {RangeError} when `sorted` has 2^32 elements or more, or there is no memory for the result.
 * @example
 * import { searchsorted } from 'allcores/numeric';
 *
 * searchsorted([10, 20, 20, 30], [20, 25]); // [1, 3]
 */
export const searchsorted: Kernel<
  [sorted: NumericInput, values: NumericInput],
  SearchsortedOptions,
  Uint32Array
> = defineKernel(
  2,
  (sorted: NumericInput, values: NumericInput, options?: SearchsortedOptions) => {
    const right = readSide(ownOptions(options, ['side'], 'searchsorted'));
    const [places, wanted] = readPair(sorted, values);
    const out = newResult('Uint32Array', wanted.length);
    call(() => native.searchsorted(places, wanted, right, out));
    return out as Uint32Array;
  },
  async (sorted: NumericInput, values: NumericInput, options?: SearchsortedOptions & RunOptions) => {
    const own = ownOptions(options, ['side', 'signal'], 'searchsorted');
    const right = readSide(own);
    const [places, wanted] = readPair(sorted, values);
    const heldPlaces = holdRead('sorted', sorted, places);
    const heldWanted = holdRead('values', values, wanted);
    const out = newResult('Uint32Array', wanted.length);
    await startJob((id) => native.startSearchsorted(id, heldPlaces, heldWanted, right, out), own.signal);
    return out as Uint32Array;
  },
);

function readSide({ side }: SearchsortedOptions): boolean {
  return side !== undefined && choice('side', side, ['left', 'right']) === 'right';
}

function readPair(sorted: NumericInput, values: NumericInput): [NumericArray, NumericArray] {
  const places = readInput('sorted', sorted);
  const wanted = readInput('values', values);
  if (isWide(places) !== isWide(wanted)) {
    const got = `${elementType(places)} and ${elementType(wanted)}`;
    throw argumentError(
      'ERR_INVALID_ARG_TYPE',
      `Expected \`sorted\` and \`values\` to be two arrays of bigints or two of numbers, got ${got}`,
    );
  }
  if (places.length >= 2 ** 32) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`sorted\` to have less than 2^32 elements, got ${places.length}`,
    );
  }
  return [places, wanted];
}
