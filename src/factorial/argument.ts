import { argumentError, expected } from '../internal/check.ts';

/** The largest n whose factorial fits a bigint: V8 holds 2^30 bits. */
export const MAX_BIGINT_ARGUMENT = 44_787_927;
/** The largest n whose factorial fits a string: V8 holds 536,870,888 characters. */
export const MAX_STRING_ARGUMENT = 72_306_956;

/** A whole number from 0 to `max`, given as a number or a bigint. */
export function wholeNumber(name: string, value: unknown, max: number, beyond: string): number {
  const what = `an integer from 0 to ${max}`;
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, what, value));
  }
  if (value > max) {
    throw argumentError('ERR_OUT_OF_RANGE', `${expected(name, what, value)}; ${beyond}`);
  }
  if (value < 0 || (typeof value === 'number' && !Number.isInteger(value))) {
    throw argumentError('ERR_OUT_OF_RANGE', expected(name, what, value));
  }
  return Number(value);
}
