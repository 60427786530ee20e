import { argumentError, expected } from '../internal/check.ts';

/**
 * An integer from `min` to `max`, given as a bigint or, up to 2^53 − 1, as a number. Above that a
 * number no longer says which integer is meant.
 *
 * @param range The range in words, for the message.
 */
export function word(name: string, value: unknown, min: bigint, max: bigint, range: string): bigint {
  const message = () => expected(name, `an integer ${range}`, value);
  if (typeof value === 'bigint') {
    if (value < min || value > max) throw argumentError('ERR_OUT_OF_RANGE', message());
    return value;
  }
  if (typeof value !== 'number') throw argumentError('ERR_INVALID_ARG_TYPE', message());
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && Number.isInteger(value)) {
    throw argumentError('ERR_OUT_OF_RANGE', `${message()}; above 2^53 - 1 it must be a bigint`);
  }
  if (!Number.isInteger(value) || BigInt(value) < min || BigInt(value) > max) {
    throw argumentError('ERR_OUT_OF_RANGE', message());
  }
  return BigInt(value);
}

/** An integer from `min` to 2^53 − 1 (or a smaller `max`), given as a number or a bigint. */
export function safeInteger(
  name: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  const last = max === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : String(max);
  const message = () => expected(name, `an integer from ${min} to ${last}`, value);
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw argumentError('ERR_INVALID_ARG_TYPE', message());
  }
  if (!(value >= min && value <= max) || (typeof value === 'number' && !Number.isInteger(value))) {
    throw argumentError('ERR_OUT_OF_RANGE', message());
  }
  return Number(value);
}
