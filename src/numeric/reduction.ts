import { arrayType, type NumericArray } from '../internal/array.ts';
import { argumentError, boolean, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call } from '../internal/native.ts';
import { holdRead, type NumericInput, readInput } from './input.ts';

/** What makes a reduction of one array: its options, its checks and its two native entries. */
export interface Reduction<Options extends object> {
  readonly name: string;
  readonly options: readonly (keyof Options & string)[];
  /** Checks beyond the types of the input and the names of the options. */
  readonly check?: (x: NumericArray, options: Partial<Options>) => void;
  readonly plain: (x: NumericArray, options: Partial<Options>) => unknown;
  readonly start: (id: number, x: NumericArray, options: Partial<Options>) => Promise<unknown>;
}

/** Joins the two forms of a reduction of one array into a kernel. */
export function defineReduction<Options extends object, Result>(
  reduction: Reduction<Options>,
): Kernel<[x: NumericInput], Options, Result> {
  const { name, options: names, check, plain, start } = reduction;
  const withSignal = [...names, 'signal'] as (keyof (Options & RunOptions) & string)[];
  return defineKernel(
    1,
    (x: NumericInput, options?: Options) => {
      const input = readInput('x', x);
      const own = ownOptions(options, names, name);
      check?.(input, own);
      return call(() => plain(input, own)) as Result;
    },
    async (x: NumericInput, options?: Options & RunOptions) => {
      const own = ownOptions(options, withSignal, name);
      const input = readInput('x', x);
      check?.(input, own);
      const held = holdRead('x', x, input);
      return (await startJob((id) => start(id, held, own), own.signal)) as Result;
    },
  );
}

/** The `bigint` option, which makes no sense for floats. */
export function bigintOption(x: NumericArray, value: unknown): boolean {
  if (value === undefined) return false;
  const wanted = boolean('bigint', value);
  if (wanted && isFloat(x)) {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      'Expected `bigint` with an array of integers only: a sum of floats is no integer',
    );
  }
  return wanted;
}

function isFloat(x: NumericArray): boolean {
  // Not the array's own property, which a subclass may have changed.
  return arrayType(x)?.startsWith('Float') === true;
}
