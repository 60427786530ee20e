import { arrayType, type NumericArray } from '../internal/array.ts';
import { integer } from '../internal/check.ts';
import { isKernel } from '../internal/kernel.ts';
import type { Runnable } from '../internal/tasks.ts';
import { newSite } from './caller-stack.ts';
import { PoolCore } from './core.ts';
import type { ImapOutcome } from './imap-flow.ts';
import { watchOwner } from './left-open.ts';
import {
  type ApplyOptions,
  callSettings,
  type ImapOptions,
  type MapOptions,
  maxWorkers,
  type PoolOptions,
  poolSettings,
  type TypedMapOptions,
} from './options.ts';

import type { PoolStats } from './stats.ts';

/**
 * Worker threads that run functions, and native kernels beside them, with one queue.
 *
 * Workers start when there is work for them and end after `idleTimeout` without any. A pool
 * without pending calls does not keep the program alive. Every call gives a promise that
 * settles, whatever becomes of the workers: bad arguments reject it too, no method but the
 * constructor throws them.
 *
 * - A worker that dies: the call it was running rejects with WorkerDiedError; what it had not
 *   begun runs elsewhere; nothing runs twice.
 * - An error of the function arrives as its own class; its `stack` has the worker's frames,
 *   then the caller's. In a burst of more than 32 calls in one turn the later ones share the
 *   caller's frames.
 * - Arguments and results are copied as `structuredClone` copies, on both kinds alike, and more arrives as
 *   it was: Buffers, URLs, errors with their causes. A view takes only its own bytes along. An instance of a
 *   class arrives as a plain object of its own enumerable properties, without those named by symbols.
 *   Threads get arrays on shared memory as the same memory; child processes refuse them.
 *
 * @example
 * import { Pool } from 'allcores';
 *
 * const pool = new Pool({ workers: 2 });
 * console.log(await pool.map((x: number) => x * x, [1, 2, 3])); // [ 1, 4, 9 ]
 * pool.close();
 * await pool.join();
 */
export class Pool implements AsyncDisposable {
  readonly #core: PoolCore;

  /**
   * @param options How many workers at most, or all options. No worker starts yet.
   * @throws {TypeError} for an option that is unknown or of a wrong type. @throws {RangeError} for a number
   *   out of its range, for example 0 workers. @throws {SerializationError} for `initArgs` that cannot cross.
   */
  constructor(options?: number | PoolOptions) {
    this.#core = new PoolCore(poolSettings(options), newSite(Pool));
    watchOwner(this, this.#core);
  }

  /**
   * Calls `fn` once in a worker.
   *
   * @param fn An inline self-contained function, a reference from `tasks()`, or a kernel (which runs on
   *   the native threads of this process).
   * @param args Its arguments: structured clones, and views on shared memory as they are.
   * @returns A promise of its result. It rejects with what `fn` threw; with PoolClosedError after `close()`
   *   or `terminate()`; WorkerDiedError; TaskTimeoutError; the signal's reason; SerializationError, which
   *   names the path of an argument or result that cannot cross; TypeError or RangeError for bad arguments.
   * @example
   * await pool.apply((a: number, b: number) => a + b, [1, 2]); // 3
   */
  apply<A extends unknown[], R>(fn: Runnable<A, R>, args?: A, options?: ApplyOptions): Promise<Awaited<R>> {
    const site = this.#core.sites.take(Pool.prototype.apply);
    return new Promise((resolve, reject) => {
      const settle = resolve as (value: unknown) => void;
      this.#core.apply(fn, args, callSettings(options, 'apply'), site, settle, reject);
    });
  }

  /**
   * Calls `fn` for each item and gives the results in the order of the items.
   *
   * Items travel in chunks whose size follows measured time. An iterable is asked for items as
   * workers take them and is closed when the map fails early. Results of a chunk travel together, every 2 ms
   * or so: a worker that is killed takes those along that it has not sent.
   *
   * A typed array as input gives a typed array: `fn` gets the element and its index and must return a
   * number (a bigint for BigInt arrays). An input on shared memory is not copied, a plain one is copied
   * once; the result is on shared memory, or in `out`. Nobody else may write to either meanwhile. With
   * `timeout` or `errors: 'collect'`, and on child processes, each element becomes an item that travels in a
   * message, which is much slower.
   *
   * @returns A promise of the results. It rejects as `apply` does, with MapError under `errors: 'collect'`,
   *   and with what the iterable threw.
   * @example
   * await pool.map((x: number) => x * x, [1, 2, 3]); // [1, 4, 9]
   * await pool.map((x: number) => x / 2, new Float64Array([1, 3])); // [0.5, 1.5]
   */
  map<X extends NumericArray, O extends NumericArray = X>(
    fn: Runnable<[x: X[number], index: number], O[number]>,
    items: X,
    options?: TypedMapOptions<O>,
  ): Promise<O>;
  map<T, R>(
    fn: Runnable<[item: T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: MapOptions,
  ): Promise<Awaited<R>[]>;
  map(fn: unknown, items: unknown, options?: object): Promise<unknown> {
    const site = this.#core.sites.take(Pool.prototype.map);
    return new Promise((resolve, reject) => {
      const typed = arrayType(items) !== undefined && !isKernel(fn);
      const settings = callSettings(options, typed ? 'map over a typed array' : 'map');
      const parts = { ...settings, site, name: 'items', spread: 'item' } as const;
      if (typed) this.#core.typed(fn, items as NumericArray, parts, resolve, reject);
      else this.#core.list(fn, items, parts, resolve, reject);
    });
  }

  /**
   * Like `map`, where each item is the list of arguments of one call.
   *
   * @example
   * await pool.starmap((a: number, b: number) => a ** b, [[2, 3], [3, 2]]); // [8, 9]
   */
  starmap<A extends unknown[], R>(
    fn: Runnable<A, R>,
    argLists: Iterable<A> | AsyncIterable<A>,
    options?: MapOptions,
  ): Promise<Awaited<R>[]> {
    const site = this.#core.sites.take(Pool.prototype.starmap);
    return new Promise((resolve, reject) => {
      const settle = resolve as (results: unknown) => void;
      const parts = { ...callSettings(options, 'starmap'), site, name: 'argLists', spread: 'args' } as const;
      this.#core.list(fn, argLists, parts, settle, reject);
    });
  }

  /**
   * Calls `fn` for each item and gives the results one by one, in the order of the items. The input may be endless.
   *
   * Work starts at the call. The input is pulled at most `bufferSize` items ahead of the reader: who does not
   * read stops the pulling. Results can be read as soon as they are there; no result waits for its chunk.
   * Under `errors: 'collect'` the results are `{ index, value }` and failures `{ index, reason }`.
   *
   * - An error of `fn` is thrown after the results of the items before it; the rest is cancelled. An error of the
   *   input is thrown after the results of what it gave before (with `chunkSize`: of its complete chunks).
   * - Leaving the loop early, or `return()`, closes the input, without waiting for its clean-up, cancels what
   *   runs and drops what waits. An abort of `signal` does the same and throws the signal's reason.
   * - After `close()` the call goes on as it is read. `join()` waits for it, but not for a reader who does not
   *   come: when the buffer is full and nothing was read for a second or two, the call ends, what is finished can
   *   still be read, and then PoolClosedError is thrown. An iterator that is collected as garbage ends its call too.
   *
   * @param options Those of `map`, and `bufferSize`. A chunk is never larger than the buffer.
   * @returns An async iterator; `next()` may be called several times at once. It rejects as `map` does.
   * @throws {TypeError} at the call, for arguments and options of a wrong type. @throws {RangeError} for a number out of its range.
   * @example
   * const squares: number[] = [];
   * for await (const square of pool.imap((x: number) => x * x, [1, 2, 3, 4])) {
   *   if (square > 10) break;
   *   squares.push(square);
   * }
   * squares; // [1, 4, 9]
   */
  imap<T, R>(
    fn: Runnable<[item: T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options: ImapOptions & { errors: 'collect' },
  ): AsyncIterableIterator<ImapOutcome<Awaited<R>>>;
  imap<T, R>(
    fn: Runnable<[item: T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<R>>;
  imap(fn: unknown, items: unknown, options?: ImapOptions): unknown {
    const site = this.#core.sites.take(Pool.prototype.imap);
    return this.#core.imap(fn, items, { ...callSettings(options, 'imap'), site, ordered: true });
  }

  /**
   * Like `imap`, with the results as they are finished.
   *
   * @example
   * let sum = 0;
   * for await (const square of pool.imapUnordered((x: number) => x * x, [1, 2, 3])) sum += square;
   * sum; // 14
   */
  imapUnordered<T, R>(
    fn: Runnable<[item: T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options: ImapOptions & { errors: 'collect' },
  ): AsyncIterableIterator<ImapOutcome<Awaited<R>>>;
  imapUnordered<T, R>(
    fn: Runnable<[item: T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): AsyncIterableIterator<Awaited<R>>;
  imapUnordered(fn: unknown, items: unknown, options?: ImapOptions): unknown {
    const site = this.#core.sites.take(Pool.prototype.imapUnordered);
    return this.#core.imap(fn, items, { ...callSettings(options, 'imapUnordered'), site, ordered: false });
  }

  /**
   * Calls `fn` once in every worker that the pool may have, starting those that have not been, and gives
   * the results in the order of the workers. A worker that is started later has not run it: what every
   * worker needs belongs into `initializer`.
   *
   * @throws {TypeError} (as a rejection, like the others) for a kernel. It rejects with the first failure;
   *   the other workers run it nevertheless.
   * @example
   * const pids = await pool.broadcast(() => process.pid); // one for each worker
   */
  broadcast<A extends unknown[], R>(fn: Runnable<A, R>, args?: A): Promise<Awaited<R>[]> {
    const site = this.#core.sites.take(Pool.prototype.broadcast);
    return new Promise((resolve, reject) => {
      this.#core.broadcast(fn, args, site, resolve as (results: unknown) => void, reject);
    });
  }

  /**
   * Resolves when fewer than `maxQueue` calls wait, so that one more is taken; at once without a limit.
   *
   * @throws {PoolClosedError} (as a rejection) when the pool is closed, or is while this waits.
   */
  ready(): Promise<void> {
    return this.#core.dispatcher.ready();
  }

  /**
   * Changes how many workers there may be at most; an integer from 1 to 4096. Workers that are too many
   * finish what they run and end; what they had not begun runs in the others.
   *
   * @throws {TypeError | RangeError} for another value. @throws {PoolClosedError} when the pool is closed.
   */
  resize(workers: number): void {
    this.#core.resize(integer('workers', workers, 1, maxWorkers));
  }

  /**
   * How the pool stands and what it has done since it was made. `console.log` prints it as a table.
   *
   * @example
   * const { completed, failed, busy } = pool.stats();
   */
  stats(): PoolStats {
    return this.#core.dispatcher.stats();
  }

  /** Takes no more calls: later ones reject with PoolClosedError. What is pending goes on. */
  close(): void {
    this.#core.dispatcher.close();
  }

  /**
   * Resolves when every call has settled and every worker has ended.
   *
   * @throws {InvalidStateError} (as a rejection) before `close()` or `terminate()`.
   */
  join(): Promise<void> {
    return this.#core.dispatcher.join();
  }

  /** Stops now: pending calls reject with PoolClosedError, workers are ended. It takes 5 s at most. */
  terminate(): Promise<void> {
    return this.#core.dispatcher.terminate();
  }

  /** `close()` and `join()`: lets pending calls finish. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return this.join();
  }
}
