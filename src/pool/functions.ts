/** The functions that a pool has been given, numbered for its workers. */

import type { FunctionSource } from '../internal/protocol.ts';
import { toSource } from '../internal/runnable.ts';
import { Pace } from './chunk-size.ts';

/** A function as the pool knows it: a number, how a worker gets at it, how long it takes. */
export interface PoolFunction {
  readonly number: number;
  readonly source: FunctionSource;
  readonly pace: Pace;
}

/** One pool's functions. A function object is looked at once, however often it is called. */
export class FunctionTable {
  readonly #byObject = new WeakMap<object, PoolFunction>();
  // Two function objects of the same text are one function: `pool.apply(() => 1)` in a loop
  // must not define a new one each time.
  readonly #bySource = new Map<string, WeakRef<PoolFunction>>();
  readonly #collected: FinalizationRegistry<{ readonly key: string; readonly number: number }>;
  #next = 0;

  /**
   * A program may make texts without end. Function objects and pending calls hold their entry; when none
   * does any more it goes, here and in the workers.
   *
   * @param forget Called with the number of an entry that is gone.
   */
  constructor(forget: (number: number) => void = () => {}) {
    this.#collected = new FinalizationRegistry(({ key, number }) => {
      if (this.#bySource.get(key)?.deref() === undefined) this.#bySource.delete(key);
      forget(number);
    });
  }

  /** The entry of an inline function or a Task; a typed error when it cannot run in a worker. */
  get(fn: unknown): PoolFunction {
    const known =
      typeof fn === 'function' || typeof fn === 'object' ? fn && this.#byObject.get(fn) : undefined;
    if (known) return known;
    const source = toSource(fn);
    const key = source.kind === 'inline' ? source.source : `${source.name}\0${source.module}`;
    let entry = this.#bySource.get(key)?.deref();
    if (entry === undefined) {
      const number = this.#next++;
      entry = { number, source, pace: new Pace() };
      this.#bySource.set(key, new WeakRef(entry));
      this.#collected.register(entry, { key, number });
    }
    this.#byObject.set(fn as object, entry);
    return entry;
  }
}
