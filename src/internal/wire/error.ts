/** Errors on their way: class, message, own properties, cause chain and the stack of where they were thrown. */

import type { ErrorClass } from './error-class.ts';
import { classOf, loadClass, prototypeOf } from './error-class.ts';
import { explain } from './explain.ts';
import type { Wired } from './list.ts';
import { pack, unpack } from './list.ts';
import { isError } from './scan.ts';

/** An error, or whatever else was thrown, made ready to be posted. */
export type WiredError = WiredValue | WiredInstance;

/** Something thrown that is no error. */
interface WiredValue {
  readonly kind: 'value';
  readonly value: Wired;
}

/** An error. Causes may lead back to it, so it is filled after it was made. */
interface WiredInstance {
  readonly kind: 'error';
  readonly class: ErrorClass;
  name: string;
  message: string;
  stack: string | undefined;
  /** In threes: name, value (a `Wired` of one), whether it is enumerable. */
  readonly properties: unknown[];
  cause: WiredError | undefined;
  errors: WiredError[] | undefined;
}

/** What is known of the place where an error was thrown. */
export interface ErrorScope {
  /** The exports of the task's module, among which the classes of errors are looked for. */
  readonly exports?: object | undefined;
  /** A stack ends before the first frame with this in it: the code that called the task. */
  readonly machinery?: string | undefined;
}

/** Causes are followed this far; a longer chain is a list in disguise. */
const MAX_DEPTH = 500;

/** What one call of `packError` has met. */
interface PackState {
  readonly done: Map<object, WiredInstance>;
  readonly scope: ErrorScope | undefined;
}

/**
 * Makes whatever a task threw ready to be posted. It never throws, and what it gives can always be
 * posted: a property that cannot cross is left behind, a thrown value that cannot is a SerializationError.
 *
 * @param scope What is known of the task that threw it.
 */
export function packError(thrown: unknown, scope?: ErrorScope): WiredError {
  return packAny(thrown, { done: new Map(), scope }, 0);
}

/** The same for an error inside a value. */
export function packNestedError(thrown: unknown): WiredError {
  return packError(thrown);
}

function packAny(thrown: unknown, state: PackState, depth: number): WiredError {
  if (isError(thrown)) return packInstance(thrown, state, depth);
  const reason = explain(thrown, 'error');
  if (reason !== undefined) return packInstance(reason, state, depth);
  return { kind: 'value', value: pack(thrown).wired };
}

function packInstance(error: Error, state: PackState, depth: number): WiredInstance {
  const known = state.done.get(error);
  if (known !== undefined) return known;
  const wired: WiredInstance = {
    kind: 'error',
    class: classOf(error, state.scope?.exports),
    name: text(read(error, 'name'), 'Error'),
    message: text(read(error, 'message'), ''),
    stack: framesAbove(text(read(error, 'stack'), undefined), state.scope?.machinery),
    properties: [],
    cause: undefined,
    errors: undefined,
  };
  state.done.set(error, wired);
  if (depth >= MAX_DEPTH) return wired;
  if (has(error, 'cause')) wired.cause = packAny(read(error, 'cause'), state, depth + 1);
  const errors = has(error, 'errors') ? read(error, 'errors') : undefined;
  const isAggregate = Array.isArray(errors) && wired.class.name === 'AggregateError';
  if (isAggregate) wired.errors = errors.map((one) => packAny(one, state, depth + 1));
  packProperties(error, wired, isAggregate, state);
  return wired;
}

/** The stack without the frames of the code that called the task and all that called it. */
function framesAbove(stack: string | undefined, machinery: string | undefined): string | undefined {
  if (stack === undefined || machinery === undefined) return stack;
  const lines = stack.split('\n');
  const end = lines.findIndex((line) => /^\s+at /.test(line) && line.includes(machinery));
  return end === -1 ? stack : lines.slice(0, end).join('\n');
}

const carried = new Set(['message', 'stack', 'cause']);

function packProperties(error: Error, wired: WiredInstance, isAggregate: boolean, state: PackState): void {
  for (const key of ownNames(error)) {
    if (carried.has(key) || (isAggregate && key === 'errors')) continue;
    const value = read(error, key);
    if (typeof value === 'object' && value !== null && !isWorthIt(value, state)) continue;
    if (typeof value === 'function' || typeof value === 'symbol') continue;
    wired.properties.push(key, pack(value).wired, isEnumerable(error, key));
  }
}

/** Whether a property's object can cross. An error among its parts must not lead back here for ever. */
function isWorthIt(value: object, state: PackState): boolean {
  if (isError(value) && state.done.has(value)) return false;
  return explain(value, 'error') === undefined && !leadsBack(value, state, new Set());
}

function leadsBack(value: unknown, state: PackState, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  if (isError(value) && state.done.has(value)) return true;
  const parts =
    value instanceof Map ? [...value].flat(1) : value instanceof Set ? [...value] : Object.values(value);
  return parts.some((part) => leadsBack(part, state, seen));
}

/**
 * Gives the thrown value back through `deliver`: at once, or, when its class has to be imported from
 * the task's module first, later (at most some seconds). `deliver` is called exactly once.
 *
 * @param module The URL of the task's module, from the pool's own table (never from the message).
 */
export function unpackError(
  wired: WiredError,
  module: string | undefined,
  deliver: (thrown: unknown) => void,
): void {
  const loading = module === undefined || !needsModule(wired, new Set()) ? undefined : loadClass(module);
  if (loading === undefined) deliver(unpackAny(wired, module, new Map()));
  else void loading.then(() => deliver(unpackAny(wired, module, new Map())));
}

/** The same for an error inside a value, whose module nobody knows. */
export function unpackNestedError(wired: WiredError): unknown {
  return unpackAny(wired, undefined, new Map());
}

function needsModule(wired: WiredError, seen: Set<WiredError>): boolean {
  if (wired.kind === 'value' || seen.has(wired)) return false;
  seen.add(wired);
  if (wired.class.kind === 'export') return true;
  if (wired.cause !== undefined && needsModule(wired.cause, seen)) return true;
  return wired.errors?.some((one) => needsModule(one, seen)) ?? false;
}

function unpackAny(wired: WiredError, module: string | undefined, done: Map<WiredError, Error>): unknown {
  if (wired.kind === 'value') return unpack(wired.value);
  const known = done.get(wired);
  if (known !== undefined) return known;
  const prototype = prototypeOf(wired.class, module);
  const error = make(wired, prototype);
  done.set(wired, error);
  if (wired.cause !== undefined) hidden(error, 'cause', unpackAny(wired.cause, module, done));
  if (wired.errors !== undefined) {
    hidden(
      error,
      'errors',
      wired.errors.map((one) => unpackAny(one, module, done)),
    );
  }
  for (let index = 0; index < wired.properties.length; index += 3) {
    const value = unpack(wired.properties[index + 1] as Wired);
    const enumerable = wired.properties[index + 2] === true;
    define(error, wired.properties[index] as string, value, enumerable);
  }
  if (read(error, 'name') !== wired.name) hidden(error, 'name', wired.name);
  return error;
}

/** An error with its message and stack. A DOMException keeps both in slots of its own. */
function make(wired: WiredInstance, prototype: object): Error {
  if (prototype === DOMException.prototype) {
    const exception = new DOMException(wired.message, wired.name);
    if (wired.stack !== undefined) hidden(exception, 'stack', wired.stack);
    return exception;
  }
  const error = Object.setPrototypeOf(new Error(wired.message), prototype) as Error;
  hidden(error, 'stack', wired.stack);
  return error;
}

function hidden(target: object, key: string, value: unknown): void {
  define(target, key, value, false);
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  // A descriptor without a prototype: a polluted `Object.prototype` must not add to it.
  const descriptor: PropertyDescriptor = Object.assign(Object.create(null) as PropertyDescriptor, {
    value,
    enumerable,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(target, key, descriptor);
}

// An error may be a proxy or have getters that throw; reading it must not replace it.

function read(error: object, key: string): unknown {
  try {
    return (error as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function has(error: object, key: string): boolean {
  try {
    return Object.hasOwn(error, key);
  } catch {
    return false;
  }
}

function ownNames(error: object): string[] {
  try {
    return Object.getOwnPropertyNames(error);
  } catch {
    return [];
  }
}

function isEnumerable(error: object, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(error, key);
}

function text<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
