import type { NumericArray } from '../internal/array.ts';
import { argumentError, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { type Axis, type AxisOptions, axisNames, readAxis, type Shaped } from './axis.ts';
import { type Filter, type FilterOptions, filterNames, holdFilter, readFilter } from './filter.ts';
import { holdRead, type NumericInput, type NumericValues, readInput } from './input.ts';
import { checkResult, holdResult, newResult, type ResultType } from './output.ts';

/** The reductions along an axis in the order of the addon's list. */
const kinds = ['sum', 'prod', 'mean', 'variance', 'std', 'min', 'max', 'ptp', 'argmin', 'argmax'] as const;

/** Options of a reduction along an axis. */
export interface AlongOptions<Out extends NumericValues> extends AxisOptions, FilterOptions {
  /** The axis to reduce, from 0; negative ones count from the last. */
  axis: number;
  /** An array for the results, of their type and number, away from the inputs. Default: a new one. */
  out?: Out;
}

/** Options of a reduction of the whole array: a `shape` is checked and makes no difference. */
export interface WholeOptions extends FilterOptions {
  /** The lengths of the axes of the array. Their product is its length. */
  shape?: readonly number[];
  /** No axis: the whole array is reduced. */
  axis?: undefined;
}

/** The type of results that have the type of the input's elements. */
export type LikeInput<X> = X extends Buffer ? Uint8Array : X extends NumericValues ? X : Float64Array;

/** A kernel that gives one number for the whole array, or one double for each line along an axis. */
export interface AxisKernel<Options extends object> {
  (x: NumericInput, options: Options & AlongOptions<Float64Array>): Shaped<Float64Array>;
  (x: NumericInput, options?: Options & WholeOptions): number;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: {
    (
      x: NumericInput,
      options: Options & AlongOptions<Float64Array> & RunOptions,
    ): Promise<Shaped<Float64Array>>;
    (x: NumericInput, options?: Options & WholeOptions & RunOptions): Promise<number>;
  };
}

/** What is known of a reduction along an axis. */
export interface Along<Options extends object> {
  readonly kind: (typeof kinds)[number];
  /** The type of its results; `'like'` is that of the input. */
  readonly result: 'Float64Array' | 'Uint32Array' | 'like';
  /** The names of its options beside those of the filter and the axis. */
  readonly options: readonly (keyof Options & string)[];
  /** Checks these options and gives the one number that the addon takes. */
  readonly check?: (x: NumericArray, options: Partial<Options>) => number;
}

interface Call {
  readonly kind: number;
  readonly axis: Axis;
  readonly filter: Filter;
  readonly option: number;
  readonly type: ResultType;
  readonly length: number;
  /** The caller's array for the results. */
  readonly out: NumericArray | undefined;
  /** Whether a line without elements may turn up when other lines are written already. */
  readonly mayFail: boolean;
}

/**
 * Joins a kernel that reduces the whole of an array with its form along an axis. Without an axis
 * the call goes to `whole`, which checks everything else.
 */
export function withAxis<Options extends object>(
  along: Along<Options>,
  whole: Kernel<[x: NumericInput], Options & FilterOptions, unknown>,
): Kernel<[x: NumericInput], object, unknown> {
  type All = Options & FilterOptions & AxisOptions & RunOptions & { out?: unknown };
  const own = [...along.options, ...filterNames] as (keyof All & string)[];
  const names = [...own, ...axisNames, 'out'] as (keyof All & string)[];
  const asyncNames = [...names, 'signal'] as (keyof All & string)[];
  return defineKernel(
    1,
    (x: NumericInput, options?: object) => {
      if (options === undefined) return whole(x);
      const checked = ownOptions<All>(options as All, names, along.kind);
      if (!mentionsAxis(checked)) return whole(x, checked as Options);
      const input = readInput('x', x);
      const planned = plan(along, input, checked);
      if (planned === undefined) return whole(x, pick(checked, own) as Options);
      const target = planned.mayFail ? fresh(planned) : (planned.out ?? fresh(planned));
      const { kind, filter, option, axis } = planned;
      call(() => native.reduceAlong(kind, input, filter.mask, filter.nan, option, lines(axis), target));
      return deliver(planned, target);
    },
    async (x: NumericInput, options?: object) => {
      const checked = ownOptions<All>(options as All | undefined, asyncNames, along.kind);
      if (!mentionsAxis(checked)) return whole.async(x, checked as Options & FilterOptions & RunOptions);
      const input = readInput('x', x);
      const planned = plan(along, input, checked);
      if (planned === undefined) {
        return whole.async(x, pick(checked, [...own, 'signal']) as Options & FilterOptions & RunOptions);
      }
      const held = holdRead('x', x, input);
      const filter = holdFilter(planned.filter);
      const output = holdResult(planned.mayFail ? undefined : planned.out, () => fresh(planned));
      const { kind, option, axis } = planned;
      const { target } = output;
      await startJob(
        (id) => native.startReduceAlong(id, kind, held, filter.mask, filter.nan, option, lines(axis), target),
        checked.signal,
      );
      output.deliver();
      return deliver(planned, target);
    },
  );
}

function mentionsAxis(options: object): boolean {
  return Object.hasOwn(options, 'out') || axisNames.some((name) => Object.hasOwn(options, name));
}

function pick(options: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

/** Checks everything; undefined when the whole array is to be reduced. */
function plan<Options extends object>(
  along: Along<Options>,
  x: NumericArray,
  options: object,
): Call | undefined {
  const { out: given } = options as { out?: unknown };
  const axis = readAxis(x, options as AxisOptions);
  if (axis === undefined) {
    if (given === undefined) return undefined;
    throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `out` together with an `axis`');
  }
  const filter = readFilter(x, options as FilterOptions);
  const option = along.check?.(x, options as Partial<Options>) ?? 0;
  const type = along.result === 'like' ? { like: x } : along.result;
  const length = axis.outer * axis.inner;
  const inputs = filter.mask === undefined ? [x] : [x, filter.mask];
  const out = given === undefined ? undefined : checkResult(given, type, length, inputs);
  const extreme = along.result !== 'Float64Array';
  const mayFail = extreme && out !== undefined && leavesOut(filter);
  return { kind: kinds.indexOf(along.kind), axis, filter, option, type, length, out, mayFail };
}

function leavesOut(filter: Filter): boolean {
  return filter.mask !== undefined || filter.nan !== 0;
}

function lines({ outer, length, inner }: Axis): number[] {
  return [outer, length, inner];
}

function fresh({ type, length }: Call): NumericArray {
  return newResult(type, length);
}

/** Brings the results into the caller's array, and gives them their shape. */
function deliver({ out, axis }: Call, target: NumericArray): Shaped<NumericArray> {
  const result = out ?? target;
  if (out !== undefined && out !== target) (out as Uint8Array).set(target as Uint8Array);
  const shape = { value: Object.freeze([...axis.shape]), configurable: true };
  return Object.defineProperty(result, 'shape', shape) as Shaped<NumericArray>;
}
