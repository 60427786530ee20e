import type { BackendFactory } from '../backend/backend.ts';
import { threadBackend } from '../backend/thread.ts';
import { arrayType, type NumericArray } from '../internal/array.ts';
import { argumentError, expected } from '../internal/check.ts';
import { type AnyKernel, isKernel } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { cpuCount } from '../process/cpu-count.ts';
import { ApplyCall } from './apply-call.ts';
import { BlocksCall } from './blocks-call.ts';
import { CallSites } from './caller-stack.ts';
import { Dispatcher } from './dispatcher.ts';
import { FunctionTable } from './functions.ts';
import { ListInput, openInput } from './input.ts';
import { KernelCall, KernelLanes } from './kernel-call.ts';
import { MapCall } from './map-call.ts';
import {
  type ApplyOptions,
  type CallSettings,
  callSettings,
  type MapOptions,
  type PoolOptions,
  poolSettings,
  type TypedMapOptions,
} from './options.ts';
import type { Runnable } from './tasks.ts';
import { refuseResult, typedMemory } from './typed-map.ts';

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
  readonly #workers: number;
  readonly #dispatcher: Dispatcher;
  readonly #functions = new FunctionTable();
  readonly #sites = new CallSites();
  readonly #lanes: KernelLanes;

  /**
   * @param options How many workers at most, or all options. No worker starts yet.
   * @throws {TypeError} for an option that is unknown or of a wrong type, and for `kind: 'process'`,
   *   which this version does not have. @throws {RangeError} for a number out of its range, for example 0 workers.
   */
  constructor(options?: number | PoolOptions) {
    const settings = poolSettings(options);
    this.#workers = settings.workers ?? cpuCount();
    const create: BackendFactory = threadBackend(settings);
    this.#dispatcher = new Dispatcher({ ...settings, workers: this.#workers }, create);
    // More would wait for a native thread while their `timeout` runs.
    const { threads } = call(() => native.machine());
    this.#lanes = new KernelLanes(Math.min(this.#workers, threads));
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
    const site = this.#sites.take();
    return new Promise((resolve, reject) => {
      const list: readonly unknown[] = args === undefined ? [] : args;
      if (!Array.isArray(list)) {
        throw argumentError('ERR_INVALID_ARG_TYPE', expected('args', 'an array of arguments', args));
      }
      const settings = callSettings(options, 'apply');
      const settle = resolve as (value: unknown) => void;
      if (isKernel(fn)) {
        const input = new ListInput([list]);
        this.#runKernel(
          fn,
          { ...settings, site, input, spread: 'args' },
          ([result]) => settle(result),
          reject,
        );
        return;
      }
      const parts = { site, signal: settings.signal, timeoutMs: settings.timeoutMs };
      const copied = list.slice();
      const call = new ApplyCall(this.#functions.get(fn), copied, settings.transfer, parts, settle, reject);
      this.#dispatcher.submit(call);
    });
  }

  /**
   * Calls `fn` for each item and gives the results in the order of the items.
   *
   * Items travel in chunks whose size follows measured time. An iterable is asked for items as
   * workers take them and is closed when the map fails early.
   *
   * A typed array as input gives a typed array: `fn` gets the element and its index and must return a
   * number (a bigint for BigInt arrays). An input on shared memory is not copied, a plain one is copied
   * once; the result is on shared memory, or in `out`. Nobody else may write to either meanwhile. With
   * `timeout` or `errors: 'collect'` each element becomes an item with messages of its own, which is much slower.
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
    const site = this.#sites.take();
    return new Promise((resolve, reject) => {
      const typed = arrayType(items) !== undefined && !isKernel(fn);
      const settings = callSettings(options, typed ? 'map over a typed array' : 'map');
      const make = typed ? this.#typed : this.#list;
      make.call(this, fn, items, { ...settings, site, name: 'items', spread: 'item' }, resolve, reject);
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
    const site = this.#sites.take();
    return new Promise((resolve, reject) => {
      const settings = callSettings(options, 'starmap');
      const settle = resolve as (results: unknown) => void;
      this.#list(fn, argLists, { ...settings, site, name: 'argLists', spread: 'args' }, settle, reject);
    });
  }

  /** Takes no more calls: later ones reject with PoolClosedError. What is pending goes on. */
  close(): void {
    this.#dispatcher.close();
  }

  /**
   * Resolves when every call has settled and every worker has ended.
   *
   * @throws {InvalidStateError} (as a rejection) before `close()` or `terminate()`.
   */
  join(): Promise<void> {
    return this.#dispatcher.join();
  }

  /** Stops now: pending calls reject with PoolClosedError, workers are ended. It takes 5 s at most. */
  terminate(): Promise<void> {
    return this.#dispatcher.terminate();
  }

  /** `close()` and `join()`: lets pending calls finish. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return this.join();
  }

  #list(
    fn: unknown,
    items: unknown,
    parts: MethodParts,
    resolve: (results: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    if (isKernel(fn)) {
      const input = openInput(parts.name, items, () => 4 * this.#workers);
      this.#runKernel(fn, { ...parts, input }, resolve, reject);
      return;
    }
    const call = new MapCall(
      this.#functions.get(fn),
      { ...parts, items, workers: this.#workers },
      resolve,
      reject,
    );
    this.#dispatcher.submit(call);
    call.begin();
  }

  #typed(
    fn: unknown,
    items: unknown,
    parts: MethodParts,
    resolve: (results: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    const { input, output, finish } = typedMemory(items as NumericArray, parts.out);
    const done = () => {
      try {
        resolve(finish());
      } catch (error) {
        reject(error);
      }
    };
    if (parts.timeoutMs > 0 || parts.collect) {
      const lists = Array.from(input as Iterable<unknown>, (x, index) => [x, index]);
      const store = (results: unknown) => {
        (results as number[]).forEach((value, index) => {
          output[index] = value;
        });
        done();
      };
      const refuse = (index: number, value: unknown) => refuseResult(output, index, value);
      this.#list(fn, lists, { ...parts, spread: 'args', refuse }, store, reject);
      return;
    }
    const call = new BlocksCall(
      this.#functions.get(fn),
      { ...parts, input, output, workers: this.#workers },
      done,
      reject,
    );
    this.#dispatcher.submit(call);
    call.begin();
  }

  #runKernel(
    kernel: AnyKernel,
    parts: Omit<ConstructorParameters<typeof KernelCall>[0], 'kernel' | 'lanes'>,
    resolve: (results: unknown[]) => void,
    reject: (error: unknown) => void,
  ): void {
    const call = new KernelCall({ ...parts, kernel, lanes: this.#lanes }, resolve, reject);
    this.#dispatcher.submit(call);
    call.begin();
  }
}

/** What `map` and `starmap` give on to the calls. */
interface MethodParts extends CallSettings {
  readonly site: ReturnType<CallSites['take']>;
  readonly name: string;
  readonly spread: 'item' | 'args';
  readonly refuse?: (index: number, value: unknown) => Error | undefined;
}
