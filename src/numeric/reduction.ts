import type { NumericArray } from '../internal/array.ts';
import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { type Filter, type FilterOptions, filterNames, holdFilter, readFilter } from './filter.ts';
import { holdRead, type NumericInput, readInput } from './input.ts';

/** What makes a reduction of one array: its options, its checks and its two native entries. */
export interface Reduction<Options extends object, Checked> {
  readonly name: string;
  /** The names of its options beside those of the filter. */
  readonly options: readonly (keyof Options & string)[];
  /** Checks the options and gives them as `plain` and `start` want them. */
  readonly check: (x: NumericArray, options: Partial<Options>) => Checked;
  readonly plain: (x: NumericArray, filter: Filter, options: Checked) => unknown;
  readonly start: (id: number, x: NumericArray, filter: Filter, options: Checked) => Promise<unknown>;
  /** Makes the public result from the native one. */
  readonly finish?: (result: unknown) => unknown;
  /**
   * The number by which the addon's short way knows the kernel without options, where it has one.
   * `check` must have nothing against any array that has elements then, and there is no `finish`.
   */
  readonly quick?: number;
}

const none = Object.freeze(Object.create(null) as object);

/** Joins the two forms of a reduction of one array into a kernel. */
export function defineReduction<Options extends object, Result, Checked = void>(
  reduction: Reduction<Options, Checked>,
): Kernel<[x: NumericInput], Options & FilterOptions, Result> {
  const { name, check, plain, start, finish = (result: unknown) => result } = reduction;
  const quickly = reduction.quick === undefined ? undefined : native.quick(reduction.quick);
  type All = Options & FilterOptions & RunOptions;
  const names = [...reduction.options, ...filterNames] as (keyof All & string)[];
  const asyncNames = [...names, 'signal'] as (keyof All & string)[];
  return defineKernel(
    1,
    (x: NumericInput, options?: Options & FilterOptions) => {
      // Small arrays are worth a shortcut, which checks by itself: what it saves is the sum of a
      // thousand doubles. What it does not take comes back as undefined.
      if (options === undefined && quickly !== undefined) {
        const result = call(() => quickly(x));
        if (result !== undefined) return result as Result;
      }
      const input = readInput('x', x);
      const own = options === undefined ? (none as Partial<All>) : ownOptions<All>(options, names, name);
      const filter = readFilter(input, own);
      const checked = check(input, own);
      return finish(call(() => plain(input, filter, checked))) as Result;
    },
    async (x: NumericInput, options?: Options & FilterOptions & RunOptions) => {
      const own = ownOptions<All>(options, asyncNames, name);
      const input = readInput('x', x);
      const filter = readFilter(input, own);
      const checked = check(input, own);
      const held = holdRead('x', x, input);
      const heldFilter = holdFilter(filter);
      return finish(await startJob((id) => start(id, held, heldFilter, checked), own.signal)) as Result;
    },
  );
}
