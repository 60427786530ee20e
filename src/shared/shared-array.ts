/** Typed arrays over memory that threads share. */

import {
  arrayType,
  constructors,
  type NumericArray,
  type NumericArrayConstructor,
} from '../internal/array.ts';
import { argumentError, expected, integer, show } from '../internal/check.ts';

/**
 * A real typed array over memory that threads share: it crosses to a worker as a handle of a few
 * bytes, and everybody sees everybody's writes. Plain reads and writes of it are not ordered between
 * threads; `Atomics` are.
 *
 * @param type The constructor of one of the eleven typed arrays (`Float64Array`, …).
 * @param lengthOrValues The number of elements, all 0; or the elements, of any array or iterable, which
 *   are copied. Bigints for `BigInt64Array` and `BigUint64Array`, numbers for all others.
 * @throws {TypeError} when the type is none of these, or a value is of the wrong type (with its index).
 * @throws {RangeError} when the length is no integer from 0, or there is no memory for it.
 * @example
 * import { sharedArray } from 'allcores';
 *
 * const prices = sharedArray(Float64Array, [9.5, 12, 7.25]);
 * prices; // [9.5, 12, 7.25]
 * prices.buffer instanceof SharedArrayBuffer; // true
 */
export function sharedArray<C extends NumericArrayConstructor>(
  type: C,
  lengthOrValues: number | Iterable<number> | Iterable<bigint>,
): InstanceType<C> {
  const Type = constructorOf(type);
  if (typeof lengthOrValues === 'number') {
    return allocate(Type, integer('lengthOrValues', lengthOrValues)) as InstanceType<C>;
  }
  const values = valuesOf(lengthOrValues);
  const isBigInt = Type === BigInt64Array || Type === BigUint64Array;
  checkValues(values, isBigInt ? 'bigint' : 'number');
  const array = allocate(Type, values.length);
  (array as { set(values: ArrayLike<unknown>): void }).set(values);
  return array as InstanceType<C>;
}

/** The constructor of this realm that has the name of the given one. */
function constructorOf(type: unknown): NumericArrayConstructor {
  // Told by its name and its parent's, because another realm has constructors of its own.
  if (typeof type === 'function' && Object.hasOwn(constructors, type.name)) {
    const parent: unknown = Object.getPrototypeOf(type);
    if (typeof parent === 'function' && parent.name === 'TypedArray') {
      return constructors[type.name as keyof typeof constructors];
    }
  }
  throw argumentError('ERR_INVALID_ARG_TYPE', expected('type', "a typed array's constructor", type));
}

function allocate(Type: NumericArrayConstructor, length: number): NumericArray {
  const size = length * Type.BYTES_PER_ELEMENT;
  let memory: SharedArrayBuffer;
  try {
    memory = new SharedArrayBuffer(size);
  } catch {
    throw argumentError(
      'ERR_OUT_OF_RANGE',
      `There is no shared memory for ${length} elements (${size} bytes)`,
    );
  }
  return new (Type as Uint8ArrayConstructor)(memory);
}

function valuesOf(given: unknown): ArrayLike<unknown> {
  if (arrayType(given) !== undefined || Array.isArray(given)) return given as ArrayLike<unknown>;
  const isIterable =
    typeof given === 'object' &&
    given !== null &&
    typeof (given as Iterable<unknown>)[Symbol.iterator] === 'function';
  if (isIterable) return Array.from(given as Iterable<unknown>);
  throw argumentError(
    'ERR_INVALID_ARG_TYPE',
    expected('lengthOrValues', 'a length or an iterable of values', given),
  );
}

function checkValues(values: ArrayLike<unknown>, type: 'number' | 'bigint'): void {
  // All elements of a typed array are of one type.
  const count = arrayType(values) === undefined ? values.length : Math.min(values.length, 1);
  for (let index = 0; index < count; index++) {
    const value = values[index];
    if (typeof value !== type) {
      throw argumentError(
        'ERR_INVALID_ARG_TYPE',
        `Expected \`lengthOrValues\` to hold ${type}s only, got ${show(value)} at index ${index}`,
      );
    }
  }
}
