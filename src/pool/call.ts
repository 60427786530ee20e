/** One call of a pool's method, as the dispatcher sees it: a source of items with one promise. */

import type { Movable } from '../backend/backend.ts';
import type { BlocksMessage, RunMessage } from '../internal/protocol.ts';
import { Batch } from './batch.ts';
import { type CallSite, errorAt } from './caller-stack.ts';
import type { PoolFunction } from './functions.ts';

/** What a call asks of the dispatcher. */
export interface CallHost {
  /** The call's promise has settled; items of it that are still out are cancelled. */
  settled(call: PendingCall): void;
  /** A call that had nothing to give has items again. */
  refilled(call: Call): void;
}

/** What every call is made of. */
export interface CallParts {
  readonly site?: CallSite | undefined;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds for each item; 0 for no limit. */
  readonly timeoutMs: number;
  /** How often an item may run again. Default: 0. */
  readonly retries?: number;
  /** Whether it runs again after an error too, and not only after its worker's death. Default: false. */
  readonly retryOnError?: boolean;
  /** Calls with a higher number are begun first. Default: 0. */
  readonly priority?: number;
  readonly onReport?: ((value: unknown, info: { index: number }) => void) | undefined;
}

/** A message with items, and what moves with it. */
export interface Parcel {
  readonly message: RunMessage | BlocksMessage;
  readonly transfer: readonly Movable[];
}

/** The common part of all calls: its single settlement. */
export abstract class PendingCall {
  readonly site: CallSite | undefined;
  /** What all calls take. Shared by the calls without options, of which there may be a million. */
  readonly settings: CallParts;
  /** When it was submitted, on `performance.now()`'s clock. */
  submittedAt = 0;
  /** Whether it has begun to run, for calls that no worker runs. */
  started = false;
  /** Set by the dispatcher that the call was submitted to. */
  host: CallHost | undefined;
  /** Its neighbours in the dispatcher's list of pending calls. */
  before: PendingCall | undefined;
  after: PendingCall | undefined;
  #settled = false;

  constructor(parts: CallParts, site = parts.site) {
    this.settings = parts;
    this.site = site;
  }

  /** What cancels it from outside. */
  get signal(): AbortSignal | undefined {
    return this.settings.signal;
  }

  /** Milliseconds for each item; 0 for no limit. */
  get timeoutMs(): number {
    return this.settings.timeoutMs;
  }

  /** Calls with a higher number are begun first. */
  get priority(): number {
    return this.settings.priority ?? 0;
  }

  /** Whether its promise has settled. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Ends the whole call with an error. Does nothing when it has settled. */
  abandon(error: unknown): void {
    if (this.settle()) this.reject(error);
  }

  /** Ends the call without an outcome: neither of its callbacks is called. */
  withdraw(): void {
    this.settle();
  }

  /** Somebody waits for the end of the pool, which this call holds up. */
  joined(): void {}

  /** The same with an error of allcores' own, which is made only when it is needed. */
  abandonWith(make: () => Error): void {
    if (!this.#settled) this.abandon(errorAt(this.site, make));
  }

  /** Rejects the promise; called at most once. */
  protected abstract reject(error: unknown): void;

  /** Marks the call as settled; false when it was before. */
  protected settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.host?.settled(this);
    return true;
  }
}

const nothing: ReadonlySet<unknown> = new Set();

/** A call whose items workers run. */
export abstract class Call extends PendingCall {
  readonly fn: PoolFunction;
  /** Whether it stands in the dispatcher's queue. */
  queued = false;
  /** Whether it is counted among the calls that wait; see `Admission`. */
  entered = false;
  /** Items that a worker has and has not answered; the dispatcher counts them. */
  out = 0;
  /**
   * So many of the next items travel each by itself, to a worker that has nothing else: they came back
   * from one that ended when their message arrived, and one of them may be the reason.
   */
  alone = 0;
  /** How often a worker ended when an item arrived alone, by the item's index. */
  #arrivals: Map<number, number> | undefined;
  /** Items that are to run again; each travels by itself. */
  #again: { readonly index: number; readonly item: unknown; readonly attempt: number }[] | undefined;

  constructor(fn: PoolFunction, parts: CallParts, site = parts.site) {
    super(parts, site);
    this.fn = fn;
  }

  /** Whether the time of an answer tells how long an item takes. */
  get paced(): boolean {
    return true;
  }

  /** What is moved to the worker with the items; such items cannot be sent a second time. */
  get moved(): ReadonlySet<unknown> {
    return nothing;
  }

  /** Notes that a worker ended when this item arrived alone, and gives how often that was. */
  endedOnArrival(index: number): number {
    this.#arrivals ??= new Map();
    const times = (this.#arrivals.get(index) ?? 0) + 1;
    this.#arrivals.set(index, times);
    return times;
  }

  /** How many items the dispatcher could get now: new ones and those that run again. */
  available(): number {
    return this.waiting() + (this.#again?.length ?? 0);
  }

  /** Whether the next item is one that runs again. */
  get repeats(): boolean {
    return this.#again !== undefined && this.#again.length > 0;
  }

  /** Gives the dispatcher the next items, at most `most` of them. */
  give(most: number): Batch | undefined {
    const again = this.#again?.shift();
    if (again === undefined) return this.take(most);
    return new Batch([this], [again.item], again.index, again.attempt);
  }

  /** Takes back items of a batch that were sent but not begun. */
  returned(batch: Batch, offset: number, count: number): void {
    if (batch.attempt === 1) {
      this.giveBack(batch, offset, count);
      return;
    }
    this.#again ??= [];
    this.#again.push({
      index: batch.indexAt(offset),
      item: batch.items[offset],
      attempt: batch.attempt,
    });
  }

  /** Whether items of a batch run again after this kind of end. */
  retries({ attempt }: Batch, end: 'death' | 'error'): boolean {
    const { retries = 0, retryOnError = false } = this.settings;
    if (this.settled || attempt > retries || (end === 'error' && !retryOnError)) return false;
    // What was moved to a worker is gone.
    return this.moved.size === 0;
  }

  /** Runs an item again, if that is what its caller wants for this kind of end. False when it has to fail. */
  retry(batch: Batch, offset: number, end: 'death' | 'error'): boolean {
    if (!this.retries(batch, end)) return false;
    this.#again ??= [];
    this.#again.push({
      index: batch.indexAt(offset),
      item: batch.items[offset],
      attempt: batch.attempt + 1,
    });
    return true;
  }

  /** Something that the item at `index` reported. */
  reported(index: number, value: unknown): void {
    try {
      this.settings.onReport?.(value, { index });
    } catch (error) {
      // As with `onProgress`: a callback that throws is the caller's own failure.
      this.abandon(error);
    }
  }

  /** How many items it could give now; infinite when it has some and nobody knows how many. */
  abstract waiting(): number;
  /** Takes the next items, at most `most` of them; undefined when there is none after all. */
  abstract take(most: number): Batch | undefined;
  /** Takes back `count` items of a batch that were sent but not begun. */
  abstract giveBack(batch: Batch, offset: number, count: number): void;
  /** The message that carries a batch whose first item got the number `first`. */
  abstract parcel(batch: Batch, first: number): Parcel;
  /** Where the item at `index` stands among the caller's values, for the path of a value that cannot cross. */
  abstract pathOf(index: number): string;
  /** The item at `index` succeeded. */
  abstract result(index: number, value: unknown): void;
  /** Items from `index` on succeeded; `values` holds their results from `from` on. */
  results(index: number, values: ArrayLike<unknown>, from: number, count: number): void {
    for (let item = 0; item < count; item++) this.result(index + item, values[from + item]);
  }
  /** The item at `index` failed. */
  abstract failure(index: number, error: unknown): void;
  /** All results of one answer were given; a moment to report progress. */
  answered(): void {}
}
