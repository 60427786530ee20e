import { wholeNumber } from './argument.ts';
import { defineFamily } from './family.ts';
import type { FactorialKernel } from './options.ts';

/** The largest n whose double factorial fits a bigint. */
const MAX_ARGUMENT = 86_181_405;

/**
 * n!!, the product of n, n - 2, n - 4 and so on down to 2 or 1; 0!! and 1!! are 1.
 *
 * By prime swing, without a division: for even n = 2k it is 2^k k!, for odd n the odd part of ((n - 1) / 2)!
 * times that of the swing of n. Exact, so the same on any number of threads.
 *
 * @param n A number or bigint, an integer from 0 to 86,181,405 (V8's bigints hold 2^30 bits).
 * @param options.maxMemory Bytes that the call may take. Default: no limit.
 * @throws {TypeError} when `n` is neither a number nor a bigint.
 * @throws {RangeError} when `n` is negative, fractional or too large, or the call may need more than `maxMemory`.
 * @example
 * import { doubleFactorial } from 'allcores/factorial';
 *
 * doubleFactorial(7); // 105n
 * doubleFactorial(8); // 384n
 */
export const doubleFactorial: FactorialKernel<[n: number | bigint], bigint> = defineFamily(
  'doubleFactorial',
  1,
  (n) => ({
    kind: 'doubleFactorial',
    integers: [BigInt(wholeNumber('n', n, MAX_ARGUMENT, 'no bigint is long enough for it'))],
  }),
);
