/** The memory of a map over a typed array: what workers read and write must be shared. */

import {
  type ArrayType,
  arrayType,
  constructors,
  isShared,
  type NumericArray,
  numericArray,
} from '../internal/array.ts';
import { argumentError } from '../internal/check.ts';

/** Where workers read, where they write, and what the caller gets in the end. */
export interface TypedMemory {
  readonly input: NumericArray;
  readonly output: NumericArray;
  /** Brings the results to where the caller wants them. */
  finish(): NumericArray;
}

/**
 * Prepares the memory. An input on shared memory is used as it is, a plain one is copied
 * once. Without `out` the results are a new array of the input's type on shared memory; a
 * plain `out`, or one that overlaps the input at another place, is filled at the end.
 *
 * @throws {TypeError} when `out` is no typed array. @throws {RangeError} when its length differs.
 */
export function typedMemory(items: NumericArray, out: unknown): TypedMemory {
  const given = numericArray('items', items);
  const input = isShared(given) ? given : sharedCopy(given);
  const target = out === undefined ? sharedLike(given) : numericArray('out', out);
  if (target.length !== given.length) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`out\` to have the length of \`items\`, ${given.length}, got ${target.length}`,
    );
  }
  const direct = isShared(target) && !overlapsShifted(input, target);
  const output = direct ? target : sharedLike(target);
  return {
    input,
    output,
    finish() {
      // Both have one type, so both hold numbers or both hold bigints.
      if (!direct) (target as Float64Array).set(output as Float64Array);
      return target;
    },
  };
}

function sharedLike(array: NumericArray): NumericArray {
  // Every one of the constructors takes a buffer; their union has no common signature for it.
  const Type = constructors[arrayType(array) as ArrayType] as Float64ArrayConstructor;
  return new Type(new SharedArrayBuffer(array.length * Type.BYTES_PER_ELEMENT));
}

function sharedCopy(array: NumericArray): NumericArray {
  const copy = sharedLike(array);
  (copy as Float64Array).set(array as Float64Array);
  return copy;
}

/** Whether writing an element of `b` could change an element of `a` with another index. */
function overlapsShifted(a: NumericArray, b: NumericArray): boolean {
  if (a.buffer !== b.buffer) return false;
  if (a.byteOffset === b.byteOffset && a.BYTES_PER_ELEMENT === b.BYTES_PER_ELEMENT) return false;
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}
