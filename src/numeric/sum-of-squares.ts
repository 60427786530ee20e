import { native } from '../internal/native.ts';
import { type Adding, checkAdding, type SumOptions } from './adding.ts';
import { defineReduction } from './reduction.ts';
import type { SumKernel } from './sum.ts';

/**
 * The sum of the squares of an array.
 *
 * Floats: each square is rounded, then added over the tree of `sum`; never fused, so every
 * machine gives the same bits. Integers: exact, rounded once or given as a bigint. Empty: 0.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.precision How floats are added up, as for `sum`. Default `pairwise`.
 * @param options.bigint The exact result as a bigint, for integer arrays. Default false.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or `bigint` is asked of floats.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { sumOfSquares } from 'allcores/numeric';
 *
 * sumOfSquares([1, 2, 3]); // 14
 */
export const sumOfSquares = defineReduction<SumOptions, unknown, Adding>({
  name: 'sumOfSquares',
  quick: 5,
  options: ['precision', 'bigint'],
  check: checkAdding,
  plain: (x, { mask, nan }, { how, bigint }) => native.sumOfSquares(x, mask, nan, how, bigint),
  start: (id, x, { mask, nan }, { how, bigint }) => native.startSumOfSquares(id, x, mask, nan, how, bigint),
}) as SumKernel;
