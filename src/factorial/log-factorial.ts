import {
  elementType,
  type Float16Values,
  kernelArray,
  type NumericArray,
  refuseDetached,
} from '../internal/array.ts';
import { argumentError, expected, ownOptions } from '../internal/check.ts';
import { holdInput, holdOutput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type RunOptions } from '../internal/kernel.ts';
import { overlap, preferHugePages } from '../internal/memory.ts';
import { call, native } from '../internal/native.ts';

/** Many integers: a typed array, read in place, or an array of numbers and bigints. */
export type Integers = NumericArray | Float16Values | readonly (number | bigint)[];

/** Options of `logFactorial` for an array. */
export interface LogFactorialOptions {
  /** The array to write into, of the length of `n` and away from it; left alone by an error. Default: a new one. */
  out?: Float64Array;
}

/** A kernel of one number or of many. */
export interface LogFactorialKernel {
  (n: number | bigint, options?: { out?: undefined }): number;
  (n: Integers, options?: LogFactorialOptions): Float64Array;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: {
    (n: number | bigint, options?: { out?: undefined } & RunOptions): Promise<number>;
    (n: Integers, options?: LogFactorialOptions & RunOptions): Promise<Float64Array>;
  };
}

type Options = { out?: unknown } & RunOptions;

const MAX = 2n ** 64n;

/**
 * The natural logarithm of n!, for one n or for each of an array.
 *
 * Up to 170 it is the double next to the true value. Above that it is Stirling's series, with a
 * relative error of less than 2^-51; bigints and elements above 2^53 are rounded to a double first,
 * which makes it 2^-50.
 *
 * The same bits on any number of threads, on every instruction set and on every system. Up to 32,768
 * elements it runs on the calling thread alone.
 *
 * @param n A number or bigint, an integer from 0 to 2^64; or a typed array of such integers, read in
 *   place; or an array of such numbers and bigints.
 * @param options.out For an array: the Float64Array to write into, of the same length and not
 *   overlapping `n`. A call that is aborted may have written a part of it. Default: a new array.
 * @throws {TypeError} when `n` is neither a number, a bigint nor an array of them, or was transferred
 *   away, or `out` is no Float64Array, overlaps `n` or stands beside a single number.
 * @throws {RangeError} when `n` or an element is no integer from 0 to 2^64, `out` has another length
 *   (`out` is untouched then), or there is no memory.
 * @example
 * import { logFactorial } from 'allcores/factorial';
 *
 * logFactorial(20); // 42.335616460753485
 * logFactorial(1_000_000_000); // 19723265848.226982
 * logFactorial(new Uint8Array([0, 1, 2])); // [0, 0, 0.6931471805599453]
 */
export const logFactorial: LogFactorialKernel = defineKernel(
  1,
  (n: unknown, options?: Options) => {
    const { out } = ownOptions<Options>(options, ['out'], 'logFactorial');
    if (isOne(n)) {
      const one = single(n, out);
      return call(() => native.logFactorial(one)) as number;
    }
    const { input, given } = check(n, out);
    const target = given ?? newResult(input.length);
    call(() => native.logFactorials(input, target));
    return target;
  },
  async (n: unknown, options?: Options) => {
    const { out, signal } = ownOptions<Options>(options, ['out', 'signal'], 'logFactorial');
    if (isOne(n)) {
      const one = single(n, out);
      return (await startJob((id) => native.startLogFactorial(id, one), signal)) as number;
    }
    const { input, given } = check(n, out);
    // What was copied from an array is known to nobody else, and neither is a new result.
    const held = Array.isArray(n) ? input : holdInput('n', input);
    const { target, deliver } = given
      ? holdOutput('out', given)
      : { target: newResult(input.length), deliver: () => {} };
    await startJob((id) => native.startLogFactorials(id, held, target), signal);
    deliver();
    return given ?? target;
  },
) as LogFactorialKernel;

function isOne(n: unknown): n is number | bigint {
  return typeof n === 'number' || typeof n === 'bigint';
}

function single(n: number | bigint, out: unknown): number {
  if (out !== undefined) {
    const message = `${expected('out', 'left out beside a single number', out)}; it is for arrays`;
    throw argumentError('ERR_INVALID_ARG_VALUE', message);
  }
  return whole('n', n);
}

/** The double next to an integer from 0 to 2^64. */
function whole(name: string, value: unknown): number {
  const message = () => expected(name, 'an integer from 0 to 2^64', value);
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw argumentError('ERR_INVALID_ARG_TYPE', message());
  }
  if (!(value >= 0 && value <= MAX) || (typeof value === 'number' && !Number.isInteger(value))) {
    throw argumentError('ERR_OUT_OF_RANGE', message());
  }
  return Number(value);
}

function check(n: unknown, out: unknown): { input: NumericArray; given: Float64Array | undefined } {
  const input = Array.isArray(n) ? fromNumbers(n) : readArray(n);
  return { input, given: out === undefined ? undefined : checkOut(out, input) };
}

function readArray(n: unknown): NumericArray {
  if (elementType(n) === undefined) {
    const what = 'a number, a bigint, a typed array or an array of numbers';
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('n', what, n));
  }
  return kernelArray('n', n);
}

function fromNumbers(values: readonly unknown[]): Float64Array {
  const copy = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) copy[i] = whole(`n[${i}]`, values[i]);
  return copy;
}

function checkOut(out: unknown, input: NumericArray): Float64Array {
  if (elementType(out) !== 'Float64Array') {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('out', 'a Float64Array', out));
  }
  const given = out as Float64Array;
  refuseDetached('out', given);
  if (given.length !== input.length) {
    const message = `Expected \`out\` to have ${input.length} elements, got ${given.length}`;
    throw argumentError('ERR_OUT_OF_RANGE', message);
  }
  if (overlap(given, input)) {
    throw argumentError('ERR_INVALID_ARG_VALUE', 'Expected `out` not to overlap `n`');
  }
  return given;
}

function newResult(length: number): Float64Array {
  try {
    return preferHugePages(new Float64Array(length));
  } catch (cause) {
    const message = `There is no memory for a result of ${length} elements`;
    throw Object.assign(argumentError('ERR_OUT_OF_RANGE', message), { cause });
  }
}
