/** The options of the kernels that add up or multiply: how floats are taken, and whether integers stay exact. */

import type { NumericArray } from '../internal/array.ts';
import { argumentError, boolean, choice } from '../internal/check.ts';
import type { Along } from './along-axis.ts';
import { isFloat } from './input.ts';

/** Options of the kernels that add up. */
export interface SumOptions {
  /**
   * How floats are added up. `'pairwise'`: by numpy's tree. `'exact'`: exactly, and rounded once.
   * `'fast'`: in 64 lanes, for data in a cache (together with a mask or `omit` it is `'pairwise'`).
   * Integers are always added exactly. Default `'pairwise'`.
   */
  precision?: Precision;
  /** The exact result as a bigint. For integer arrays only; the 64-bit ones always give a bigint. Default false. */
  bigint?: boolean;
}

/** How sums of floats are added up; sums of integers are always exact. */
export type Precision = 'pairwise' | 'exact' | 'fast';

const precisions = ['pairwise', 'exact', 'fast'] as const;

/** The `precision` option as the addon takes it. */
export function precisionOption(value: unknown): number {
  return value === undefined ? 0 : precisions.indexOf(choice('precision', value, precisions));
}

/** The options as the addon takes them. */
export interface Adding {
  readonly how: number;
  readonly bigint: boolean;
}

const plainly: Adding = { how: 0, bigint: false };

/**
 * Checks the options of a kernel of the whole array `x`.
 *
 * @param what What the result is, for a message.
 */
export function checkAdding(x: NumericArray, options: Partial<SumOptions>, what = 'sum'): Adding {
  const { precision, bigint } = options;
  if (precision === undefined && bigint === undefined) return plainly;
  return { how: precisionOption(precision), bigint: bigintOption(x, bigint, what) };
}

/** What is known of such a kernel along an axis. */
export function addingAlong(kind: 'sum' | 'prod'): Along<SumOptions> {
  return {
    kind,
    result: 'Float64Array',
    options: ['precision', 'bigint'],
    check: (_, { precision, bigint }) => {
      noBigint(bigint);
      return precisionOption(precision);
    },
  };
}

/** The `bigint` option, which makes no sense for floats. */
function bigintOption(x: NumericArray, value: unknown, what: string): boolean {
  if (value === undefined) return false;
  const wanted = boolean('bigint', value);
  if (wanted && isFloat(x)) {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      `Expected \`bigint\` with an array of integers only: a ${what} of floats is no integer`,
    );
  }
  return wanted;
}

/** Refuses the option `bigint`, which results in doubles have no place for. */
function noBigint(value: unknown): void {
  if (value !== undefined && boolean('bigint', value)) {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      'Expected `bigint` without an `axis`: the results along an axis are doubles',
    );
  }
}
