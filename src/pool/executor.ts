import { PoolClosedError } from '../errors.ts';
import { boolean, ownOptions } from '../internal/check.ts';
import type { Runnable } from '../internal/tasks.ts';
import { newSite } from './caller-stack.ts';
import { PoolCore } from './core.ts';
import { Deadline } from './deadline.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Future } from './future.ts';
import { type ApplyOptions, callSettings, type PoolOptions, poolSettings } from './options.ts';
import { Submissions } from './submissions.ts';

/** What `executor.map` takes. */
export interface ExecutorMapOptions {
  /**
   * Milliseconds for the whole iteration, from the call on; an integer from 0. Results that are there are
   * given, then TimeoutError, and the rest is cancelled. Default: no limit.
   */
  timeout?: number;
  /** Items per message; an integer from 1. Default: from measured time. */
  chunkSize?: number;
  /** How many inputs are taken ahead of the results that were read; an integer from 1. Default: all, at the call. */
  bufferSize?: number;
}

/** What `executor.shutdown` takes. */
export interface ShutdownOptions {
  /** Whether the promise waits for pending work and for the workers' end. Default: true. */
  wait?: boolean;
  /**
   * Whether futures that have not begun are cancelled. Maps end with CancelledError then, and what they run
   * is cancelled as well. Default: false.
   */
  cancelFutures?: boolean;
}

/** An Executor that nobody holds takes no more work: its workers may end when they have done what there is. */
const dropped = new FinalizationRegistry<Dispatcher>((dispatcher) => dispatcher.close());

/**
 * Runs functions in workers, as a Pool does, and gives a Future for each call: Python's
 * `concurrent.futures`.
 *
 * A worker that dies is replaced; the future that it was running fails with WorkerDiedError. When
 * workers cannot be started, or their `initializer` fails, the executor is broken for good: all its pending
 * and later futures fail with BrokenExecutorError, whose `cause` says why.
 *
 * @example
 * import { Executor } from 'allcores';
 *
 * const executor = new Executor({ workers: 2 });
 * const future = executor.submit((x: number) => x * x, [7]);
 * await future.result({ timeout: 30_000 }); // 49
 * console.log(future); // Future <finished: number>
 * await executor.shutdown();
 */
export class Executor implements AsyncDisposable {
  readonly #core: PoolCore;
  readonly #work: Submissions;

  /**
   * @param options As a Pool's. No worker starts yet.
   * @throws {TypeError} for an option that is unknown or of a wrong type.
   * @throws {RangeError} for a number out of its range, for example 0 workers.
   */
  constructor(options?: PoolOptions) {
    this.#core = new PoolCore(poolSettings(options, 'Executor'), newSite(Executor));
    this.#work = new Submissions(this.#core);
    dropped.register(this, this.#core.dispatcher);
  }

  /**
   * Calls `fn` once in a worker.
   *
   * @param fn As for `pool.apply`. @param args Its arguments. @param options As for `pool.apply`.
   * @returns The future of its result. It fails as the promise of `pool.apply` does.
   * @throws {PoolClosedError} after `shutdown()`. @throws {TypeError} and RangeError for bad arguments.
   * @example
   * import { Executor } from 'allcores';
   *
   * const executor = new Executor();
   * await executor.submit((a: number, b: number) => a + b, [1, 2]); // 3
   * await executor.shutdown();
   */
  submit<A extends unknown[], R>(fn: Runnable<A, R>, args?: A, options?: ApplyOptions): Future<Awaited<R>> {
    const site = this.#core.sites.take(Executor.prototype.submit);
    this.#refuseWhenClosed();
    return this.#work.submit(fn, args, callSettings(options, 'submit'), site) as Future<Awaited<R>>;
  }

  /**
   * Calls `fn` for each item and gives the results in the order of the items.
   *
   * All items are taken at the call, unless `bufferSize` says how many at a time. The first failure ends the
   * iteration. To leave it early, by `break` for example, cancels the rest.
   *
   * @throws {PoolClosedError} after `shutdown()`. @throws {TypeError} and RangeError for bad arguments.
   * @example
   * import { Executor } from 'allcores';
   *
   * const executor = new Executor();
   * const squares: number[] = [];
   * for await (const square of executor.map((x: number) => x * x, [1, 2, 3])) squares.push(square);
   * console.log(squares); // [ 1, 4, 9 ]
   * await executor.shutdown();
   */
  map<T, R>(
    fn: Runnable<[item: T], R>,
    items: Iterable<T>,
    options?: ExecutorMapOptions,
  ): AsyncIterableIterator<Awaited<R>> {
    const site = this.#core.sites.take(Executor.prototype.map);
    this.#refuseWhenClosed();
    const { timeout, ...rest } = ownOptions(options, ['timeout', 'chunkSize', 'bufferSize'], 'Executor.map');
    const deadline = new Deadline(timeout);
    const settings = callSettings(rest, 'imap');
    const { bufferSize = Number.POSITIVE_INFINITY } = settings;
    const parts = { ...settings, bufferSize, site, ordered: true };
    return this.#work.map(fn, items, parts, deadline) as AsyncIterableIterator<Awaited<R>>;
  }

  /**
   * Takes no more work. It can be called again, also with other options.
   *
   * @returns A promise. With `wait` it resolves when everything has ended; without, at once, and the
   *   program stays until the pending futures have ended.
   */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    const own = ownOptions(options, ['wait', 'cancelFutures'], 'shutdown');
    const wait = own.wait === undefined || boolean('wait', own.wait);
    this.#work.close(own.cancelFutures !== undefined && boolean('cancelFutures', own.cancelFutures));
    if (wait) await this.#core.dispatcher.join();
  }

  /**
   * Shuts down and asks all workers to end now (SIGTERM for child processes; threads are stopped).
   *
   * What has not begun is cancelled; what runs fails with BrokenExecutorError.
   *
   * @returns A promise that resolves when the workers have ended, after 5 s at most.
   */
  terminateWorkers(): Promise<void> {
    return this.#work.end('terminateWorkers');
  }

  /** Like `terminateWorkers`, by a signal that child processes cannot ignore (SIGKILL). */
  killWorkers(): Promise<void> {
    return this.#work.end('killWorkers');
  }

  /** `shutdown()`: lets pending futures finish. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #refuseWhenClosed(): void {
    if (this.#work.closed) throw new PoolClosedError('The executor was shut down: it takes no more work');
  }
}
