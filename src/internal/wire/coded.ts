/**
 * The coded form of a list in which some values need more than structured clone: a copy of the list
 * with those values left out, and a list of where they belong. Structured clone keeps the identity of
 * objects within one message, so a place is an object of the copy itself and one of its keys, and
 * undoing costs as much as there are such values, however large the rest is.
 */

import { types } from 'node:util';
import type { WiredError } from './error.ts';
import { packNestedError, unpackNestedError } from './error.ts';
import { isError, isPart } from './scan.ts';

/** A value that was left out. */
type Leaf =
  | { readonly kind: 'buffer'; readonly bytes: Uint8Array }
  | { readonly kind: 'error'; readonly error: WiredError };

/** A list of which something was left out. */
export interface Coded {
  /** The copy, with `undefined` where something was left out, and empty Maps and Sets. */
  readonly value: unknown;
  readonly leaves: readonly Leaf[];
  /** In threes: an object, its key, the number of the leaf that belongs there. */
  readonly places: readonly unknown[];
  /** In pairs: a Map or Set, and its entries as one flat array. */
  readonly fills: readonly unknown[];
}

/** What one call of `encode` gathers. */
interface Work {
  readonly leaves: Leaf[];
  readonly places: unknown[];
  readonly fills: unknown[];
  /** Each object's copy, or the number of its leaf. */
  readonly done: Map<object, object | number>;
  readonly transfer: ArrayBuffer[];
  readonly moved: ReadonlySet<unknown>;
}

type Holder = Record<string | number, unknown>;

/** Codes a list; buffers made on the way are added to `transfer`. */
export function encode(
  value: readonly unknown[],
  transfer: ArrayBuffer[],
  moved: ReadonlySet<unknown>,
): Coded {
  const work: Work = { leaves: [], places: [], fills: [], done: new Map(), transfer, moved };
  return { value: make(value, work), leaves: work.leaves, places: work.places, fills: work.fills };
}

/** The value that `encode` was given; `coded` is used up. */
export function decode({ value, leaves, places, fills }: Coded): unknown {
  const values = leaves.map(revive);
  for (let index = 0; index < places.length; index += 3) {
    const holder = places[index] as Holder;
    // The key is there already, so this writes the object's own property whatever its name is.
    holder[places[index + 1] as string] = values[places[index + 2] as number];
  }
  for (let index = 0; index < fills.length; index += 2) {
    fill(fills[index] as Map<unknown, unknown> | Set<unknown>, fills[index + 1] as unknown[]);
  }
  return value;
}

function revive(leaf: Leaf): unknown {
  if (leaf.kind === 'error') return unpackNestedError(leaf.error);
  return Buffer.from(leaf.bytes.buffer, leaf.bytes.byteOffset, leaf.bytes.byteLength);
}

function fill(target: Map<unknown, unknown> | Set<unknown>, entries: readonly unknown[]): void {
  if (types.isMap(target)) {
    for (let index = 0; index < entries.length; index += 2) target.set(entries[index], entries[index + 1]);
  } else {
    for (const entry of entries) target.add(entry);
  }
}

/** Puts the coded form of `value` at `holder[key]`. */
function put(holder: Holder, key: string | number, value: unknown, work: Work): void {
  if (typeof value !== 'object' || value === null) {
    holder[key] = value;
    return;
  }
  const made = work.done.get(value) ?? make(value, work);
  if (typeof made === 'number') {
    holder[key] = undefined;
    work.places.push(holder, key, made);
  } else {
    holder[key] = made;
  }
}

/** The copy of an object, or the number of its leaf. */
function make(value: object, work: Work): object | number {
  if (ArrayBuffer.isView(value)) return makeView(value, work);
  if (Array.isArray(value)) {
    const copy: unknown[] = new Array(value.length);
    return copyKeys(value, copy as unknown as Holder, work);
  }
  if (types.isMap(value)) return makeCollection(value, new Map(), work);
  if (types.isSet(value)) return makeCollection(value, new Set(), work);
  if (isError(value)) return leaf(value, { kind: 'error', error: packNestedError(value) }, work);
  if (!isOrdinary(value)) return value;
  return copyKeys(value, Object.create(null) as Holder, work);
}

function makeView(view: ArrayBufferView, work: Work): object | number {
  const tight = isPart(view) && !work.moved.has(view.buffer) ? ownBytes(view, work) : view;
  if (Buffer.isBuffer(view)) {
    return leaf(view, { kind: 'buffer', bytes: tight as Uint8Array }, work);
  }
  work.done.set(view, tight);
  return tight;
}

/** A view of the same type on a copy of its own bytes only. */
function ownBytes(view: ArrayBufferView, work: Work): ArrayBufferView {
  const { byteOffset, byteLength } = view;
  const bytes = (view.buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
  work.transfer.push(bytes);
  if (types.isDataView(view)) return new DataView(bytes);
  if (Buffer.isBuffer(view)) return new Uint8Array(bytes);
  return new (view.constructor as Uint8ArrayConstructor)(bytes);
}

function makeCollection(
  value: Map<unknown, unknown> | Set<unknown>,
  copy: Map<unknown, unknown> | Set<unknown>,
  work: Work,
): object {
  work.done.set(value, copy);
  const entries: unknown[] = types.isMap(value) ? [...value].flat(1) : [...value];
  const coded: unknown[] = new Array(entries.length);
  work.fills.push(copy, coded);
  copyKeys(entries, coded as unknown as Holder, work);
  return copy;
}

function copyKeys(value: object, copy: Holder, work: Work): object {
  work.done.set(value, copy);
  for (const key of Object.keys(value)) put(copy, key, (value as Record<string, unknown>)[key], work);
  return copy;
}

function leaf(value: object, made: Leaf, work: Work): number {
  const number = work.leaves.push(made) - 1;
  work.done.set(value, number);
  return number;
}

/**
 * Whether structured clone takes the object's own properties and nothing else of it. Objects with
 * a content of their own (dates, ports, keys) are not copied but left to it.
 */
function isOrdinary(value: object): boolean {
  if (types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  if (types.isBoxedPrimitive(value) || types.isExternal(value)) return false;
  // Dates, regular expressions, promises, buffers, ports: all tell their kind.
  if (Object.prototype.toString.call(value) !== '[object Object]') return false;
  return !isCloneableByNode(value);
}

/** Node marks its own cloneable and transferable classes (KeyObject, FileHandle …) by symbols. */
function isCloneableByNode(value: object): boolean {
  for (let level = value; level !== null; level = Object.getPrototypeOf(level)) {
    for (const symbol of Object.getOwnPropertySymbols(level)) {
      if (symbol.description?.startsWith('messaging_')) return true;
    }
  }
  return false;
}
