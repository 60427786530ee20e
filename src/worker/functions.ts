/** The functions that a worker was given, by number. */

import type { FunctionSource } from '../internal/protocol.ts';
import { explainCapture } from './capture.ts';
import { compileInline } from './compile.ts';
import { loadTask } from './module.ts';
import type { TypedLoop } from './typed-loop.ts';

/** A function that is ready to be called. */
export interface WorkerFunction {
  readonly call: (...args: unknown[]) => unknown;
  /** The exports of a task's module, among them its error classes. */
  readonly exports: object | undefined;
  /** The file name of an inline function. */
  readonly file: string | undefined;
  /** Its loops over typed arrays, by the types of both arrays. */
  readonly loops: Map<string, TypedLoop>;
}

/** What the calls of a function that could not be had fail with. */
export interface BrokenFunction {
  readonly broken: unknown;
}

/** A function, or why it cannot be had. */
export type Loaded = WorkerFunction | BrokenFunction;

interface Entry {
  readonly source: FunctionSource;
  loaded: Loaded | Promise<Loaded> | undefined;
}

/** One worker's functions, each compiled or imported when it is first to run. */
export class Functions {
  readonly #entries = new Map<number, Entry>();

  define(number: number, source: FunctionSource): void {
    this.#entries.set(number, { source, loaded: undefined });
  }

  /** Runs that came before have got it already, or get it from here: they stand in front of this message. */
  forget(number: number): void {
    this.#entries.delete(number);
  }

  /** The function, or a promise of it (never rejected) while its module is imported. */
  get(number: number): Loaded | Promise<Loaded> {
    const entry = this.#entries.get(number);
    if (entry === undefined) return { broken: new Error(`The pool gave no function number ${number}`) };
    entry.loaded ??= this.#load(entry);
    return entry.loaded;
  }

  #load(entry: Entry): Loaded | Promise<Loaded> {
    const loading = loadFunction(entry.source);
    if (!(loading instanceof Promise)) return loading;
    return loading.then((loaded) => {
      entry.loaded = loaded;
      return loaded;
    });
  }
}

/** Compiles an inline function, or imports a task's module; that promise is never rejected. */
export function loadFunction(source: FunctionSource): Loaded | Promise<Loaded> {
  if (source.kind === 'inline') return compile(source.source);
  return loadTask(source.module, source.name).then(
    ({ call, exports }) => ({ call, exports, file: undefined, loops: new Map<string, TypedLoop>() }),
    (broken: unknown) => ({ broken }),
  );
}

function compile(source: string): Loaded {
  try {
    const { call, file } = compileInline(source);
    return { call, exports: undefined, file, loops: new Map() };
  } catch (broken) {
    return { broken };
  }
}

/** What a call's failure is to be reported as. */
export function reportable(thrown: unknown, fn: WorkerFunction): unknown {
  return fn.file === undefined ? thrown : explainCapture(thrown, fn.file);
}
