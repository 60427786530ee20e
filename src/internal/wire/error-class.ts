/** How an error's class crosses: by name when both sides have it, by export when the task's module has it. */

import * as own from '../../errors.ts';
import { importModule } from '../import-module.ts';

/** The class of an error, as a name that the other side can look up. */
export type ErrorClass =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'allcores'; readonly name: string }
  /** `base` stands in when the module cannot be imported on the other side. */
  | { readonly kind: 'export'; readonly name: string; readonly base: string };

const builtin = new Map<string, object>(
  [
    Error,
    TypeError,
    RangeError,
    SyntaxError,
    ReferenceError,
    EvalError,
    URIError,
    AggregateError,
    DOMException,
  ].map((type) => [type.name, type.prototype]),
);

const allcores = new Map<string, object>(
  Object.entries(own)
    .filter((entry): entry is [string, typeof own.PoolClosedError] => typeof entry[1] === 'function')
    .map(([name, type]) => [name, type.prototype]),
);

/** How long the caller's side waits for a task's module before an error goes without its class. */
const IMPORT_LIMIT_MS = 5000;

/** The task modules that were imported for their error classes; undefined for those that failed. */
const modules = new Map<string, object | undefined>();
const loading = new Map<string, Promise<void>>();

const names = new Map<object, ErrorClass>([
  ...[...builtin].map(([name, type]) => [type, { kind: 'builtin', name }] as const),
  ...[...allcores].map(([name, type]) => [type, { kind: 'allcores', name }] as const),
]);

/** The nearest class of an error that the other side can find. */
export function classOf(error: Error, exports: object | undefined): ErrorClass {
  for (let level = prototypeAbove(error); level !== null; level = prototypeAbove(level)) {
    const known = nameOf(level);
    if (known !== undefined) return known;
    const name = exports === undefined ? undefined : exportOf(level, exports);
    if (name !== undefined) return { kind: 'export', name, base: baseOf(level) };
  }
  return { kind: 'builtin', name: 'Error' };
}

function nameOf(prototype: object): ErrorClass | undefined {
  const known = names.get(prototype);
  if (known !== undefined) return known;
  // The same class of another realm.
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof type !== 'function' || !builtin.has(type.name)) return undefined;
  const isNative = /\[native code\]/.test(Function.prototype.toString.call(type));
  return isNative ? { kind: 'builtin', name: type.name } : undefined;
}

function exportOf(prototype: object, exports: object): string | undefined {
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === 'function' && value.prototype === prototype) return name;
  }
  return undefined;
}

function baseOf(prototype: object): string {
  for (let level = prototypeAbove(prototype); level !== null; level = prototypeAbove(level)) {
    const known = nameOf(level);
    if (known?.kind === 'builtin') return known.name;
  }
  return 'Error';
}

function prototypeAbove(value: object): object | null {
  try {
    return Object.getPrototypeOf(value) as object | null;
  } catch {
    return null; // a revoked proxy
  }
}

/** The prototype that an error of the class gets here; the module must have been loaded before. */
export function prototypeOf(known: ErrorClass, module: string | undefined): object {
  if (known.kind === 'builtin') return builtin.get(known.name) ?? Error.prototype;
  if (known.kind === 'allcores') return allcores.get(known.name) ?? Error.prototype;
  const exports = module === undefined ? undefined : modules.get(module);
  const found = exports === undefined ? undefined : errorExport(exports, known.name);
  return found ?? builtin.get(known.base) ?? Error.prototype;
}

function errorExport(exports: object, name: string): object | undefined {
  const type: unknown = Object.hasOwn(exports, name) ? (exports as Record<string, unknown>)[name] : undefined;
  const prototype: unknown = typeof type === 'function' ? type.prototype : undefined;
  return prototype instanceof Error ? prototype : undefined;
}

/** Imports a task's module for its classes, once; undefined when that was done before. */
export function loadClass(module: string): Promise<void> | undefined {
  if (modules.has(module)) return undefined;
  let promise = loading.get(module);
  if (promise === undefined) {
    promise = importWithin(module, IMPORT_LIMIT_MS).then((exports) => {
      modules.set(module, exports);
      loading.delete(module);
    });
    loading.set(module, promise);
  }
  return promise;
}

function importWithin(module: string, limitMs: number): Promise<object | undefined> {
  return new Promise((resolve) => {
    // A module that waits for ever at its top level must not keep the error from its caller.
    const timer = setTimeout(() => resolve(undefined), limitMs);
    importModule(module).then(
      (exports: object) => {
        clearTimeout(timer);
        resolve(exports);
      },
      () => {
        clearTimeout(timer);
        resolve(undefined);
      },
    );
  });
}
