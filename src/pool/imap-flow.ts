/**
 * The items of an imap on their way: pulled from the input no further than the buffer allows,
 * taken by whoever runs them, and handed to the reader.
 *
 * ```
 *  input ── take ──▶ workers or native threads ── succeed, fail ──▶ outbox ── next() ──▶ reader
 *    ▲                                                                           │
 *    └──────────────── room: bufferSize − (taken − read) ◀───────────────────────┘
 * ```
 */

import { PoolClosedError } from '../errors.ts';
import { ImapIterator } from './imap-iterator.ts';
import { AsyncInput, type Input, ListInput, openInput, type Taken } from './input.ts';
import { Outbox } from './outbox.ts';
import type { Progress } from './outcomes.ts';

/** What an imap gives for an item under `errors: 'collect'`. */
export type ImapOutcome<R> =
  | { readonly index: number; readonly value: R }
  | { readonly index: number; readonly reason: unknown };

/** What an imap is made of, beside the parts of every call. */
export interface ImapParts {
  /** The name of the items in messages and paths. */
  readonly name: string;
  readonly items: unknown;
  readonly ordered: boolean;
  /** Items per message; undefined: from measured time. */
  readonly chunkSize: number | undefined;
  /** Items between input and reader at most; undefined: from the number of workers. */
  readonly bufferSize: number | undefined;
  readonly collect: boolean;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** How many workers the pool may have. */
  readonly workers: number;
}

/** The call that a flow belongs to. */
export interface FlowOwner {
  /** Whether it has ended for the dispatcher. */
  readonly settled: boolean;
  /** Items per message that measured time suggests, for an input of this size. */
  pace(remaining: number): number;
  /** There are items to take, perhaps for the first time since there were none. */
  refill(): void;
  /** Ends it: what is still out is cancelled. */
  withdraw(): void;
  /** Ends it with an error. */
  abandon(error: unknown): void;
  /** Ends it with an error of allcores' own. */
  abandonWith(make: () => Error): void;
}

/** Without `bufferSize`: so many items for each worker. */
const bufferPerWorker = 4;
/** And so many chunks, where their size is given: the one that it runs and the next. */
const chunksPerWorker = 2;
/** After `join()` an imap whose buffer is full and that nobody reads ends after this time, or twice of it. */
const unreadMs = 1000;

/** One imap between its input and its reader. */
export class ImapFlow {
  readonly #parts: ImapParts;
  readonly #owner: FlowOwner;
  readonly #input: Input;
  readonly #outbox: Outbox;
  readonly #bufferSize: number;
  /** As given, but never more than the buffer holds. */
  readonly #chunkSize: number | undefined;
  /** The largest that measured time may lead to: each worker has room for two in the buffer. */
  readonly #largest: number;
  readonly #since = performance.now();
  /** Items that were taken for the first time. */
  #taken = 0;
  #ended = 0;
  #failed = 0;
  #reported = -1;
  /** With order: the item that ends the imap by its failure, of those the first. */
  #failure: { readonly index: number; readonly error: unknown } | undefined;
  /** What the input has thrown. */
  #broken: { readonly error: unknown } | undefined;
  #unread: NodeJS.Timeout | undefined;

  constructor(parts: ImapParts, owner: FlowOwner) {
    this.#parts = parts;
    this.#owner = owner;
    const { workers, chunkSize, ordered, signal } = parts;
    const usual = Math.max(bufferPerWorker * workers, chunksPerWorker * workers * (chunkSize ?? 0));
    this.#bufferSize = parts.bufferSize ?? usual;
    this.#chunkSize = chunkSize === undefined ? undefined : Math.min(chunkSize, this.#bufferSize);
    this.#largest = Math.max(1, Math.floor(this.#bufferSize / (chunksPerWorker * workers)));
    this.#outbox = new Outbox(ordered, signal, {
      released: () => this.#released(),
      left: () => this.#leave(),
    });
    this.#input = this.#open();
  }

  /** A new iterator over the results; there should be one. */
  read(): ImapIterator {
    return new ImapIterator(this.#outbox, this.#bufferSize !== Number.POSITIVE_INFINITY);
  }

  /** Starts to pull; called once the call has its host. */
  begin(): void {
    const input = this.#input;
    if (input instanceof AsyncInput) {
      input.onArrival = () => {
        this.#endIfDone();
        if (this.waiting() > 0) this.#owner.refill();
      };
      input.onError = (error) => {
        this.#breakOff(error);
        if (this.waiting() > 0) this.#owner.refill();
      };
      void input.fill();
    }
    this.#endIfDone();
  }

  /** How many items can be taken now. */
  waiting(): number {
    const input = this.#input;
    if (this.#owner.settled) return 0;
    if (input.returned > 0) return input.returned;
    const there = Math.min(input.waiting(), this.#room());
    return there > 0 && there >= this.#least() ? there : 0;
  }

  /** Takes the next items, at most `most` of them; undefined when there is none after all. */
  take(most: number): Taken | undefined {
    const input = this.#input;
    if (input.returned === 0 && !this.#pull()) return undefined;
    return input.take(Math.min(most, this.#chunk()));
  }

  /** Gets a whole chunk from the input, whoever wants how much of it. */
  #pull(): boolean {
    const input = this.#input;
    const room = this.#room();
    if (room < 1) return false;
    try {
      const pulled = input.take(Math.min(this.#chunk(), room));
      if (pulled === undefined) {
        this.#endIfDone();
      } else {
        this.#taken += pulled.items.length;
        input.giveBack(pulled);
      }
    } catch (error) {
      // What the caller's iterable throws comes after the results of what it gave before.
      this.#breakOff(error);
    }
    return input.returned > 0;
  }

  /** Takes back items that were taken but not begun. */
  giveBack(taken: Taken): void {
    this.#input.giveBack(taken);
  }

  /** The item at `index` succeeded. */
  succeed(index: number, value: unknown): void {
    if (this.#owner.settled) return;
    this.#ended++;
    this.#outbox.put(index, this.#parts.collect ? { index, value } : value);
    this.#endIfDone();
  }

  /** Items from `index` on succeeded; `values` holds their results from `from` on. */
  succeedAll(index: number, values: ArrayLike<unknown>, from: number, count: number): void {
    const { collect } = this.#parts;
    for (let item = 0; item < count && !this.#owner.settled; item++) {
      const value = values[from + item];
      this.#ended++;
      this.#outbox.put(index + item, collect ? { index: index + item, value } : value);
    }
    this.#endIfDone();
  }

  /** The item at `index` failed. */
  fail(index: number, error: unknown): void {
    if (this.#owner.settled) return;
    this.#ended++;
    this.#failed++;
    if (this.#parts.collect) {
      this.#outbox.put(index, { index, reason: error });
    } else if (!this.#parts.ordered) {
      this.#owner.abandon(error);
      return;
    } else if (this.#failure === undefined || index < this.#failure.index) {
      this.#failure = { index, error };
      this.#input.endAt(index);
    }
    this.#endIfDone();
  }

  /** All results of one answer were given: a moment to report progress. */
  answered(): void {
    if (this.#owner.settled) return;
    this.#report();
  }

  /** The owner was ended from outside. What is finished can still be read; after an abort the outbox sees to it that it cannot. */
  stop(error: unknown): void {
    this.close();
    this.#outbox.end({ error });
  }

  /** Pulls no more. */
  close(): void {
    clearInterval(this.#unread);
    this.#input.close();
  }

  /**
   * Somebody waits for the end of the pool. Whoever does may be the reader, who then would wait for
   * himself: an imap that can do nothing because nobody reads it does not hold up the pool for ever.
   */
  hurry(): void {
    if (this.#unread !== undefined || this.#owner.settled) return;
    let seen = this.#outbox.handed;
    this.#unread = setInterval(() => {
      const { handed, awaited } = this.#outbox;
      const stalled = this.#taken === this.#ended && this.#room() < this.#least();
      if (stalled && !awaited && handed === seen) this.#owner.abandonWith(unread);
      seen = handed;
    }, unreadMs);
  }

  #open(): Input {
    const { name, items } = this.#parts;
    const input = openInput(name, items, () => this.#room());
    if (this.#bufferSize !== Number.POSITIVE_INFINITY || input instanceof AsyncInput) return input;
    // Without a bound everything is taken at the call, as Python's Executor.map does.
    return input.total === undefined
      ? new ListInput(input.take(Number.POSITIVE_INFINITY)?.items ?? [])
      : input;
  }

  #room(): number {
    return this.#bufferSize - (this.#taken - this.#outbox.released);
  }

  #chunk(): number {
    if (this.#chunkSize !== undefined) return this.#chunkSize;
    return Math.min(this.#owner.pace(this.#input.waiting()), this.#largest);
  }

  /** How many new items there must be: a reader who takes one by one must not lead to chunks of one. */
  #least(): number {
    const input = this.#input;
    if (!(input instanceof AsyncInput)) return Math.min(this.#chunk(), input.waiting());
    // Nobody knows when the next arrives.
    return this.#chunkSize === undefined || input.total !== undefined ? 1 : this.#chunkSize;
  }

  /** The input has thrown. Chunks whose size the caller chose are run when they are complete only, as in Python. */
  #breakOff(error: unknown): void {
    this.#broken = { error };
    const rest = this.#input.rest();
    if (rest !== undefined) {
      const kept = rest.items.length - (rest.items.length % (this.#chunkSize ?? 1));
      this.#taken += kept;
      this.#input.giveBack({ index: rest.index, items: rest.items.slice(0, kept) });
    }
    this.#endIfDone();
  }

  #released(): void {
    if (this.#owner.settled) return;
    if (this.#input instanceof AsyncInput) void this.#input.fill();
    if (this.waiting() > 0) this.#owner.refill();
  }

  #leave(): void {
    this.close();
    this.#owner.withdraw();
  }

  #endIfDone(): void {
    if (this.#owner.settled) return;
    const failure = this.#failure;
    if (failure !== undefined) {
      if (this.#outbox.filled < failure.index) return;
    } else if (this.#broken !== undefined) {
      if (this.#ended < this.#taken) return;
    } else if (this.#ended !== this.#input.total) {
      return;
    }
    this.#report();
    if (this.#owner.settled) return;
    this.close();
    this.#owner.withdraw();
    this.#outbox.end(failure ?? this.#broken ?? 'complete');
  }

  #report(): void {
    const { onProgress } = this.#parts;
    if (onProgress === undefined || this.#reported === this.#ended) return;
    this.#reported = this.#ended;
    const { total } = this.#input;
    try {
      onProgress({
        done: this.#ended,
        ...(total !== undefined && this.#broken === undefined && { total }),
        failed: this.#failed,
        elapsed: performance.now() - this.#since,
      });
    } catch (error) {
      this.#owner.abandon(error);
    }
  }
}

function unread(): Error {
  return new PoolClosedError(
    'The pool was joined while nobody read the results of this call: read them to the end, or leave the iterator, before join()',
  );
}
