/** Typed references to the functions that a module exports. */

import { argumentError, expected } from './check.ts';

/** By this key a task is known, also one that another copy of allcores made. */
const taskBrand: unique symbol = Symbol.for('allcores.task') as never;

/** A reference to a function that a module exports. A pool's worker imports the module and calls the export. */
export interface Task<F> {
  /** The URL or package specifier of the module. */
  readonly module: string;
  /** The name of the export. */
  readonly name: string;
  /** The function's type; nothing at run time. */
  readonly [taskBrand]: F;
}

/** References to the functions of a module; its other exports are left out. */
export type Tasks<M> = {
  readonly [K in keyof M as M[K] extends (...args: never[]) => unknown ? K : never]: Task<M[K]>;
};

/** Anything a pool can run: a self-contained inline function, a task, or a kernel (which is callable). */
export type Runnable<A extends unknown[], R> = ((...args: A) => R) | Task<(...args: A) => R>;

/** Whether a value is a reference made by `tasks`. */
export function isTask(value: unknown): value is Task<unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, taskBrand);
}

/**
 * Typed references to the functions that a module exports, for work of more than a few lines. The
 * module is not imported here: a worker imports it, once, when the first of its functions is to run.
 *
 * @param module The module's URL (`new URL('./work.js', import.meta.url)`), or the name of a package
 *   that can be imported from the working directory.
 * @returns An object whose every property is a reference; whether the export exists is found out by the
 *   worker (TaskNotFoundError).
 * @throws {TypeError} for a relative path, an absolute path that is no URL, or a URL that is not `file:`,
 *   `data:` or `node:`.
 * @example
 * import { Pool, tasks } from 'allcores';
 *
 * // Your own module: tasks<typeof import('./work.js')>(new URL('./work.js', import.meta.url))
 * const path = tasks<typeof import('node:path')>('node:path');
 * const pool = new Pool();
 * await pool.map(path.extname, ['a.txt', 'b.md']); // ['.txt', '.md']
 * await pool.terminate();
 */
export function tasks<M extends object>(module: URL | string): Tasks<M> {
  const specifier = moduleSpecifier(module);
  const made = new Map<string, Task<unknown>>();
  const references = new Proxy(Object.freeze(Object.create(null) as object), {
    get(_target, name) {
      // `then` would make `await tasks(…)` call it.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      let task = made.get(name);
      if (task === undefined) {
        task = Object.freeze({ module: specifier, name, [taskBrand]: undefined });
        made.set(name, task);
      }
      return task;
    },
  });
  return references as Tasks<M>;
}

const SCHEMES = new Set(['file:', 'data:', 'node:']);

/** A package's name, with an optional path in it. */
const PACKAGE = /^(?:@[^/\\%\s]+\/)?[^@./\\%#\s][^/\\%\s:]*(?:\/[^\\\s]*)?$/;

/**
 * The specifier that a worker imports, of a module given by URL or package name.
 *
 * @param name What the argument is called in errors.
 * @throws {TypeError} as `tasks` says.
 */
export function moduleSpecifier(module: unknown, name = 'module'): string {
  const text = isUrl(module) ? module.href : module;
  if (typeof text !== 'string') {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a URL or a package name', module));
  }
  // A scheme has two letters at least, so that a Windows path (`C:\…`) is none.
  const scheme = /^[a-z][a-z0-9+.-]+:/i.exec(text)?.[0].toLowerCase();
  if (scheme !== undefined ? SCHEMES.has(scheme) : PACKAGE.test(text)) return text;
  const what =
    'a file URL or a package name; for a module beside this one write `new URL(%, import.meta.url)`';
  const shown = /^\.{0,2}\//.test(text) && !text.startsWith('/') ? `'${text}'` : "'./x.js'";
  throw argumentError(
    'ERR_INVALID_ARG_VALUE',
    expected(
      name,
      what.replace('%', () => shown),
      module,
    ),
  );
}

function isUrl(value: unknown): value is URL {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as URL).href === 'string' &&
    typeof (value as URL).protocol === 'string'
  );
}
