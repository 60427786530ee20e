import type { NumericArray } from '../internal/array.ts';
import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { call } from '../internal/native.ts';
import { holdRead, type NumericInput, readInput } from './input.ts';
import { checkResult, holdResult, isSame, newResult, type ResultType } from './output.ts';

/** A kernel with one result for each element of its input, and what it may be told. */
export interface InPlace<Options extends object, Checked> {
  readonly name: string;
  /** The names of its options beside `out`. */
  readonly options: readonly (keyof Options & string)[];
  /** Checks these options and gives them as `plain` and `start` want them. */
  readonly check: (x: NumericArray, options: Partial<Options>) => Checked;
  /** The type of the result for an input, and whether it may then be the input itself. */
  readonly result: (x: NumericArray) => { readonly type: ResultType; readonly inPlace: boolean };
  /** `source` is undefined when the input is the result's own array. */
  readonly plain: (source: NumericArray | undefined, target: NumericArray, options: Checked) => void;
  readonly start: (
    id: number,
    source: NumericArray | undefined,
    target: NumericArray,
    options: Checked,
  ) => Promise<unknown>;
}

/** Joins the two forms of a kernel whose result may take the place of its input. */
export function defineInPlace<Options extends object, Checked = void>(
  kernel: InPlace<Options, Checked>,
): unknown {
  const { name, check, plain, start } = kernel;
  type Own = Options & { out?: unknown };
  type All = Own & RunOptions;
  const names = [...kernel.options, 'out'] as (keyof All & string)[];
  const asyncNames = [...names, 'signal'] as (keyof All & string)[];
  const prepare = (x: NumericInput, own: Partial<All>) => {
    const input = readInput('x', x);
    const checked = check(input, own);
    const { type, inPlace } = kernel.result(input);
    const given = own.out;
    const out = given === undefined ? undefined : checkResult(given, type, input.length, [input], inPlace);
    const isInput = out !== undefined && isSame(out, input);
    return { input, checked, out, isInput, make: () => newResult(type, input.length) };
  };
  return defineKernel(
    1,
    (x: NumericInput, options?: Own) => {
      const { input, checked, out, isInput, make } = prepare(x, ownOptions<All>(options, names, name));
      const target = out ?? make();
      call(() => plain(isInput ? undefined : input, target, checked));
      return target;
    },
    async (x: NumericInput, options?: All) => {
      const own = ownOptions<All>(options, asyncNames, name);
      const { input, checked, out, isInput, make } = prepare(x, own);
      const source = isInput ? undefined : holdRead('x', x, input);
      const { target, deliver } = holdResult(out, make);
      await startJob((id) => start(id, source, target, checked), own.signal);
      deliver();
      return out ?? target;
    },
  );
}
