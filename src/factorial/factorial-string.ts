import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { MAX_STRING_ARGUMENT, wholeNumber } from './argument.ts';

/**
 * n! as decimal text, without a conversion between number systems.
 *
 * @param n A number or bigint, an integer from 0 to 72,306,956 (V8's strings hold 536,870,888 characters).
 * @throws {TypeError} when `n` is neither a number nor a bigint.
 * @throws {RangeError} when `n` is negative, fractional or too large.
 * @example
 * import { factorialString } from 'allcores/factorial';
 *
 * factorialString(25); // '15511210043330985984000000'
 */
export const factorialString: Kernel<[n: number | bigint], object, string> = defineKernel(
  1,
  (n: number | bigint, options?: object) => {
    ownOptions(options, [], 'factorialString');
    const whole = argument(n);
    return call(() => native.factorialString(whole)) as string;
  },
  async (n: number | bigint, options?: RunOptions) => {
    const { signal } = ownOptions(options, ['signal'], 'factorialString');
    const whole = argument(n);
    return (await startJob((id) => native.startFactorialString(id, whole), signal)) as string;
  },
);

function argument(n: unknown): number {
  return wholeNumber('n', n, MAX_STRING_ARGUMENT, 'no JavaScript string is long enough for it');
}
