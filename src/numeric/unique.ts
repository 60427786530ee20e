import { constructorOf, type NumericArray } from '../internal/array.ts';
import { boolean, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { readIndexed } from './argsort.ts';
import { holdRead, type NumericInput } from './input.ts';
import { newResult } from './output.ts';
import type { SameType } from './sort.ts';

/** Options of `unique`: what to tell beside the values. */
export interface UniqueOptions {
  /** The index of each value's first place. Default false. */
  index?: boolean;
  /** For each element of the array, the index of its value in `values`. Default false. */
  inverse?: boolean;
  /** How often each value occurs. Default false. */
  counts?: boolean;
}

/** The distinct values of an array, and what was asked for beside them. */
export type UniqueResult<X, O> = { readonly values: SameType<X> } & {
  readonly [Name in 'index' | 'inverse' | 'counts' as O extends { [Key in Name]: true }
    ? Name
    : never]: Uint32Array;
};

/** The kernel of `unique`. */
export interface UniqueKernel {
  <X extends NumericInput, O extends UniqueOptions = UniqueOptions>(x: X, options?: O): UniqueResult<X, O>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: <X extends NumericInput, O extends UniqueOptions = UniqueOptions>(
    x: X,
    options?: O & RunOptions,
  ) => Promise<UniqueResult<X, O>>;
}

/**
 * The distinct values of an array in the order of `sort`.
 *
 * All NaNs are one value, the last one. Both zeros are one value, with the sign of the zero that
 * comes first in the array (numpy keeps either). Up to 4,096 distinct values are collected in a
 * table of one pass; more are sorted, which takes private memory of 8 to 24 bytes for each element.
 * The same on any number of threads. Up to 65,536 elements it runs on the calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.index Whether to give the index of each value's first place. Default false.
 * @param options.inverse Whether to give, for each element of `x`, the index of its value. Default false.
 * @param options.counts Whether to give how often each value occurs. Default false.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is no boolean.
 * @throws {RangeError} for more than 2^32 elements, or when there is no memory for the result.
 * @example
 * import { unique } from 'allcores/numeric';
 *
 * const { values, counts } = unique([3, 1, 3], { counts: true });
 * Array.from(values, (value, i) => [value, counts[i]]); // [[1, 1], [3, 2]]
 */
export const unique = defineKernel(
  1,
  (x: NumericInput, options?: UniqueOptions) => {
    const { index, inverse, counts } = readWanted(ownOptions(options, names, 'unique'));
    const input = readIndexed('x', x);
    const numbers = inverse ? newResult('Uint32Array', input.length) : undefined;
    const found = call(() => native.unique(input, index, counts, numbers));
    return result(input, found, numbers);
  },
  async (x: NumericInput, options?: UniqueOptions & RunOptions) => {
    const own = ownOptions<UniqueOptions & RunOptions>(options, [...names, 'signal'], 'unique');
    const { index, inverse, counts } = readWanted(own);
    const input = readIndexed('x', x);
    const numbers = inverse ? newResult('Uint32Array', input.length) : undefined;
    const held = holdRead('x', x, input);
    const found = await startJob((id) => native.startUnique(id, held, index, counts, numbers), own.signal);
    return result(input, found, numbers);
  },
) as unknown as UniqueKernel;

const names = ['index', 'inverse', 'counts'] as const;

function readWanted(own: UniqueOptions): Required<UniqueOptions> {
  const wanted = (name: 'index' | 'inverse' | 'counts') =>
    own[name] !== undefined && boolean(name, own[name]);
  return { index: wanted('index'), inverse: wanted('inverse'), counts: wanted('counts') };
}

function result(input: NumericArray, found: unknown, inverse: NumericArray | undefined): object {
  const [values, index, counts] = found as [NumericArray, Uint32Array?, Uint32Array?];
  // The addon does not know clamped bytes from others.
  const Type = constructorOf(input) as Uint8ArrayConstructor;
  return {
    values: new Type(values.buffer as ArrayBuffer),
    ...(index && { index }),
    ...(inverse && { inverse }),
    ...(counts && { counts }),
  };
}
