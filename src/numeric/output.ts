import {
  constructorOf,
  constructors,
  elementType,
  type NumericArray,
  refuseDetached,
} from '../internal/array.ts';
import { argumentError, expected } from '../internal/check.ts';
import { type HeldOutput, holdOutput } from '../internal/hold.ts';
import { overlap, preferHugePages } from '../internal/memory.ts';
import type { NumericValues } from './input.ts';

/** The element type of a result: one of the typed arrays' names, or that of an array. */
export type ResultType = keyof typeof constructors | { readonly like: NumericValues };

/** A new array for a result. */
export function newResult(type: ResultType, length: number): NumericArray {
  const Type = typeof type === 'string' ? constructors[type] : constructorOf(type.like);
  try {
    return preferHugePages(new Type(length));
  } catch (cause) {
    const message = `There is no memory for a result of ${length} elements`;
    throw Object.assign(argumentError('ERR_OUT_OF_RANGE', message), { cause });
  }
}

/**
 * The caller's array for a result: of the result's type and length, and away from the inputs.
 *
 * @param inPlace Whether `out` may also be one of the inputs, the whole of it.
 */
export function checkResult(
  out: unknown,
  type: ResultType,
  length: number,
  inputs: readonly NumericArray[],
  inPlace = false,
): NumericArray {
  const wanted = typeof type === 'string' ? type : (elementType(type.like) as string);
  if (elementType(out) !== wanted) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('out', `a ${wanted}`, out));
  }
  const given = out as NumericArray;
  refuseDetached('out', given);
  if (given.length !== length) {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `Expected \`out\` to have ${length} elements, got ${given.length}`,
    );
  }
  for (const input of inputs) {
    if (overlap(given, input) && !(inPlace && isSame(given, input))) {
      const where = inPlace ? 'to be the input itself or not to overlap it' : 'not to overlap an input';
      throw argumentError('ERR_INVALID_ARG_VALUE', `Expected \`out\` ${where}`);
    }
  }
  return given;
}

/** Whether two arrays are the same memory from its first to its last byte. */
export function isSame(a: NumericArray, b: NumericArray): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.byteLength === b.byteLength;
}

/** What an asynchronous call writes into: the caller's array, held, or a new one that nobody knows yet. */
export function holdResult(
  given: NumericArray | undefined,
  make: () => NumericArray,
): HeldOutput<NumericArray> {
  return given === undefined ? { target: make(), deliver: () => {} } : holdOutput('out', given);
}
