/** A quick look for values that structured clone would not carry as we promise. */

import { types } from 'node:util';

/** Objects with more entries than this are remembered even when they are leaves. */
const BIG = 64;

/** Objects that were looked at; made when the first object with objects in it is met. */
interface Seen {
  objects: Set<object> | undefined;
}

/**
 * Whether a list holds, at any depth, a Buffer, a view on a part of a plain ArrayBuffer, or an error.
 *
 * What cannot be read (a throwing getter, a nesting too deep) counts as no: the post fails the same way.
 */
export function needsCode(items: readonly unknown[], moved: ReadonlySet<unknown>): boolean {
  let seen: Seen | undefined;
  try {
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      if (typeof item !== 'object' || item === null) continue;
      seen ??= { objects: undefined };
      if (visit(item, seen, moved)) return true;
    }
  } catch {
    return false;
  }
  return false;
}

function visit(value: object, seen: Seen, moved: ReadonlySet<unknown>): boolean {
  if (Array.isArray(value)) return visitArray(value, seen, moved);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return visitObject(value, seen, moved);
  if (ArrayBuffer.isView(value)) return Buffer.isBuffer(value) || (isPart(value) && !moved.has(value.buffer));
  if (types.isMap(value)) return visitMap(value, seen, moved);
  if (types.isSet(value)) return visitSet(value, seen, moved);
  return isError(value) || visitObject(value, seen, moved);
}

// A leaf cannot be part of a cycle, so only objects with objects in them (and big ones, which
// would be costly to look at twice) are remembered.
function visitArray(value: readonly unknown[], seen: Seen, moved: ReadonlySet<unknown>): boolean {
  const count = value.length;
  let known = count > BIG;
  if (known && !remember(value, seen)) return false;
  for (let index = 0; index < count; index++) {
    const item = value[index];
    if (typeof item !== 'object' || item === null) continue;
    if (!known) {
      if (!remember(value, seen)) return false;
      known = true;
    }
    if (visit(item, seen, moved)) return true;
  }
  return false;
}

function visitObject(value: object, seen: Seen, moved: ReadonlySet<unknown>): boolean {
  let known = false;
  let count = 0;
  // `for in` is three times as fast as `Object.keys`; an inherited property can only make it say yes in vain.
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (++count <= BIG && (typeof item !== 'object' || item === null)) continue;
    if (!known) {
      if (!remember(value, seen)) return false;
      known = true;
    }
    if (typeof item === 'object' && item !== null && visit(item, seen, moved)) return true;
  }
  return false;
}

function visitMap(value: Map<unknown, unknown>, seen: Seen, moved: ReadonlySet<unknown>): boolean {
  if (!remember(value, seen)) return false;
  for (const [key, item] of value) {
    if (typeof key === 'object' && key !== null && visit(key, seen, moved)) return true;
    if (typeof item === 'object' && item !== null && visit(item, seen, moved)) return true;
  }
  return false;
}

function visitSet(value: Set<unknown>, seen: Seen, moved: ReadonlySet<unknown>): boolean {
  if (!remember(value, seen)) return false;
  for (const item of value) {
    if (typeof item === 'object' && item !== null && visit(item, seen, moved)) return true;
  }
  return false;
}

/** False when the object was already looked at. */
function remember(value: object, seen: Seen): boolean {
  seen.objects ??= new Set();
  if (seen.objects.has(value)) return false;
  seen.objects.add(value);
  return true;
}

/** Whether a view covers only a part of a plain ArrayBuffer, all of which a clone would copy. */
export function isPart(view: ArrayBufferView): boolean {
  return view.byteLength !== view.buffer.byteLength && !types.isSharedArrayBuffer(view.buffer);
}

/** Whether a value is an error: of any realm, a DOMException, or made with an error's prototype. */
export function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error || value instanceof DOMException;
  } catch {
    return false; // a revoked proxy
  }
}
