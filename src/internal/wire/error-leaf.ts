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
  readonly stack: string;
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
  /** Take class, name, message and stack only: they can be posted in any case. */
  readonly bare?: boolean | undefined;
}

/** A scope whose every property is its own, whatever `Object.prototype` has. */
export type OwnScope = { readonly [K in keyof ErrorScope]-?: ErrorScope[K] };

/** Makes a scope whole. */
export function ownScope(scope?: ErrorScope): OwnScope {
  return { exports: undefined, machinery: undefined, reach: undefined, bare: undefined, ...scope };
}

/** What one list's errors are read with. */
export interface ErrorReader {
  readonly scope: OwnScope;
  /** Whether an object that errors hold can cross, for those that were asked about. */
  readonly sound: Map<object, boolean>;
  /** How many errors lead to the one that is read now. */
  depth: number;
}

/** Causes are followed this far; a longer chain is a list in disguise. */
export const MAX_DEPTH = 500;

/** The leaf of an error, its `values` still empty, and the values that belong there. It never throws. */
export function readError(error: Error, reader: ErrorReader): { leaf: ErrorLeaf; values: unknown[] } {
  const { scope } = reader;
  const name = text(read(error, 'name'), 'Error');
  const message = text(read(error, 'message'), '');
  const leaf: ErrorLeaf = {
    kind: 'error',
    class: classOf(error, scope.exports),
    name,
    message,
    // No text: the program formats stacks in a way of its own.
    stack: framesAbove(text(read(error, 'stack'), `${name}: ${message}`), scope.machinery),
    names: [],
    shown: [],
    values: [],
  };
  const values: unknown[] = [];
  if (scope.bare === true || reader.depth >= MAX_DEPTH) return { leaf, values };
  for (const key of ownNames(error)) {
    if (key === 'message' || key === 'stack') continue;
    const kept = keep(leaf, key, read(error, key), reader);
    if (kept === leftBehind) continue;
    leaf.names.push(key);
    leaf.shown.push(isEnumerable(error, key));
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

/**
 * The stack without its outermost frames, those of the code that called the task and of what called
 * that. Frames of the same code further in, where the task has called it, stay.
 */
function framesAbove(stack: string, machinery: string | undefined): string {
  if (machinery === undefined) return stack;
  const lines = stack.split('\n');
  let end = lines.length;
  for (let index = lines.length - 1; index > 0; index--) {
    const line = lines[index] as string;
    if (line.includes(machinery)) end = index;
    else if (!OF_NODE.test(line)) break;
  }
  return end === lines.length ? stack : lines.slice(0, end).join('\n');
}

/** A frame of Node's own code, or of a function of V8's. */
const OF_NODE = /^\s+at .*(?:\bnode:|<anonymous>\)?$)/;

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
    define(exception, 'stack', leaf.stack, false);
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

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
