/** A quick look for values that structured clone would not carry as we promise. */

import { types } from 'node:util';
import { kindOfPrototype } from './kind.ts';

/** Objects with more entries than this are remembered even when they are leaves. */
const BIG = 64;

/** After so many holes (or undefineds) in a row a long array is asked for its keys: it may be nearly empty. */
const GAP = 4096;

/** Objects that were looked at; made when the first object with objects in it is met. */
interface Seen {
  objects: Set<object> | undefined;
}

/**
 * Whether a list holds, at any depth, a value that `coded.ts` must look at: a Buffer, a view on a part
 * of a plain ArrayBuffer, an error, a URL, or what only threads or nobody can take.
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
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) return visitObject(value, seen, moved);
  const kind = kindOfPrototype(prototype);
  if (kind === 'ordinary') return visitObject(value, seen, moved);
  return kind !== 'builtin' || visitBuiltin(value, seen, moved);
}

function visitBuiltin(value: object, seen: Seen, moved: ReadonlySet<unknown>): boolean {
  if (ArrayBuffer.isView(value)) return Buffer.isBuffer(value) || (isPart(value) && !moved.has(value.buffer));
  if (types.isMap(value)) return visitMap(value, seen, moved);
  if (types.isSet(value)) return visitSet(value, seen, moved);
  // Of another realm: this one's are told by their prototype.
  return types.isNativeError(value);
}

// A leaf cannot be part of a cycle, so only objects with objects in them (and big ones, which
// would be costly to look at twice) are remembered.
function visitArray(value: readonly unknown[], seen: Seen, moved: ReadonlySet<unknown>): boolean {
  const count = value.length;
  let known = count > BIG;
  if (known && !remember(value, seen)) return false;
  let gap = 0;
  for (let index = 0; index < count; index++) {
    const item = value[index];
    if (typeof item !== 'object' || item === null) {
      if (item !== undefined) gap = 0;
      else if (++gap === GAP) return visitKeys(value, seen, moved);
      continue;
    }
    gap = 0;
    if (!known) {
      if (!remember(value, seen)) return false;
      known = true;
    }
    if (visit(item, seen, moved)) return true;
  }
  return false;
}

/** An array with few elements and a great length. */
function visitKeys(value: readonly unknown[], seen: Seen, moved: ReadonlySet<unknown>): boolean {
  return Object.keys(value).some((key) => {
    const item: unknown = value[key as unknown as number];
    return typeof item === 'object' && item !== null && visit(item, seen, moved);
  });
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
  for (const [key, item] of entriesOf(value)) {
    if (typeof key === 'object' && key !== null && visit(key, seen, moved)) return true;
    if (typeof item === 'object' && item !== null && visit(item, seen, moved)) return true;
  }
  return false;
}

function visitSet(value: Set<unknown>, seen: Seen, moved: ReadonlySet<unknown>): boolean {
  if (!remember(value, seen)) return false;
  for (const item of membersOf(value)) {
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

// Structured clone takes what is in a Map, whatever a class of it shows of that.

/** A Map's own entries. */
export function entriesOf(map: Map<unknown, unknown>): Iterable<[unknown, unknown]> {
  return Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>;
}

/** A Set's own members. */
export function membersOf(set: Set<unknown>): Iterable<unknown> {
  return Set.prototype.values.call(set) as Iterable<unknown>;
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

/** Whether an object is of a kind that no clone takes, though it may look like a plain one. */
export function isExotic(value: object): boolean {
  return (
    types.isProxy(value) ||
    types.isArgumentsObject(value) ||
    types.isModuleNamespaceObject(value) ||
    types.isExternal(value)
  );
}
