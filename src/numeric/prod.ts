import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import type { FilterOptions } from './filter.ts';
import type { NumericInput } from './input.ts';
import { bigintOption, defineReduction, type Precision, precisionOption } from './reduction.ts';
import type { Adding, SumResult } from './sum.ts';

/** Options of `prod`. */
export interface ProdOptions {
  /**
   * How floats are multiplied. `'pairwise'`: by the tree of `sum`. `'exact'`: exactly, and rounded once.
   * `'fast'`: in 64 lanes, for data in a cache (together with a mask or `omit` it is `'pairwise'`).
   * Integers are always multiplied exactly. Default `'pairwise'`.
   */
  precision?: Precision;
  /** The exact result as a bigint. For integer arrays only; the 64-bit ones always give a bigint. Default false. */
  bigint?: boolean;
}

/** The kernel of `prod`: its result is a number, or a bigint where the input or the options say so. */
export interface ProdKernel {
  <X extends NumericInput, O extends ProdOptions & FilterOptions = ProdOptions>(
    x: X,
    options?: O,
  ): SumResult<X, O>;
  /** The same arguments; the options also take `signal`. Do not write to `x` until the promise settles. */
  readonly async: <X extends NumericInput, O extends ProdOptions & FilterOptions = ProdOptions>(
    x: X,
    options?: O & RunOptions,
  ) => Promise<SumResult<X, O>>;
}

/**
 * The product of an array.
 *
 * Floats are multiplied as doubles in an order that depends on the length only (the tree of `sum`),
 * and the result is rounded once to the array's type; what overflows or underflows on the way stays
 * infinite or zero, as it does in numpy. With `precision: 'exact'` it is the exact product, rounded
 * once: nothing overflows or underflows unless the product itself does. Integers always give the
 * exact product, rounded once (infinite above the largest double), or not at all as a bigint.
 * A NaN gives NaN, and so do a zero and an infinity together. Empty: 1.
 *
 * The same bits on any number of threads and on every instruction set. Up to 1 MiB it runs on the
 * calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.precision How floats are multiplied: `pairwise`, `exact` or `fast` (64 lanes, for data
 *   in a cache; with a mask or `omit` it is `pairwise`). Default `pairwise`.
 * @param options.bigint The exact product as a bigint, for integer arrays; BigInt arrays always give
 *   one. It may take private memory of several times its size. Default false.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or `bigint` is asked of floats.
 * @throws {RangeError} when the mask has another length, a NaN meets `nanPolicy: 'raise'`, or a bigint
 *   would have more than 2^30 bits, V8's limit (before the work starts).
 * @example
 * import { prod } from 'allcores/numeric';
 *
 * prod([0.5, 3, 4]); // 6
 * prod([1e300, 1e300, 1e-300, 1e-300], { precision: 'exact' }); // 1
 * prod(new Uint8Array([250, 251, 252, 253, 254, 255, 255]), { bigint: true }); // 66076779765150000n
 */
export const prod = defineReduction<ProdOptions, unknown, Adding>({
  name: 'prod',
  options: ['precision', 'bigint'],
  check: (x, { precision, bigint }) => ({
    how: precisionOption(precision),
    bigint: bigintOption(x, bigint, 'product'),
  }),
  plain: (x, { mask, nan }, { how, bigint }) => native.prod(x, mask, nan, how, bigint),
  start: (id, x, { mask, nan }, { how, bigint }) => native.startProd(id, x, mask, nan, how, bigint),
}) as ProdKernel;
