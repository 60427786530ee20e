/** Why a value cannot cross: the walk that runs only after a post has failed. */

import { types } from 'node:util';
import { Serializer } from 'node:v8';
import { SerializationError } from '../../errors.ts';
import { kindOf } from './kind.ts';
import { entriesOf, isError, isExotic, membersOf } from './scan.ts';

/** Where a value is to go: shared memory and some of Node's own objects cross to threads only. */
export type Reach = 'thread' | 'process';

/** A value that cannot cross, and where it stands. */
interface Bad {
  readonly path: string;
  readonly what: string;
  readonly cause?: unknown;
}

/** What one call of `explain` knows. */
interface Walk {
  readonly seen: Set<object>;
  readonly moved: ReadonlySet<unknown>;
  readonly reach: Reach;
}

const nothingMoved: ReadonlySet<unknown> = new Set();
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * The error for the first part of `value` that cannot cross, or undefined when all of it can.
 *
 * @param path What the value is called, for example `args` or `result`.
 * @param moved What is transferred along with the value.
 */
export function explain(
  value: unknown,
  path: string,
  moved: ReadonlySet<unknown> = nothingMoved,
  reach: Reach = 'thread',
): SerializationError | undefined {
  let bad: Bad | undefined;
  try {
    bad = walk(value, path, { seen: new Set(), moved, reach });
  } catch (cause) {
    // Only a nesting deeper than the stack gets here.
    bad = { path, what: 'it is nested too deeply', cause };
  }
  if (bad === undefined) return undefined;
  return new SerializationError(
    bad.path,
    bad.what,
    bad.cause === undefined ? undefined : { cause: bad.cause },
  );
}

/**
 * Why the post of this value alone has failed, whatever kind of worker it went to.
 *
 * @param cause What the post threw.
 */
export function explainPost(
  value: unknown,
  path: string,
  cause: unknown,
  moved?: ReadonlySet<unknown>,
): SerializationError {
  return (
    explain(value, path, moved) ??
    explain(value, path, moved, 'process') ??
    new SerializationError(path, String((cause as Error | undefined)?.message), { cause })
  );
}

function walk(value: unknown, path: string, state: Walk): Bad | undefined {
  if (typeof value === 'function') return { path, what: `it is ${nameFunction(value)}` };
  if (typeof value === 'symbol') return { path, what: 'it is a symbol' };
  if (typeof value !== 'object' || value === null || state.seen.has(value)) return undefined;
  state.seen.add(value);
  if (state.moved.has(value) && !types.isAnyArrayBuffer(value)) return threadsOnly(value, path, state);
  if (isExotic(value)) return { path, what: `it is ${types.isProxy(value) ? 'a Proxy' : nameObject(value)}` };
  if (isError(value)) return state.reach === 'process' ? walkError(value, path, state) : undefined;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return walkBytes(value, path, state);
  if (types.isMap(value)) return walkMap(value, path, state);
  if (types.isSet(value)) return walkSet(value, path, state);
  if (Array.isArray(value)) return walkKeys(value, path, state);
  const kind = kindOf(value);
  if (kind === 'never' || kind === 'port') return { path, what: `it is ${nameObject(value)}` };
  if (kind === 'threads') return threadsOnly(value, path, state) ?? probe(value, path, state);
  return kind === 'builtin' ? probe(value, path, state) : walkKeys(value, path, state);
}

function threadsOnly(value: object, path: string, { reach }: Walk): Bad | undefined {
  if (reach === 'thread') return undefined;
  return { path, what: `it is ${nameObject(value)}, which only worker threads can take` };
}

/** An error crosses as one; of what it holds it leaves behind only what no worker can take. */
function walkError(error: Error, path: string, state: Walk): Bad | undefined {
  for (const key of Object.getOwnPropertyNames(error)) {
    let item: unknown;
    try {
      item = (error as unknown as Record<string, unknown>)[key];
    } catch {
      continue;
    }
    if (typeof item !== 'object' || item === null || explain(item, path) !== undefined) continue;
    const bad = walk(item, `${path}${property(key)}`, state);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function walkKeys(value: object, path: string, state: Walk): Bad | undefined {
  const isArray = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const place = `${path}${isArray && /^\d+$/.test(key) ? `[${key}]` : property(key)}`;
    let item: unknown;
    try {
      item = (value as Record<string, unknown>)[key];
    } catch (cause) {
      return { path: place, what: 'its getter threw', cause };
    }
    const bad = walk(item, place, state);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function walkMap(map: Map<unknown, unknown>, path: string, state: Walk): Bad | undefined {
  let index = 0;
  for (const [key, item] of entriesOf(map)) {
    const bad = walk(key, `${path}.keys()[${index}]`, state) ?? walk(item, entry(path, key, index), state);
    if (bad !== undefined) return bad;
    index++;
  }
  return undefined;
}

function walkSet(set: Set<unknown>, path: string, state: Walk): Bad | undefined {
  let index = 0;
  for (const item of membersOf(set)) {
    const bad = walk(item, `${path}.values()[${index}]`, state);
    if (bad !== undefined) return bad;
    index++;
  }
  return undefined;
}

function walkBytes(value: object, path: string, { reach }: Walk): Bad | undefined {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (types.isSharedArrayBuffer(buffer)) {
    if (reach === 'thread') return undefined;
    const what = buffer === value ? nameObject(value) : `${nameObject(value)} on shared memory`;
    return { path, what: `it is ${what}: child processes cannot take shared arrays in this version` };
  }
  try {
    // A detached buffer is told by the attempt to look into it, without a copy of a large one.
    new Uint8Array(buffer as ArrayBuffer);
    return undefined;
  } catch (cause) {
    return { path, what: 'its memory was transferred away', cause };
  }
}

/** Asks the serializer itself about an object whose kind only it knows. */
function probe(value: object, path: string, state: Walk): Bad | undefined {
  try {
    structuredClone(value);
  } catch (cause) {
    return { path, what: `it is ${nameObject(value)}`, cause };
  }
  if (state.reach === 'thread') return undefined;
  try {
    new Serializer().writeValue(value);
    return undefined;
  } catch {
    return threadsOnly(value, path, state);
  }
}

function property(key: string): string {
  return IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function entry(path: string, key: unknown, index: number): string {
  if (typeof key === 'string') return `${path}.get(${JSON.stringify(key)})`;
  if (typeof key === 'number' || typeof key === 'boolean') return `${path}.get(${key})`;
  return `${path}.values()[${index}]`;
}

function nameFunction(value: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(value, 'name')?.value;
  return typeof name === 'string' && name !== '' ? `a function (${name})` : 'a function';
}

function nameObject(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const type: unknown = GENERAL.has(tag) ? (value as { constructor?: unknown }).constructor : undefined;
  const name = typeof type === 'function' && type.name !== '' && type.name !== 'Object' ? type.name : tag;
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`;
}

/** Tags that classes inherit from others. */
const GENERAL = new Set(['Object', 'EventTarget']);
