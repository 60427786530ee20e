import { argumentError, expected } from '../internal/check.ts';
import type { Kernel } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { type Precision, precisionOption } from './adding.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { defineReduction } from './reduction.ts';

/** Options of `norm`. */
export interface NormOptions {
  /** 1: the sum of the magnitudes. 2: the Euclidean length. Infinity: the largest magnitude. Default 2. */
  ord?: 1 | 2 | typeof Infinity;
  /** How floats are added up, as for `sum`; `fast` makes no difference for order 2. Default `pairwise`. */
  precision?: Precision;
}

/**
 * A norm of an array, seen as a vector.
 *
 * Floats: over the tree of `sum` in doubles, rounded once to the array's type. The Euclidean length
 * neither overflows nor underflows on the way. Integers: from the exact sum. A NaN gives NaN. Empty: 0.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.ord 1, 2 or Infinity. Default 2.
 * @param options.precision How floats are added up. Default `pairwise`.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, or an option is of a wrong kind.
 * @throws {RangeError} when the mask has another length, or a NaN meets `nanPolicy: 'raise'`.
 * @example
 * import { norm } from 'allcores/numeric';
 *
 * norm([3, -4]); // 5
 * norm([3, -4], { ord: 1 }); // 7
 * norm([3, -4], { ord: Infinity }); // 4
 */
export const norm: Kernel<[x: NumericInput], NormOptions & FilterOptions, number> = defineReduction<
  NormOptions,
  number,
  { how: number; order: number }
>({
  name: 'norm',
  options: ['ord', 'precision'],
  check: (_, { ord, precision }) => ({ how: precisionOption(precision), order: orderOption(ord) }),
  plain: (x, { mask, nan }, { how, order }) => native.norm(x, mask, nan, how, order),
  start: (id, x, { mask, nan }, { how, order }) => native.startNorm(id, x, mask, nan, how, order),
});

/** The order as the addon takes it: 0 for infinity. */
function orderOption(ord: unknown): number {
  if (ord === undefined) return 2;
  if (ord !== 1 && ord !== 2 && ord !== Number.POSITIVE_INFINITY) {
    throw argumentError('ERR_INVALID_ARG_VALUE', expected('ord', 'one of 1, 2, Infinity', ord));
  }
  return ord === Number.POSITIVE_INFINITY ? 0 : ord;
}
