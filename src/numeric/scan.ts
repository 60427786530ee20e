import { elementType, type NumericArray } from '../internal/array.ts';
import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { type NanPolicy, readFilter } from './filter.ts';
import { holdRead, isWide, type NumericInput, readInput } from './input.ts';
import { checkResult, holdResult, isSame, newResult } from './output.ts';

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

/** Joins the two forms of a kernel of running results. */
export function defineScan(name: string, products: boolean): ScanKernel {
  const names = ['nanPolicy', 'out'] as const;
  type Options = { nanPolicy?: unknown; out?: unknown };
  return defineKernel(
    1,
    (x: NumericInput, options?: Options) => {
      const own = ownOptions(options, names, name);
      const input = readInput('x', x);
      const { nan } = readFilter(input, { nanPolicy: own.nanPolicy });
      const out = readOut(own.out, input) ?? newResult(resultType(input), input.length);
      call(() => native.scan(isSame(out, input) ? undefined : input, out, products, nan));
      return out;
    },
    async (x: NumericInput, options?: Options & RunOptions) => {
      const own = ownOptions(options, [...names, 'signal'], name);
      const input = readInput('x', x);
      const { nan } = readFilter(input, { nanPolicy: own.nanPolicy });
      const out = readOut(own.out, input);
      const source = out !== undefined && isSame(out, input) ? undefined : holdRead('x', x, input);
      const { target, deliver } = holdResult(out, () => newResult(resultType(input), input.length));
      await startJob((id) => native.startScan(id, source, target, products, nan), own.signal);
      deliver();
      return out ?? target;
    },
  ) as unknown as ScanKernel;
}

function resultType(x: NumericArray): 'BigInt64Array' | 'Float64Array' {
  return isWide(x) ? 'BigInt64Array' : 'Float64Array';
}

function readOut(out: unknown, x: NumericArray): NumericArray | undefined {
  const type = resultType(x);
  // In place only where the elements are of the result's type: not 64 bits without a sign.
  return out === undefined ? undefined : checkResult(out, type, x.length, [x], elementType(x) === type);
}
