import type { NumericArray } from '../internal/array.ts';
import { argumentError, ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { holdRead, type NumericInput, readInput } from './input.ts';
import { checkResult, holdResult, newResult } from './output.ts';

/** Options of `argsort`. */
export interface ArgsortOptions {
  /** An array of the length of `x` for the result, away from `x`. Default: a new one. */
  out?: Uint32Array;
}

/**
 * The indices of an array's elements in the order of `sort`: element `argsort(x)[i]` of `x` is
 * `sort(x)[i]`. Equal elements stay in the order of their indices, as do NaNs, which are last; −0
 * comes before +0.
 *
 * It takes private memory of 8 bytes for each element while it runs. The same on any number of
 * threads and on every instruction set. Up to 65,536 elements are sorted on the calling thread alone.
 *
 * @param x A typed array, read in place, or an array of numbers.
 * @param options.out A Uint32Array of the length of `x` for the result. A call that is aborted may have
 *   written a part of it. Default: a new array.
 * @throws {TypeError} when `x` is no array of numbers or was transferred away, `out` is no Uint32Array or
 *   overlaps `x`.
 * @throws {RangeError} for more than 2^32 elements, an `out` of another length, or when there is no memory.
 * @example
 * import { argsort } from 'allcores/numeric';
 *
 * argsort([30, 10, 20]); // [1, 2, 0]
 */
export const argsort: Kernel<[x: NumericInput], ArgsortOptions, Uint32Array> = defineKernel(
  1,
  (x: NumericInput, options?: ArgsortOptions) => {
    const own = ownOptions(options, ['out'], 'argsort');
    const input = readIndexed('x', x);
    const out = readOut(own.out, input) ?? newResult('Uint32Array', input.length);
    call(() => native.argsort(input, out));
    return out as Uint32Array;
  },
  async (x: NumericInput, options?: ArgsortOptions & RunOptions) => {
    const own = ownOptions(options, ['out', 'signal'], 'argsort');
    const input = readIndexed('x', x);
    const out = readOut(own.out, input);
    const held = holdRead('x', x, input);
    const { target, deliver } = holdResult(out, () => newResult('Uint32Array', input.length));
    await startJob((id) => native.startArgsort(id, held, target), own.signal);
    deliver();
    return (out ?? target) as Uint32Array;
  },
);

/** An input whose indices fit into 32 bits. */
export function readIndexed(name: string, x: unknown): NumericArray {
  const input = readInput(name, x);
  if (input.length > 2 ** 32) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`${name}\` to have at most 2^32 elements, got ${input.length}`,
    );
  }
  return input;
}

function readOut(out: unknown, input: NumericArray): NumericArray | undefined {
  return out === undefined ? undefined : checkResult(out, 'Uint32Array', input.length, [input]);
}
