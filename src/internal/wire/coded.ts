/**
 * The coded form of a list in which some values need more than structured clone: a copy of the list
 * with those values left out, and a list of where they belong. Structured clone keeps the identity of
 * objects within one message, so a place is an object of the copy itself and one of its keys, and
 * undoing costs as much as there are such values, however large the rest is.
 */

import { types } from 'node:util';
import {
  type ErrorLeaf,
  type ErrorReader,
  fillError,
  makeError,
  type OwnScope,
  ownScope,
  readError,
} from './error-leaf.ts';
import { kindOf } from './kind.ts';
import { entriesOf, isError, isExotic, isPart, membersOf } from './scan.ts';
import { ownBytes } from './view.ts';

/** A value that was left out. */
type Leaf =
  | { readonly kind: 'buffer'; readonly bytes: Uint8Array }
  | { readonly kind: 'url' | 'params'; readonly text: string }
  | ErrorLeaf;

/** A list of which something was left out. */
export interface Coded {
  /**
   * Something that no post takes, or none to another process, where the list holds what would arrive
   * there without its content; else undefined. It stands first: the post must fail before it gets to that.
   */
  readonly bar: unknown;
  /** The copy, with `undefined` where something was left out, and empty Maps and Sets. */
  readonly value: unknown;
  readonly leaves: readonly Leaf[];
  /** In threes: an object, its key, the number of the leaf that belongs there. */
  readonly places: readonly unknown[];
  /** In pairs: a Map or Set, and its entries as one flat array. */
  readonly fills: readonly unknown[];
}

/** What one call of `encode` gathers. */
interface Work extends ErrorReader {
  readonly leaves: Leaf[];
  readonly places: unknown[];
  readonly fills: unknown[];
  /** Each object's copy, or the number of its leaf. */
  readonly done: Map<object, object | number>;
  readonly transfer: ArrayBuffer[];
  readonly moved: ReadonlySet<unknown>;
  bar: unknown;
}

/** How errors inside values are read. */
const inValues = ownScope();

type Holder = Record<string | number, unknown>;

/** No message with it can be posted. */
const toNobody = Symbol('to nobody');

/** Codes a list; buffers made on the way are added to `transfer`. */
export function encode(
  list: readonly unknown[],
  transfer: ArrayBuffer[],
  moved: ReadonlySet<unknown>,
  scope: OwnScope = inValues,
): Coded {
  const work: Work = {
    leaves: [],
    places: [],
    fills: [],
    done: new Map(),
    transfer,
    moved,
    scope,
    sound: new Map(),
    depth: 0,
    bar: undefined,
  };
  const value = make(list, work);
  return { bar: work.bar, value, leaves: work.leaves, places: work.places, fills: work.fills };
}

/**
 * The list that `encode` was given; `coded` is used up.
 *
 * @param module The module of the task that the list came from, for the classes of its errors.
 */
export function decode({ value, leaves, places, fills }: Coded, module?: string): unknown {
  const values = leaves.map((leaf) => revive(leaf, module));
  for (let index = 0; index < places.length; index += 3) {
    const holder = places[index] as Holder;
    // The key is there already, so this writes the object's own property whatever its name is.
    holder[places[index + 1] as string] = values[places[index + 2] as number];
  }
  for (let index = 0; index < fills.length; index += 2) {
    fill(fills[index] as Map<unknown, unknown> | Set<unknown>, fills[index + 1] as unknown[]);
  }
  for (let index = 0; index < leaves.length; index++) {
    const leaf = leaves[index] as Leaf;
    if (leaf.kind === 'error') fillError(values[index] as Error, leaf);
  }
  return value;
}

function revive(leaf: Leaf, module: string | undefined): object {
  if (leaf.kind === 'error') return makeError(leaf, module);
  if (leaf.kind === 'buffer') {
    return Buffer.from(leaf.bytes.buffer, leaf.bytes.byteOffset, leaf.bytes.byteLength);
  }
  return leaf.kind === 'url' ? new URL(leaf.text) : new URLSearchParams(leaf.text);
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
  if (isError(value)) return makeErrorLeaf(value, work);
  if (isExotic(value)) return value; // the post refuses it
  if (Array.isArray(value)) return copyKeys(value, new Array(value.length) as unknown as Holder, work);
  if (types.isMap(value)) return makeCollection(value, new Map(), [...entriesOf(value)].flat(1), work);
  if (types.isSet(value)) return makeCollection(value, new Set(), [...membersOf(value)], work);
  return makeByKind(value, work);
}

function makeByKind(value: object, work: Work): object | number {
  const kind = kindOf(value);
  if (kind === 'url' || kind === 'params') {
    const text = textOf(value, kind);
    if (text !== undefined) return leaf(value, { kind, text }, work);
  } else if (kind === 'threads') {
    work.bar ??= new SharedArrayBuffer(0);
    return value;
  } else if (kind === 'never' || kind === 'port') {
    if (!work.moved.has(value)) work.bar = toNobody;
    return value;
  } else if (kind === 'builtin') {
    return value;
  }
  return copyKeys(value, Object.create(null) as Holder, work);
}

/** The text of a URL; undefined when it only has the prototype of one. */
function textOf(value: object, kind: 'url' | 'params'): string | undefined {
  try {
    return (kind === 'url' ? URL : URLSearchParams).prototype.toString.call(value);
  } catch {
    return undefined;
  }
}

function makeErrorLeaf(error: Error, work: Work): number {
  const { leaf: made, values } = readError(error, work);
  const number = leaf(error, made, work);
  work.depth++;
  for (let index = 0; index < values.length; index++) {
    put(made.values as unknown as Holder, index, values[index], work);
  }
  work.depth--;
  return number;
}

function makeView(view: ArrayBufferView, work: Work): object | number {
  const isWhole = !isPart(view) || work.moved.has(view.buffer);
  const tight = isWhole ? view : ownBytes(view, work.transfer);
  if (Buffer.isBuffer(view)) {
    return leaf(view, { kind: 'buffer', bytes: tight as Uint8Array }, work);
  }
  work.done.set(view, tight);
  return tight;
}

function makeCollection(value: object, copy: object, entries: readonly unknown[], work: Work): object {
  work.done.set(value, copy);
  const coded: unknown[] = new Array(entries.length);
  work.fills.push(copy, coded);
  for (let index = 0; index < entries.length; index++) {
    put(coded as unknown as Holder, index, entries[index], work);
  }
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
