import { native } from '../internal/native.ts';
import { bigintOption, defineReduction } from './reduction.ts';
import type { SumKernel, SumOptions } from './sum.ts';

/**
 * The sum of the squares of an array.
 *
 * Floats: each square is rounded, then added over the tree of `sum`; never fused, so every
 * machine gives the same bits. Integers: exact, rounded once or given as a bigint. Empty: 0.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.bigint The exact result as a bigint, for integer arrays. Default false.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or `bigint` is asked of floats.
 * @example
 * import { sumOfSquares } from 'allcores/numeric';
 *
 * sumOfSquares([1, 2, 3]); // 14
 */
export const sumOfSquares = defineReduction<SumOptions, unknown>({
  name: 'sumOfSquares',
  options: ['bigint'],
  check: (x, { bigint }) => void bigintOption(x, bigint),
  plain: (x, { bigint }) => native.sumOfSquares(x, bigint === true),
  start: (id, x, { bigint }) => native.startSumOfSquares(id, x, bigint === true),
}) as SumKernel;
