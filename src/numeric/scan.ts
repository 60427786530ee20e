import { elementType } from '../internal/array.ts';
import type { RunOptions } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { type NanPolicy, readFilter } from './filter.ts';
import { defineInPlace } from './in-place.ts';
import { isWide, type NumericInput } from './input.ts';

/** The type of running results: decided by the array's type alone. */
export type ScanResult<X> = X extends BigInt64Array | BigUint64Array ? BigInt64Array : Float64Array;

/** Options of `cumsum` and `cumprod`. */
export interface ScanOptions<X> {
  /**
   * `'propagate'`: all results from a NaN on are NaN. `'omit'`: it counts as 0, in products as 1.
   * `'raise'`: it is a RangeError that names its index. Default `'propagate'`.
   */
  nanPolicy?: NanPolicy;
  /** An array of the result's type and of the length of `x`; may be `x` itself. Default: a new one. */
  out?: ScanResult<X>;
}

/** A kernel that gives one running result for each element. */
export interface ScanKernel {
  <X extends NumericInput>(x: X, options?: ScanOptions<X>): ScanResult<X>;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: <X extends NumericInput>(
    x: X,
    options?: ScanOptions<X> & RunOptions,
  ) => Promise<ScanResult<X>>;
}

/** A kernel of running sums or products. */
export function defineScan(name: string, products: boolean): ScanKernel {
  return defineInPlace<{ nanPolicy?: NanPolicy }, number>({
    name,
    options: ['nanPolicy'],
    check: (x, { nanPolicy }) => readFilter(x, { nanPolicy }).nan,
    result: (x) => {
      const type = isWide(x) ? 'BigInt64Array' : 'Float64Array';
      // Not in the place of 64 bits without a sign.
      return { type, inPlace: elementType(x) === type };
    },
    plain: (source, target, nan) => native.scan(source, target, products, nan),
    start: (id, source, target, nan) => native.startScan(id, source, target, products, nan),
  }) as ScanKernel;
}
