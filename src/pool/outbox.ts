/**
 * What an imap has ready for its reader, and the reads that wait for it.
 *
 * ```
 *  put(5) ─▶ [ 3 · · 5 ]   ordered: 3 can be read, 5 waits for 4
 *              ▲handed  ▲filled: 4
 * ```
 *
 * A ready value costs its reader one settled promise; nothing is chained to anything.
 */

import { Ring } from './ring.ts';

/** What an outbox tells its imap. */
export interface OutboxEvents {
  /** The reader has got values: there is room for others. */
  released(): void;
  /** The reader wants no more. */
  left(): void;
}

interface Read {
  /** The iterator, which must not be collected as garbage while somebody waits for it: its imap would end. */
  readonly reader: object;
  readonly resolve: (result: IteratorResult<unknown, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** How the values end: with an error or without. */
type Outcome = { readonly error: unknown } | 'complete';

const vacant: unique symbol = Symbol('vacant');

/** The reader's end of an imap. */
export class Outbox {
  readonly #ordered: boolean;
  readonly #events: OutboxEvents;
  readonly #signal: AbortSignal | undefined;
  readonly #reads = new Ring<Read>();
  /** Values from `#handed` on, at their place modulo the length, which is a power of two. */
  #cells: unknown[] = new Array(16).fill(vacant);
  #handed = 0;
  #filled = 0;
  #released = 0;
  #releasing = false;
  readonly #release = () => {
    this.#releasing = false;
    this.#freeRoom();
  };
  #outcome: Outcome | undefined;
  #over = false;

  /**
   * @param ordered Whether values are read in the order of their indexes or of their arrival.
   * @param signal After its abort nothing is read but its reason.
   */
  constructor(ordered: boolean, signal: AbortSignal | undefined, events: OutboxEvents) {
    this.#ordered = ordered;
    this.#signal = signal;
    this.#events = events;
  }

  /** How many values the reader has got. */
  get handed(): number {
    return this.#handed;
  }

  /**
   * For how many of them the input may be pulled on. A value counts when the reader has come back for the
   * next, or in the next turn of the event loop: before that its own code has not seen it yet.
   */
  get released(): number {
    return this.#released;
  }

  /** How many values the reader has got or can get: with order, the index of the first that is missing. */
  get filled(): number {
    return this.#filled;
  }

  /** Whether a read waits. */
  get awaited(): boolean {
    return this.#reads.length > 0;
  }

  /** Adds the value at an index. */
  put(index: number, value: unknown): void {
    if (this.#outcome !== undefined) return;
    const place = this.#ordered ? index : this.#filled;
    if (place - this.#handed >= this.#cells.length) this.#grow(place);
    const mask = this.#cells.length - 1;
    this.#cells[place & mask] = value;
    const end = this.#handed + this.#cells.length;
    while (this.#filled < end && this.#cells[this.#filled & mask] !== vacant) this.#filled++;
    if (this.#reads.length > 0) this.#serve();
  }

  /** No value is added any more: what is ready can be read, then this. */
  end(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    // Ready values would have gone to the reads that wait.
    if (this.#reads.length > 0) this.#finish();
  }

  /** Ends at once: what is ready is dropped. */
  fail(error: unknown): void {
    if (this.#over) return;
    this.#outcome = { error };
    this.#filled = this.#handed;
    this.#cells = [];
    if (this.#reads.length > 0) this.#finish();
  }

  /** The next value for `reader`, its iterator. */
  next(reader: object): Promise<IteratorResult<unknown, undefined>> {
    if (this.#signal?.aborted && !this.#over) this.fail(this.#signal.reason);
    if (this.#released < this.#handed) this.#freeRoom();
    if (this.#handed < this.#filled && this.#reads.length === 0) {
      return Promise.resolve({ value: this.#hand(), done: false });
    }
    if (this.#outcome !== undefined) {
      const outcome = this.#close();
      return outcome === 'complete'
        ? Promise.resolve({ value: undefined, done: true })
        : Promise.reject(outcome.error);
    }
    return new Promise((resolve, reject) => this.#reads.push({ reader, resolve, reject }));
  }

  /** The reader wants no more: reads that wait give the end. */
  leave(): void {
    if (this.#over) return;
    this.#outcome = 'complete';
    this.#filled = this.#handed;
    this.#finish();
    this.#events.left();
  }

  #hand(): unknown {
    const at = this.#handed++ & (this.#cells.length - 1);
    const value = this.#cells[at];
    this.#cells[at] = vacant;
    if (!this.#releasing) {
      this.#releasing = true;
      setImmediate(this.#release);
    }
    return value;
  }

  #freeRoom(): void {
    if (this.#released === this.#handed) return;
    this.#released = this.#handed;
    if (!this.#over) this.#events.released();
  }

  #serve(): void {
    while (this.#handed < this.#filled) {
      const read = this.#reads.shift();
      if (read === undefined) break;
      read.resolve({ value: this.#hand(), done: false });
    }
  }

  /** Gives the first read that waits the outcome and the others the end. */
  #finish(): void {
    const outcome = this.#close();
    let first = true;
    for (let read = this.#reads.shift(); read !== undefined; read = this.#reads.shift()) {
      if (first && outcome !== 'complete') read.reject(outcome.error);
      else read.resolve({ value: undefined, done: true });
      first = false;
    }
  }

  /** Gives the outcome, which is read once; what comes after it is the end. */
  #close(): Outcome {
    const outcome = this.#outcome as Outcome;
    this.#outcome = 'complete';
    this.#over = true;
    this.#cells = [];
    return outcome;
  }

  #grow(place: number): void {
    let length = this.#cells.length * 2;
    while (place - this.#handed >= length) length *= 2;
    const cells: unknown[] = new Array(length).fill(vacant);
    const mask = this.#cells.length - 1;
    for (let at = this.#handed; at < this.#handed + this.#cells.length; at++) {
      cells[at & (length - 1)] = this.#cells[at & mask];
    }
    this.#cells = cells;
  }
}
