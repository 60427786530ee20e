import { elementType, type NumericArray } from '../internal/array.ts';
import { argumentError, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call } from '../internal/native.ts';
import { type Filter, type FilterOptions, filterNames, holdFilter, readFilter } from './filter.ts';
import { holdRead, type NumericInput, readInput } from './input.ts';

/** What makes a reduction of two arrays of one type and length. */
export interface PairReduction<Options extends object, Checked> {
  readonly name: string;
  /** The names of its options beside those of the filter. */
  readonly options: readonly (keyof Options & string)[];
  /** Checks the options and gives them as `plain` and `start` want them. */
  readonly check: (a: NumericArray, options: Partial<Options>) => Checked;
  readonly plain: (a: NumericArray, b: NumericArray, filter: Filter, options: Checked) => unknown;
  readonly start: (
    id: number,
    a: NumericArray,
    b: NumericArray,
    filter: Filter,
    options: Checked,
  ) => Promise<unknown>;
}

/** Joins the two forms of a reduction of two arrays into a kernel. */
export function definePairReduction<Options extends object, Result, Checked = void>(
  reduction: PairReduction<Options, Checked>,
): Kernel<[a: NumericInput, b: NumericInput], Options & FilterOptions, Result> {
  const { name, check, plain, start } = reduction;
  type All = Options & FilterOptions & RunOptions;
  const names = [...reduction.options, ...filterNames] as (keyof All & string)[];
  const asyncNames = [...names, 'signal'] as (keyof All & string)[];
  return defineKernel(
    2,
    (a: NumericInput, b: NumericInput, options?: Options & FilterOptions) => {
      const own = ownOptions<All>(options, names, name);
      const [left, right] = readPair(a, b);
      const filter = readFilter(left, own);
      const checked = check(left, own);
      return call(() => plain(left, right, filter, checked)) as Result;
    },
    async (a: NumericInput, b: NumericInput, options?: Options & FilterOptions & RunOptions) => {
      const own = ownOptions<All>(options, asyncNames, name);
      const [left, right] = readPair(a, b);
      const filter = readFilter(left, own);
      const checked = check(left, own);
      const heldLeft = holdRead('a', a, left);
      const heldRight = holdRead('b', b, right);
      const held = holdFilter(filter);
      return (await startJob((id) => start(id, heldLeft, heldRight, held, checked), own.signal)) as Result;
    },
  );
}

function readPair(a: NumericInput, b: NumericInput): [NumericArray, NumericArray] {
  const left = readInput('a', a);
  const right = readInput('b', b);
  if (kind(left) !== kind(right)) {
    throw argumentError(
      'ERR_INVALID_ARG_TYPE',
      `Expected \`a\` and \`b\` to be arrays of one type, got ${elementType(left)} and ${elementType(right)}`,
    );
  }
  if (left.length !== right.length) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`a\` and \`b\` to have the same length, got ${left.length} and ${right.length}`,
    );
  }
  return [left, right];
}

/** Bytes are bytes, clamped or not. */
function kind(array: NumericArray): string | undefined {
  return elementType(array)?.replace('Clamped', '');
}
