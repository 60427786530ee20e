import { ownOptions } from '../internal/check.ts';
import { Deadline } from './deadline.ts';
import { type Future, listen, unlisten } from './future.ts';
import { futuresOf } from './futures-argument.ts';
import { Ring } from './ring.ts';

/** What `asCompleted` takes. */
export interface AsCompletedOptions {
  /** Milliseconds for the whole iteration, from the call on; an integer from 0. Default: no limit. */
  timeout?: number;
}

/**
 * Gives futures, of one Executor or of several, as they end: first those that have ended already, then
 * each when it finishes, fails or is cancelled. A future that was given twice comes once.
 *
 * @returns An async iterator. When `timeout` is over it gives the futures that ended before, then rejects with
 *   TimeoutError and is at its end. To leave the loop early cancels nothing.
 * @throws {TypeError} for anything but futures. @throws {RangeError} for a bad timeout.
 * @example
 * import { asCompleted, Executor } from 'allcores';
 *
 * const executor = new Executor({ workers: 2 });
 * const futures = [1, 2, 3].map((x) => executor.submit((n: number) => n * n, [x]));
 * let sum = 0;
 * for await (const future of asCompleted(futures)) sum += await future;
 * console.log(sum); // 14
 * await executor.shutdown();
 */
export function asCompleted<T>(
  futures: Iterable<Future<T>>,
  options?: AsCompletedOptions,
): AsyncIterableIterator<Future<T>>;
/** The same for futures of several types. */
export function asCompleted<F extends Future<unknown>>(
  futures: Iterable<F>,
  options?: AsCompletedOptions,
): AsyncIterableIterator<Future<Awaited<F>>>;
/** Both of them. */
export function asCompleted(
  futures: Iterable<Future<unknown>>,
  options?: AsCompletedOptions,
): AsyncIterableIterator<Future<unknown>> {
  const own = ownOptions(options, ['timeout'], 'asCompleted');
  return new AsCompleted(futuresOf(futures), new Deadline(own.timeout));
}

/** Somebody who has asked for the next future. */
interface Asker {
  give(future: Future<unknown> | undefined): void;
  fail(error: unknown): void;
}

class AsCompleted implements AsyncIterableIterator<Future<unknown>> {
  readonly #deadline: Deadline;
  /** Given, and not ended as far as this iterator knows. */
  readonly #pending: Set<Future<unknown>>;
  readonly #listeners = new Map<Future<unknown>, () => void>();
  /** Ended, and not given out yet. */
  readonly #ended = new Ring<Future<unknown>>();
  readonly #askers = new Ring<Asker>();
  #begun = false;
  #callOff: (() => void) | undefined;

  constructor(futures: Set<Future<unknown>>, deadline: Deadline) {
    this.#pending = futures;
    this.#deadline = deadline;
  }

  next(): Promise<IteratorResult<Future<unknown>, undefined>> {
    return new Promise((resolve, reject) => {
      this.#begin();
      this.#askers.push({
        give: (future) =>
          resolve(future === undefined ? { done: true, value: undefined } : { done: false, value: future }),
        fail: reject,
      });
      this.#serve();
    });
  }

  async return(): Promise<IteratorResult<Future<unknown>, undefined>> {
    this.#ended.clear();
    this.#stop();
    this.#serve();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Future<unknown>> {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Not before the first `next`: who never asks leaves no listeners on the futures. */
  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    for (const future of this.#pending) {
      if (future.done()) {
        this.#pending.delete(future);
        this.#ended.push(future);
        continue;
      }
      const listener = () => this.#arrive(future);
      this.#listeners.set(future, listener);
      listen(future, listener);
    }
  }

  #arrive(future: Future<unknown>): void {
    // Too late, however busy the event loop was since.
    if (this.#deadline.over) return;
    this.#listeners.delete(future);
    this.#pending.delete(future);
    this.#ended.push(future);
    this.#serve();
  }

  /** Gives what is there to those who ask, in order; an end or a time that is over to the rest. */
  #serve(): void {
    while (this.#ended.length > 0 && this.#askers.length > 0) this.#askers.shift()?.give(this.#ended.shift());
    if (this.#askers.length > 0 && this.#pending.size > 0 && this.#deadline.over) this.#expire();
    if (this.#pending.size === 0) while (this.#askers.length > 0) this.#askers.shift()?.give(undefined);
    this.#watch();
  }

  /** The first who still asks gets the error, the others the end. */
  #expire(): void {
    const error = this.#deadline.error(`${this.#pending.size} futures have not ended`);
    this.#stop();
    this.#askers.shift()?.fail(error);
  }

  /** The timer runs while somebody asks. */
  #watch(): void {
    if (this.#askers.length === 0) {
      this.#callOff?.();
      this.#callOff = undefined;
    } else {
      this.#callOff ??= this.#deadline.start(() => {
        this.#callOff = undefined;
        this.#serve();
      });
    }
  }

  #stop(): void {
    for (const [future, listener] of this.#listeners) unlisten(future, listener);
    this.#listeners.clear();
    this.#pending.clear();
  }
}
