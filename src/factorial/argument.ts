/** The integers that the kernels take. */

import { arrayType } from '../internal/array.ts';
import { argumentError, expected } from '../internal/check.ts';
import { word as anyWord } from './word.ts';

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

/** The largest that crosses to the addon. */
const MAX_WORD = 2n ** 64n - 1n;

/** A whole number below 2^64. */
export function word(name: string, value: unknown): bigint {
  return anyWord(name, value, 0n, MAX_WORD, 'from 0 to 2^64 - 1');
}

/** The same of either sign. */
export function signedWord(name: string, value: unknown): bigint {
  return anyWord(name, value, -MAX_WORD, MAX_WORD, 'of less than 2^64 in magnitude');
}

/** The elements of an array or typed array, each checked. */
export function listOf<T>(name: string, value: unknown, item: (name: string, value: unknown) => T): T[] {
  if (!Array.isArray(value) && arrayType(value) === undefined) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an array of integers', value));
  }
  return Array.from(value as ArrayLike<unknown>, (one, index) => item(`${name}[${index}]`, one));
}
