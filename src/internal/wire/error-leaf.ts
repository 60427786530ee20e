/** One error on its way, without what it leads to: those values stand in the same message, so cycles stay cycles. */

import { SerializationError } from '../../errors.ts';
import { classOf, type ErrorClass, prototypeOf } from './error-class.ts';
import { explain, type Reach } from './explain.ts';
import { isError } from './scan.ts';

/** An error in a coded list. */
export interface ErrorLeaf {
  readonly kind: 'error';
  readonly class: ErrorClass;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The names of the own properties, `cause` and an AggregateError's `errors` among them. */
  readonly names: string[];
  /** Which of them are enumerable. */
  readonly shown: boolean[];
  /** Their values, coded. */
  readonly values: unknown[];
}

/** What is known of the place where an error was thrown. */
export interface ErrorScope {
  /** The exports of the task's module, among which the classes of errors are looked for. */
  readonly exports?: object | undefined;
  /** A stack ends before the first frame with this in it: the code that called the task. */
  readonly machinery?: string | undefined;
  /** Where it goes: what cannot go there is left behind. Default: `thread`. */
  readonly reach?: Reach | undefined;
}

/** What one list's errors are read with. */
export interface ErrorReader {
  readonly scope: ErrorScope;
  /** Whether an object that errors hold can cross, for those that were asked about. */
  readonly sound: Map<object, boolean>;
  /** How many errors lead to the one that is read now. */
  depth: number;
  /** Only class, message and stack are taken. */
  readonly bare: boolean;
}

/** Causes are followed this far; a longer chain is a list in disguise. */
export const MAX_DEPTH = 500;

/** The leaf of an error, its `values` still empty, and the values that belong there. It never throws. */
export function readError(error: Error, reader: ErrorReader): { leaf: ErrorLeaf; values: unknown[] } {
  const { scope } = reader;
  const leaf: ErrorLeaf = {
    kind: 'error',
    class: classOf(error, scope.exports),
    name: text(read(error, 'name'), 'Error'),
    message: text(read(error, 'message'), ''),
    stack: framesAbove(text(read(error, 'stack'), undefined), scope.machinery),
    names: [],
    shown: [],
    values: [],
  };
  const values: unknown[] = [];
  if (reader.bare || reader.depth >= MAX_DEPTH) return { leaf, values };
  for (const name of ownNames(error)) {
    if (name === 'message' || name === 'stack') continue;
    const value = read(error, name);
    const kept = keep(leaf, name, value, reader);
    if (kept === leftBehind) continue;
    leaf.names.push(name);
    leaf.shown.push(isEnumerable(error, name));
    values.push(kept);
  }
  return { leaf, values };
}

const leftBehind = Symbol('left behind');

/** What crosses of a property. What an error is about (causes) is never lost without a trace. */
function keep(leaf: ErrorLeaf, name: string, value: unknown, reader: ErrorReader): unknown {
  if (name === 'cause') return orReason(value, 'error.cause', reader);
  if (name === 'errors' && leaf.class.name === 'AggregateError' && Array.isArray(value)) {
    return value.map((one: unknown, index) => orReason(one, `error.errors[${index}]`, reader));
  }
  return canCross(value, reader) ? value : leftBehind;
}

function orReason(value: unknown, path: string, reader: ErrorReader): unknown {
  if (canCross(value, reader)) return value;
  return (
    explain(value, path, undefined, reader.scope.reach) ?? new SerializationError(path, 'it cannot be read')
  );
}

function canCross(value: unknown, { scope, sound }: ErrorReader): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object' || value === null || isError(value)) return true;
  let can = sound.get(value);
  if (can === undefined) {
    can = explain(value, 'error', undefined, scope.reach) === undefined;
    sound.set(value, can);
  }
  return can;
}

/** The stack without the frames of the code that called the task and all that called it. */
function framesAbove(stack: string | undefined, machinery: string | undefined): string | undefined {
  if (stack === undefined || machinery === undefined) return stack;
  const lines = stack.split('\n');
  const end = lines.findIndex((line) => /^\s+at /.test(line) && line.includes(machinery));
  return end === -1 ? stack : lines.slice(0, end).join('\n');
}

/**
 * The error of a leaf, without its properties.
 *
 * @param module The task's module, which must have been imported before if the class is one of its exports.
 */
export function makeError(leaf: ErrorLeaf, module: string | undefined): Error {
  const prototype = prototypeOf(leaf.class, module);
  if (prototype === DOMException.prototype) {
    // It keeps its message and name in slots of its own.
    const exception = new DOMException(leaf.message, leaf.name);
    if (leaf.stack !== undefined) define(exception, 'stack', leaf.stack, false);
    return exception;
  }
  const error = Object.setPrototypeOf(new Error(leaf.message), prototype) as Error;
  define(error, 'stack', leaf.stack, false);
  return error;
}

/** Gives an error its properties, once their values are whole. */
export function fillError(error: Error, { name, names, shown, values }: ErrorLeaf): void {
  for (let index = 0; index < names.length; index++) {
    define(error, names[index] as string, values[index], shown[index] === true);
  }
  if (read(error, 'name') !== name) define(error, 'name', name, false);
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

function ownNames(error: object): string[] {
  try {
    return Object.getOwnPropertyNames(error);
  } catch {
    return [];
  }
}

function isEnumerable(error: object, key: string): boolean {
  try {
    return Object.prototype.propertyIsEnumerable.call(error, key);
  } catch {
    return false;
  }
}

function text<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
