/** Typed arrays of any realm, on any memory. */

import { types } from 'node:util';
import { argumentError, expected } from './check.ts';

/** The typed arrays that every supported Node has. */
export type NumericArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** A constructor of one of the eleven typed arrays. */
export type NumericArrayConstructor =
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Uint8ClampedArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor;

/** The constructors of this realm by their names. */
export const constructors = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

/** The name of a typed array's type, for example `Float64Array`. */
export type ArrayType = keyof typeof constructors;

// The getter answers for arrays of every realm and cannot be fooled by a subclass's own
// name, which is why neither `instanceof` nor `constructor.name` is asked.
const tagGetter = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Int8Array.prototype) as object,
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/** The type of a typed array (a Buffer is a `Uint8Array`); undefined for anything else. */
export function arrayType(value: unknown): ArrayType | undefined {
  const tag = tagGetter.call(value);
  return tag !== undefined && Object.hasOwn(constructors, tag) ? (tag as ArrayType) : undefined;
}

/** A Float16Array, as far as this version of TypeScript's library knows it. */
export type Float16Values = typeof globalThis extends { Float16Array: { prototype: infer Values } }
  ? Values extends ArrayLike<number>
    ? Values
    : never
  : never;

/** The constructors by name, with that of `Float16Array` where the Node has it. */
const everyConstructor: Readonly<Record<string, unknown>> = Object.hasOwn(globalThis, 'Float16Array')
  ? { ...constructors, Float16Array: (globalThis as { Float16Array?: unknown }).Float16Array }
  : constructors;

/** The type of a typed array that the kernels of `allcores/numeric` take; undefined for anything else. */
export function elementType(value: unknown): ArrayType | 'Float16Array' | undefined {
  const tag = tagGetter.call(value);
  return tag !== undefined && Object.hasOwn(everyConstructor, tag) ? (tag as ArrayType) : undefined;
}

/** The constructor of the type of a typed array. */
export function constructorOf(array: ArrayBufferView): NumericArrayConstructor {
  return everyConstructor[elementType(array) as string] as NumericArrayConstructor;
}

/** Whether the array is one of the two 64-bit integer types, whose elements are bigints. */
export function isBigIntArray(array: NumericArray): array is BigInt64Array | BigUint64Array {
  const type = arrayType(array);
  return type === 'BigInt64Array' || type === 'BigUint64Array';
}

/** Whether the array lies on a SharedArrayBuffer. */
export function isShared(array: NumericArray): boolean {
  return types.isSharedArrayBuffer(array.buffer);
}

/** Whether the array's buffer was transferred away. */
export function isDetached(array: NumericArray): boolean {
  return array.byteLength === 0 && isDetachedBuffer(array.buffer);
}

/** Whether a value is a buffer whose memory was transferred away. */
export function isDetachedBuffer(value: unknown): boolean {
  if (!types.isArrayBuffer(value) || value.byteLength !== 0) return false;
  try {
    // Node 20 has no `ArrayBuffer.prototype.detached`; a view on a detached buffer is a TypeError.
    return new Uint8Array(value) === undefined;
  } catch {
    return true;
  }
}

/** A typed array of any type that the kernels take, not detached. (Its static type says the least that is sure.) */
export function kernelArray(name: string, value: unknown): NumericArray {
  if (elementType(value) === undefined) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a typed array', value));
  }
  refuseDetached(name, value as NumericArray);
  return value as NumericArray;
}

/** A typed array that is not detached. */
export function numericArray(name: string, value: unknown): NumericArray {
  if (arrayType(value) === undefined) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a typed array', value));
  }
  refuseDetached(name, value as NumericArray);
  return value as NumericArray;
}

/** A TypeError when the array's buffer was transferred away. */
export function refuseDetached(name: string, array: NumericArray): void {
  if (array.byteLength === 0 && isDetached(array)) {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      `Expected \`${name}\` to have its memory, but its buffer was transferred away`,
    );
  }
}
