import {
  elementType,
  type Float16Values,
  isBigIntArray,
  kernelArray,
  type NumericArray,
} from '../internal/array.ts';
import { argumentError, show } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';

/** A typed array of any element type; a Float16Array where the Node has it. */
export type NumericValues = NumericArray | Float16Values;

/** What a kernel reads: a typed array in place, or an array of numbers, which is checked and copied. */
export type NumericInput = NumericValues | readonly number[];

/** The input of a blocking call. */
export function readInput(name: string, value: unknown): NumericArray {
  return Array.isArray(value) ? fromNumbers(name, value) : kernelArray(name, value);
}

/** The same input for an asynchronous call: memory that stays where it is until the promise settles. */
export function holdRead(name: string, given: unknown, input: NumericArray): NumericArray {
  // What was copied from an array of numbers is known to nobody else.
  return Array.isArray(given) ? input : holdInput(name, input);
}

function fromNumbers(name: string, values: readonly unknown[]): Float64Array {
  const copy = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number') {
      const got = i in values ? show(value) : 'a hole';
      throw argumentError('ERR_INVALID_ARG_TYPE', `Expected \`${name}[${i}]\` to be a number, got ${got}`);
    }
    copy[i] = value;
  }
  return copy;
}

/** Refuses an empty array where a result needs an element. */
export function notEmpty(name: string, x: NumericValues): void {
  if (x.length === 0) {
    throw argumentError('ERR_OUT_OF_RANGE', `Expected \`${name}\` to have at least one element, got none`);
  }
}

/** Whether the elements are floats. */
export function isFloat(x: NumericValues): boolean {
  // Not the array's own property, which a subclass may have changed.
  return elementType(x)?.startsWith('Float') === true;
}

/** Whether the elements are bigints. */
export function isWide(x: NumericValues): boolean {
  return isBigIntArray(x as NumericArray);
}
