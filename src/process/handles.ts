/** Sockets and servers among arguments: they cannot be copied, so they travel beside them. */

import { Server, Socket } from 'node:net';
import { SerializationError } from '../errors.ts';

/** What Node can hand to a child process. */
export type Handle = Socket | Server;

/** Arguments without their handles. */
export interface Extracted {
  readonly args: readonly unknown[];
  /** See `StartMessage.packed`. */
  readonly places: readonly unknown[];
  readonly handles: readonly Handle[];
}

type Key = string | number;
type Holder = Record<Key, unknown>;

/** What was found in one walk through the arguments. */
interface Found {
  /** Each handle, and the first path to it. */
  readonly handles: Map<Handle, string>;
  /** The objects that have a handle as a property of their own. */
  readonly holders: Set<object>;
  /** Each object that was walked, and the objects it was found in. */
  readonly within: Map<object, Set<object>>;
}

/**
 * Takes sockets and servers out of arguments, at the top and at any depth of plain objects and arrays.
 * What holds none stays the object that it is; what holds one is copied.
 */
export function extractHandles(args: readonly unknown[]): Extracted {
  const found: Found = { handles: new Map(), holders: new Set(), within: new Map() };
  try {
    walk(args, 'args', found);
  } catch (error) {
    // Nested too deeply, or a getter threw: the codec comes across the same and names the place.
    if (!(error instanceof SerializationError)) return { args, places: [], handles: [] };
    throw error;
  }
  if (found.handles.size === 0) return { args, places: [], handles: [] };
  const handles = [...found.handles.keys()];
  const work: Work = { affected: affected(found), handles, copies: new Map(), places: [] };
  return { args: copy(args, work) as unknown[], places: work.places, handles };
}

/** The first path to a socket or server in the arguments; undefined when there is none. */
export function pathOfHandle(args: readonly unknown[]): string | undefined {
  const found: Found = { handles: new Map(), holders: new Set(), within: new Map() };
  try {
    walk(args, 'args', found);
  } catch (error) {
    if (error instanceof SerializationError) return error.path;
  }
  return found.handles.values().next().value;
}

function walk(holder: object, path: string, found: Found): void {
  for (const key of Object.keys(holder)) {
    const value = (holder as Holder)[key];
    if (typeof value !== 'object' || value === null) continue;
    if (isHandle(value)) {
      const place = path + step(holder, key);
      if (!found.handles.has(value)) found.handles.set(value, usable(value, place));
      found.holders.add(holder);
    } else if (isPlain(value)) {
      const within = found.within.get(value);
      if (within !== undefined) {
        within.add(holder);
      } else {
        found.within.set(value, new Set([holder]));
        walk(value, path + step(holder, key), found);
      }
    }
  }
}

function isHandle(value: object): value is Handle {
  return value instanceof Socket || value instanceof Server;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The path of a handle that can be sent. */
function usable(handle: Handle, path: string): string {
  if ('encrypted' in handle) {
    throw new SerializationError(path, 'it is an encrypted connection, whose state is in this process');
  }
  if (handle instanceof Server) {
    if (!handle.listening) throw new SerializationError(path, 'it is a server that does not listen');
  } else if (handle.destroyed || handle.pending) {
    throw new SerializationError(path, 'it is a socket that is not connected');
  }
  return path;
}

function step(holder: object, key: string): string {
  if (Array.isArray(holder) && /^\d+$/.test(key)) return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** The objects that have to be copied: those with a handle, and all that lead to one of them. */
function affected({ holders, within }: Found): ReadonlySet<object> {
  const all = new Set(holders);
  // A set's iteration comes to what is added on the way.
  for (const object of all) for (const outer of within.get(object) ?? []) all.add(outer);
  return all;
}

interface Work {
  readonly affected: ReadonlySet<object>;
  readonly handles: readonly Handle[];
  readonly copies: Map<object, Holder>;
  readonly places: unknown[];
}

function copy(value: object, work: Work): object {
  const known = work.copies.get(value);
  if (known !== undefined) return known;
  const made = (Array.isArray(value) ? new Array(value.length) : Object.create(null)) as Holder;
  work.copies.set(value, made);
  for (const key of Object.keys(value)) {
    const part = (value as Holder)[key];
    if (typeof part !== 'object' || part === null) {
      made[key] = part;
    } else if (isHandle(part)) {
      made[key] = undefined;
      work.places.push(made, key, work.handles.indexOf(part));
    } else {
      made[key] = work.affected.has(part) ? copy(part, work) : part;
    }
  }
  return made;
}
