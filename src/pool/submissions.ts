/** What an Executor has submitted and not got back, and the three ways in which all of it ends at once. */

import { BrokenExecutorError, CancelledError } from '../errors.ts';
import type { PendingCall } from './call.ts';
import { type CallSite, errorAt } from './caller-stack.ts';
import type { ImapParts, PoolCore } from './core.ts';
import type { Deadline } from './deadline.ts';
import type { Dispatcher } from './dispatcher.ts';
import { ExecutorMap } from './executor-map.ts';
import { Future, type FutureSource } from './future.ts';
import type { CallSettings } from './options.ts';
import { PendingList } from './pending-list.ts';

/** One pending future. */
class Submission implements FutureSource {
  before: Submission | undefined;
  after: Submission | undefined;
  future: Future<unknown> | undefined;
  call: PendingCall | undefined;
  readonly #dispatcher: Dispatcher;
  readonly #open: PendingList<Submission>;

  constructor(dispatcher: Dispatcher, open: PendingList<Submission>) {
    this.#dispatcher = dispatcher;
    this.#open = open;
  }

  running(): boolean {
    return this.call !== undefined && this.#dispatcher.isRunning(this.call);
  }

  withdraw(): boolean {
    return this.call !== undefined && this.#dispatcher.withdraw(this.call);
  }

  ended(): void {
    this.#open.delete(this);
  }
}

/**
 * The work of one Executor. Neither this nor the pool's core knows the Executor itself, so that one
 * that nobody holds any more can be noticed.
 */
export class Submissions {
  readonly core: PoolCore;
  readonly #open = new PendingList<Submission>();
  /** Aborts the maps, which have no futures. */
  readonly #maps = new AbortController();
  #closed = false;
  #broken: { readonly cause: unknown } | undefined;

  constructor(core: PoolCore) {
    this.core = core;
    core.onBroken = (cause) => this.#break(cause);
  }

  /** Whether it takes no more work. */
  get closed(): boolean {
    return this.#closed;
  }

  /** A call with a future. It throws for bad arguments. */
  submit(fn: unknown, args: unknown, settings: CallSettings, site: CallSite): Future<unknown> {
    const submission = new Submission(this.core.dispatcher, this.#open);
    const future = new Future<unknown>(({ resolve, reject }) => {
      if (this.#broken !== undefined) reject(this.#failure(site));
      else submission.call = this.core.apply(fn, args, settings, site, resolve, reject);
      return submission;
    });
    submission.future = future;
    // A call may be refused at once, by a full queue for example.
    if (!future.done()) this.#open.add(submission);
    return future;
  }

  /** A map, which is one call. It throws for bad arguments. */
  map(fn: unknown, items: unknown, parts: ImapParts, deadline: Deadline): AsyncIterableIterator<unknown> {
    if (this.#broken !== undefined) {
      const failure = this.#failure(parts.site);
      return new ExecutorMap({ next: () => Promise.reject(failure) }, deadline);
    }
    const results = this.core.imap(fn, items, { ...parts, ordered: true, signal: this.#maps.signal });
    return deadline.limited ? new ExecutorMap(results, deadline) : results;
  }

  /** Takes no more work; `cancel` also takes back what has not begun. */
  close(cancel: boolean): void {
    this.#closed = true;
    if (cancel) this.#cancelAll();
    this.core.dispatcher.close();
  }

  /** Ends the workers in the middle of what they do. Resolves when they have ended. */
  async end(how: 'terminateWorkers' | 'killWorkers'): Promise<void> {
    this.#closed = true;
    const { dispatcher } = this.core;
    this.#cancelAll();
    this.core.abandonAll(() => new BrokenExecutorError(`${how}() ended the workers of the executor`));
    if (how === 'killWorkers') dispatcher.killWorkers();
    else dispatcher.stopWorkers();
    dispatcher.close();
    await dispatcher.join();
  }

  #cancelAll(): void {
    for (const { future } of this.#open.all()) future?.cancel();
    this.#maps.abort(new CancelledError('The executor was shut down before the map had ended'));
  }

  /** The workers are lost for good. Calls that some of them still run are lost as well. */
  #break(cause: unknown): void {
    if (this.#broken !== undefined) return;
    this.#broken = { cause };
    this.core.abandonAll(this.#brokenError(cause));
    void this.core.dispatcher.terminate();
  }

  #failure(site: CallSite): unknown {
    return errorAt(site, this.#brokenError(this.#broken?.cause));
  }

  /** Makes a new error each time: a stack belongs to one future. */
  #brokenError(cause: unknown): () => BrokenExecutorError {
    return () =>
      new BrokenExecutorError('The executor has lost its workers for good, see `cause`', { cause });
  }
}
