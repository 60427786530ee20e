/** Why a value cannot cross: the walk that runs only after a post has failed. */

import { types } from 'node:util';
import { SerializationError } from '../../errors.ts';
import { isError } from './scan.ts';

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
): SerializationError | undefined {
  let bad: Bad | undefined;
  try {
    bad = walk(value, path, { seen: new Set(), moved });
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

function walk(value: unknown, path: string, state: Walk): Bad | undefined {
  if (typeof value === 'function') return { path, what: `it is ${nameFunction(value)}` };
  if (typeof value === 'symbol') return { path, what: 'it is a symbol' };
  if (typeof value !== 'object' || value === null) return undefined;
  if (state.moved.has(value) || state.seen.has(value)) return undefined;
  state.seen.add(value);
  if (types.isProxy(value)) return { path, what: 'it is a Proxy' };
  if (isError(value)) return undefined; // crosses as an error; what it cannot take along it leaves behind
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return probe(value, path, state);
  if (types.isMap(value)) return walkMap(value, path, state);
  if (types.isSet(value)) return walkSet(value, path, state);
  return walkKeys(value, path, state) ?? (isPlain(value) ? undefined : probe(value, path, state));
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
  for (const [key, item] of map) {
    const bad = walk(key, `${path}.keys()[${index}]`, state) ?? walk(item, entry(path, key, index), state);
    if (bad !== undefined) return bad;
    index++;
  }
  return undefined;
}

function walkSet(set: Set<unknown>, path: string, state: Walk): Bad | undefined {
  let index = 0;
  for (const item of set) {
    const bad = walk(item, `${path}.values()[${index}]`, state);
    if (bad !== undefined) return bad;
    index++;
  }
  return undefined;
}

/** Asks structured clone itself about an object whose kind only it knows. */
function probe(value: object, path: string, { moved }: Walk): Bad | undefined {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (moved.has(buffer)) return undefined;
  try {
    // A detached buffer is told by the attempt to look into it, without a copy of a large one.
    if (types.isSharedArrayBuffer(buffer)) return undefined;
    if (types.isArrayBuffer(buffer)) new Uint8Array(buffer);
    else if (moved.size === 0) structuredClone(value);
    return undefined;
  } catch (cause) {
    if (types.isArrayBuffer(buffer)) return { path, what: 'its memory was transferred away', cause };
    return { path, what: `it is ${nameObject(value)}`, cause };
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
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
  return /^[AEIOU]/.test(tag) ? `an ${tag}` : `a ${tag}`;
}
