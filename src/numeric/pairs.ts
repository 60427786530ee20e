import { elementType, type NumericArray } from '../internal/array.ts';
import { argumentError, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { type FilterOptions, filterNames, holdFilter, readFilter } from './filter.ts';
import { holdRead, type NumericInput, readInput } from './input.ts';

/** A kernel over the pairs of two arrays of one type and length. */
export type PairKernel<Options extends object> = Kernel<
  [a: NumericInput, b: NumericInput],
  Options & FilterOptions,
  number
>;

/** What makes a kernel of pairs: its options, and what the addon takes for them. */
export interface PairReduction<Options extends object> {
  readonly name: string;
  /** The names of its options beside those of the filter. */
  readonly options: readonly (keyof Options & string)[];
  /** Checks the options. The addon gives the correlation for `undefined`. */
  readonly check: (options: Partial<Options>) => number | undefined;
}

/** Joins the two forms of a kernel of pairs. */
export function definePairs<Options extends object>(reduction: PairReduction<Options>): PairKernel<Options> {
  const { name, check } = reduction;
  type All = Options & FilterOptions & RunOptions;
  const names = [...reduction.options, ...filterNames] as (keyof All & string)[];
  const asyncNames = [...names, 'signal'] as (keyof All & string)[];
  return defineKernel(
    2,
    (a: NumericInput, b: NumericInput, options?: Options & FilterOptions) => {
      const own = ownOptions<All>(options as All | undefined, names, name);
      const [left, right] = readPair(a, b);
      const { mask, nan } = readFilter(left, own);
      const ddof = check(own);
      return call(() => native.covariance(left, right, mask, nan, ddof)) as number;
    },
    async (a: NumericInput, b: NumericInput, options?: Options & FilterOptions & RunOptions) => {
      const own = ownOptions<All>(options, asyncNames, name);
      const [left, right] = readPair(a, b);
      const filter = readFilter(left, own);
      const ddof = check(own);
      const [heldLeft, heldRight] = [holdRead('a', a, left), holdRead('b', b, right)];
      const { mask, nan } = holdFilter(filter);
      const start = (id: number) => native.startCovariance(id, heldLeft, heldRight, mask, nan, ddof);
      return (await startJob(start, own.signal)) as number;
    },
  );
}

function readPair(a: unknown, b: unknown): [NumericArray, NumericArray] {
  const [left, right] = [readInput('a', a), readInput('b', b)];
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
