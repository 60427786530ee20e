import { native } from '../internal/native.ts';
import { type Adding, addingAlong, checkAdding, type SumOptions } from './adding.ts';
import { withAxis } from './along-axis.ts';
import { defineReduction } from './reduction.ts';
import type { SumKernel } from './sum.ts';

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
 * With an `axis`: a Float64Array, one result for each line, that knows its `shape`. The last axis gives what
 * the kernel gives of each slice, bit for bit. Other axes of floats multiply their rows in groups of 64, one row
 * after the other, and the groups along a binary tree; the order depends on the shape only.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.precision How floats are multiplied: `pairwise`, `exact` or `fast` (64 lanes, for data
 *   in a cache; with a mask or `omit` it is `pairwise`). Default `pairwise`.
 * @param options.bigint The exact product as a bigint, for integer arrays; BigInt arrays always give
 *   one. It may take private memory of several times its size. Default false.
 * @param options.nanPolicy What a NaN does: `propagate`, `omit` or `raise`. Default `propagate`.
 * @param options.where A Uint8Array mask: elements whose byte is 0 are left out. Default: none is.
 * @param options.shape The lengths of the axes, the last one fastest. Default: one axis.
 * @param options.axis The axis to reduce; negative ones count from the last. Default: the whole array.
 * @param options.keepDims With `axis`: whether it stays in the result's `shape` with length 1. Default false.
 * @param options.out With `axis`: the Float64Array to write into, left alone by an error. Default: a new one.
 * @throws {TypeError} when `x` is no array of numbers, was transferred away, or `bigint` is asked of floats.
 * @throws {RangeError} when `shape` or `out` has another length, or `axis` is none of the shape's.
 * @throws {RangeError} when the mask has another length, a NaN meets `nanPolicy: 'raise'`, or a bigint
 *   would have more than 2^30 bits, V8's limit (before the work starts).
 * @example
 * import { prod } from 'allcores/numeric';
 *
 * prod([0.5, 3, 4]); // 6
 * prod([2 ** 1000, 2 ** 1000, 2 ** -1000], { precision: 'exact' }); // 1.0715086071862673e+301
 * prod(new Uint8Array([250, 251, 252, 253, 254, 255, 255]), { bigint: true }); // 66076779765150000n
 */
export const prod = withAxis(
  addingAlong('prod'),
  defineReduction<SumOptions, unknown, Adding>({
    name: 'prod',
    options: ['precision', 'bigint'],
    check: (x, options) => checkAdding(x, options, 'product'),
    plain: (x, { mask, nan }, { how, bigint }) => native.prod(x, mask, nan, how, bigint),
    start: (id, x, { mask, nan }, { how, bigint }) => native.startProd(id, x, mask, nan, how, bigint),
  }),
) as SumKernel;
