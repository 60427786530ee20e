import type { NumericArray } from '../internal/array.ts';
import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { holdRead, type NumericInput, readInput } from './input.ts';
import { checkResult, holdResult, isSame, newResult } from './output.ts';

/** The typed array of the same element type: a plain one for a Buffer, a Float64Array for an array of numbers. */
export type SameType<X> = X extends readonly number[] ? Float64Array : X extends Uint8Array ? Uint8Array : X;

/** Options of `sort`. */
export interface SortOptions<X> {
  /** An array of the same type and length for the result; may be `x` itself. Default: a new one. */
  out?: SameType<X>;
}

/** The kernel of `sort`. */
export interface SortKernel {
  <X extends NumericInput>(x: X, options?: SortOptions<X>): SameType<X>;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: <X extends NumericInput>(
    x: X,
    options?: SortOptions<X> & RunOptions,
  ) => Promise<SameType<X>>;
}

/**
 * The elements of an array in rising order, as `TypedArray.prototype.sort` has it: −0 before +0,
 * NaNs last. Every element keeps its bits; NaNs are ordered by theirs.
 *
 * Elements of 32 and 64 bits take private memory of the size of the input while it runs; those of
 * 8 and 16 bits are counted. The same bits on any number of threads and on every instruction set.
 * Up to 65,536 elements (262,144 of 8 and 16 bits) are sorted on the calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.out An array of the same type and length for the result. It may be `x` itself, which
 *   is then sorted in place. A call that is aborted may have written a part of it. Default: a new array.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, `out` has another type or
 *   overlaps `x` without being the same array.
 * @throws {RangeError} when `out` has another length, or there is no memory for the result.
 * @example
 * import { sort } from 'allcores/numeric';
 *
 * sort([3, -1, 2]); // [-1, 2, 3]
 */
export const sort = defineKernel(
  1,
  (x: NumericInput, options?: { out?: unknown }) => {
    const own = ownOptions(options, ['out'], 'sort');
    const input = readInput('x', x);
    const out = readOut(own.out, input) ?? newResult({ like: input }, input.length);
    call(() => native.sort(isSame(out, input) ? undefined : input, out));
    return out;
  },
  async (x: NumericInput, options?: { out?: unknown } & RunOptions) => {
    const own = ownOptions(options, ['out', 'signal'], 'sort');
    const input = readInput('x', x);
    const out = readOut(own.out, input);
    const source = out !== undefined && isSame(out, input) ? undefined : holdRead('x', x, input);
    const { target, deliver } = holdResult(out, () => newResult({ like: input }, input.length));
    await startJob((id) => native.startSort(id, source, target), own.signal);
    deliver();
    return out ?? target;
  },
) as unknown as SortKernel;

function readOut(out: unknown, input: NumericArray): NumericArray | undefined {
  return out === undefined ? undefined : checkResult(out, { like: input }, input.length, [input], true);
}
