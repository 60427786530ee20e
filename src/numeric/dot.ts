import { arrayType, type NumericArray } from '../internal/array.ts';
import { argumentError, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { holdRead, type NumericInput, readInput } from './input.ts';
import { bigintOption } from './reduction.ts';
import type { SumOptions, SumResult } from './sum.ts';

/** The kernel of `dot`. */
export interface DotKernel {
  <X extends NumericInput, O extends SumOptions = SumOptions>(a: X, b: X, options?: O): SumResult<X, O>;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: <X extends NumericInput, O extends SumOptions = SumOptions>(
    a: X,
    b: X,
    options?: O & RunOptions,
  ) => Promise<SumResult<X, O>>;
}

/**
 * The dot product: the sum of the products of elements at the same index.
 *
 * Floats: each product is rounded, then added over the tree of `sum`; never fused, so every
 * machine gives the same bits. Integers: exact (numpy wraps), rounded once or given as a bigint.
 * Empty: 0.
 *
 * @param a A typed array, read in place, or an array of numbers.
 * @param b An array of the same type and length.
 * @param options.bigint The exact result as a bigint, for integer arrays. Default false.
 * @throws {TypeError} when an argument is no array of numbers, the types differ, or `bigint` is asked of floats.
 * @throws {RangeError} when the lengths differ.
 * @example
 * import { dot } from 'allcores/numeric';
 *
 * dot([1, 2, 3], [4, 5, 6]); // 32
 */
export const dot = defineKernel(
  2,
  (a: NumericInput, b: NumericInput, options?: SumOptions) => {
    const left = readInput('a', a);
    const right = readInput('b', b);
    const bigint = check(left, right, ownOptions(options, ['bigint'], 'dot'));
    return call(() => native.dot(left, right, bigint));
  },
  async (a: NumericInput, b: NumericInput, options?: SumOptions & RunOptions) => {
    const own = ownOptions(options, ['bigint', 'signal'], 'dot');
    const left = readInput('a', a);
    const right = readInput('b', b);
    const bigint = check(left, right, own);
    const heldLeft = holdRead('a', a, left);
    const heldRight = holdRead('b', b, right);
    return startJob((id) => native.startDot(id, heldLeft, heldRight, bigint), own.signal);
  },
) as DotKernel;

function check(a: NumericArray, b: NumericArray, options: SumOptions): boolean {
  if (kind(a) !== kind(b)) {
    throw argumentError(
      'ERR_INVALID_ARG_TYPE',
      `Expected \`a\` and \`b\` to be arrays of one type, got ${arrayType(a)} and ${arrayType(b)}`,
    );
  }
  if (a.length !== b.length) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`a\` and \`b\` to have the same length, got ${a.length} and ${b.length}`,
    );
  }
  return bigintOption(a, options.bigint);
}

/** Bytes are bytes, clamped or not. */
function kind(array: NumericArray): string | undefined {
  return arrayType(array)?.replace('Clamped', '');
}
