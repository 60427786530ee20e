/** The memory of a map over a typed array: what workers read and write must be shared. */

import {
  type ArrayType,
  arrayType,
  constructors,
  isBigIntArray,
  isShared,
  type NumericArray,
  numericArray,
} from '../internal/array.ts';
import { argumentError, show } from '../internal/check.ts';
import { overlap } from '../internal/memory.ts';
import { sharedArray } from '../shared/shared-array.ts';

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
  // A view of its own: one that follows growable memory could be longer when a worker looks at it.
  const input = isShared(given) ? fixedView(given) : sharedCopy(given);
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
  return sharedArray(constructors[arrayType(array) as ArrayType], array.length);
}

function fixedView(array: NumericArray): NumericArray {
  const View = constructors[arrayType(array) as ArrayType];
  return new View(array.buffer as ArrayBuffer, array.byteOffset, array.length);
}

function sharedCopy(array: NumericArray): NumericArray {
  const copy = sharedLike(array);
  (copy as Float64Array).set(array as Float64Array);
  return copy;
}

/** Whether writing an element of `b` could change an element of `a` with another index. */
function overlapsShifted(a: NumericArray, b: NumericArray): boolean {
  // By address: one memory may have several buffer objects, which came back from other threads.
  if (!overlap(a, b)) return false;
  const samePlace = a.buffer === b.buffer && a.byteOffset === b.byteOffset;
  return !samePlace || a.BYTES_PER_ELEMENT !== b.BYTES_PER_ELEMENT;
}

/** The error of a result that the output cannot hold; the workers' own loop words it the same way. */
export function refuseResult(output: NumericArray, index: number, value: unknown): Error | undefined {
  const type = isBigIntArray(output) ? 'bigint' : 'number';
  if (typeof value === type) return undefined;
  const message = `Expected the function to return a ${type} for the element at index ${index}, got ${show(value)}`;
  return Object.assign(new TypeError(message), { code: 'ERR_INVALID_RETURN_VALUE' });
}
