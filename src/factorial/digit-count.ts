import { ownOptions } from '../internal/check.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { safeInteger } from './word.ts';

/** The largest n whose factorial has less than 2^53 digits. */
const MAX_DIGIT_COUNT = 627_109_151_413_468;

/**
 * The number of decimal digits of n!, without n!.
 *
 * The logarithm is computed by Stirling's series with 192 bits after the point, in some
 * microseconds. The result is exact for every n.
 *
 * @param n A number or bigint, an integer from 0 to 627,109,151,413,468 (beyond that the result
 *   would be no safe integer).
 * @throws {TypeError} when `n` is neither a number nor a bigint.
 * @throws {RangeError} when `n` is negative, fractional or too large.
 * @example
 * import { digitCount } from 'allcores/factorial';
 *
 * digitCount(1000); // 2568
 * digitCount(1_000_000_000_000); // 11565705518104
 */
export const digitCount: Kernel<[n: number | bigint], object, number> = defineKernel(
  1,
  (n: number | bigint, options?: object) => {
    ownOptions(options, [], 'digitCount');
    const whole = safeInteger('n', n, 0, MAX_DIGIT_COUNT);
    return call(() => native.digitCount(whole)) as number;
  },
  async (n: number | bigint, options?: RunOptions) => {
    const { signal } = ownOptions(options, ['signal'], 'digitCount');
    const whole = safeInteger('n', n, 0, MAX_DIGIT_COUNT);
    return (await startJob((id) => native.startDigitCount(id, whole), signal)) as number;
  },
);
