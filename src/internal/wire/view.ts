/** Views that leave the rest of their buffer behind. */

import { types } from 'node:util';

/** Asks a typed array for its type in a way that no subclass and no property of it can change. */
const nameOfType = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/** A view of the same type on a copy of its own bytes only, which is added to `made`. A Buffer's is a Uint8Array. */
export function ownBytes(view: ArrayBufferView, made: ArrayBuffer[]): ArrayBufferView {
  const { byteOffset, byteLength } = view;
  const bytes = (view.buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
  made.push(bytes);
  if (types.isDataView(view)) return new DataView(bytes);
  const name = nameOfType.call(view) ?? 'Uint8Array';
  return new (Reflect.get(globalThis, name) as Uint8ArrayConstructor)(bytes);
}
