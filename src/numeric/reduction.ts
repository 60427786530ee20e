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
  /** The number by which the addon's short way knows the kernel without options, where it has one. */
  readonly quick?: number;
}

const quickly = native.quick();
const none = Object.freeze(Object.create(null) as object);

/** Joins the two forms of a reduction of one array into a kernel. */
export function defineReduction<Options extends object, Result, Checked = void>(
  reduction: Reduction<Options, Checked>,
): Kernel<[x: NumericInput], Options & FilterOptions, Result> {
  const { name, check, plain, start, quick, finish = (result: unknown) => result } = reduction;
  type All = Options & FilterOptions & RunOptions;
  const names = [...reduction.options, ...filterNames] as (keyof All & string)[];
  const asyncNames = [...names, 'signal'] as (keyof All & string)[];
  return defineKernel(
    1,
    (x: NumericInput, options?: Options & FilterOptions) => {
      const input = readInput('x', x);
      // Small arrays are worth a shortcut: what it saves is the sum of a thousand doubles.
      if (options === undefined && quick !== undefined) {
        check(input, none);
        return call(() => quickly(input, quick)) as Result;
      }
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
