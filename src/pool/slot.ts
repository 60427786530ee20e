/** One worker as the dispatcher sees it: what it was sent, what it has answered, what it may get. */

import type { Backend } from '../backend/backend.ts';
import { type Batch, ItemState } from './batch.ts';
import type { Call } from './call.ts';
import { ItemClocks } from './item-clocks.ts';

/** `starting` until it is ready, `stopping` once it was told to end. */
export type SlotState = 'starting' | 'ready' | 'stopping';

/** What a worker is, for its pool. */
export interface SlotParts {
  readonly id: number;
  readonly name: string;
  /** Items that it waits for at a time. Default: 1. */
  readonly concurrency?: number;
  /** Items until it is replaced. Default: no limit. */
  readonly quota?: number;
}

/** A worker and its items. */
export class Slot {
  readonly id: number;
  readonly name: string;
  /** Its place among the pool's workers, from 0; a successor takes it over. */
  readonly lane: number;
  readonly backend: Backend;
  state: SlotState = 'starting';
  /** Batches without all their answers, oldest first. */
  readonly batches: Batch[] = [];
  /** Items without an answer. */
  outstanding = 0;
  /** It gets no more work and ends when it has none. */
  dismissed = false;
  /** How many items it may still be sent before it is replaced. */
  quota: number;
  /** Items that it has answered. */
  tasks = 0;
  /** Bytes of memory, when it last said so. */
  memory = 0;
  /** When it became idle. */
  idleSince = 0;
  /** When it last answered, or got work when it had none. */
  progressAt = 0;
  /** Milliseconds that it had work, up to the last time it had none. */
  busyMs = 0;
  readonly startedAt = performance.now();
  /** The last that it got had to run in it. */
  servedLane = false;
  /** It was stopped for a cancelled item, at idleness or with the pool, so its end is no failure. */
  expected = false;
  /** Ends a start that takes too long. */
  startLimit: NodeJS.Timeout | undefined;
  /** Ends a stop that takes too long. */
  deadline: NodeJS.Timeout | undefined;
  /** Stops a worker whose cancelled item goes on and on. */
  grace: NodeJS.Timeout | undefined;
  readonly #defined = new Set<number>();
  readonly #concurrency: number;
  readonly #clocks = new ItemClocks();
  #next = 0;
  #busySince = 0;
  /** What `progressAt` was when it was last nudged. */
  #nudgedAt = -1;
  /** How often it was asked for items back and has not answered. */
  #recalls = 0;
  /** From where on items were taken back since it has answered all of these. */
  #recalledFrom = Number.POSITIVE_INFINITY;
  /** Up to this item the worker was told by flag that they are cancelled; -1 for none. */
  #flagged = -1;

  constructor(lane: number, backend: Backend, { id, name, concurrency = 1, quota = Infinity }: SlotParts) {
    this.id = id;
    this.name = name;
    this.lane = lane;
    this.backend = backend;
    this.quota = quota;
    this.#concurrency = concurrency;
  }

  /**
   * Whether it may get work at all. Not while it has not said that it knows of the items that were taken
   * back from it: it can keep only one range of them in mind.
   */
  get accepting(): boolean {
    return this.state === 'ready' && !this.leaving && this.#recalls === 0;
  }

  /** Whether it gets no more work, because it was dismissed or has had its number of items. */
  get leaving(): boolean {
    return this.dismissed || this.quota <= 0;
  }

  /** Whether it has been asked for items back and has not said yet that it knows. */
  get recalling(): boolean {
    return this.#recalls > 0;
  }

  /** Whether it has nothing to do. */
  get idle(): boolean {
    return this.state === 'ready' && this.outstanding === 0;
  }

  /** How many items it could begin at once. */
  get room(): number {
    return this.accepting ? Math.max(0, this.#concurrency - this.outstanding) : 0;
  }

  /** The number that the next item will get. */
  get next(): number {
    return this.#next;
  }

  /** Milliseconds that it had work until `now`. */
  busyUntil(now: number): number {
    return this.busyMs + (this.outstanding > 0 ? now - this.#busySince : 0);
  }

  /** Sends a batch. It throws what posting a value throws that cannot cross; nothing was sent then. */
  send(batch: Batch): void {
    const call = batch.callAt(0);
    const { number, source, pace } = call.fn;
    if (!this.#defined.has(number)) {
      this.backend.post({ type: 'define', fn: number, source });
      this.#defined.add(number);
    }
    // The flag counts modulo 2^32: it must not come round to items that nobody has cancelled.
    if (this.#flagged >= 0 && this.#next - this.#flagged > 2 ** 30) {
      this.#flagged = -1;
      this.backend.flagCancelled(-1);
    }
    const { message, transfer } = call.parcel(batch, this.#next);
    this.backend.post(message, transfer);
    batch.first = this.#next;
    batch.expectedMs = call.paced ? pace.estimateMs(batch.count) : Number.POSITIVE_INFINITY;
    this.#next += batch.count;
    this.quota -= batch.count;
    this.outstanding += batch.count;
    if (this.batches.push(batch) === 1) {
      this.#busySince = performance.now();
      this.progressAt = this.#busySince;
      this.backend.setBusy(true);
    }
    for (let offset = 0; offset < batch.calls.length; offset++) {
      (batch.calls[offset] as Call).out += batch.calls.length === 1 ? batch.count : 1;
    }
  }

  /** The worker need not keep a function any more. */
  forget(number: number): void {
    if (this.#defined.delete(number)) this.backend.post({ type: 'forget', fn: number });
  }

  /** The batch that an item without an answer belongs to; undefined for a number that makes no sense. */
  find(seq: number): Batch | undefined {
    for (const batch of this.batches) {
      if (seq >= batch.first && seq < batch.first + batch.count) {
        return batch.stateAt(seq - batch.first) === ItemState.answered ? undefined : batch;
      }
    }
    return undefined;
  }

  /** Notes that an item came back which it will not run. */
  spared(batch: Batch, offset: number): void {
    this.quota++;
    this.answer(batch, offset);
  }

  /** Notes the answer to an item. True when its call still wants it. */
  answer(batch: Batch, offset: number): boolean {
    const state = batch.stateAt(offset);
    batch.mark(offset, ItemState.answered);
    batch.callAt(offset).out--;
    this.#answered(batch, offset, 1);
    batch.over(offset);
    return state === ItemState.sent;
  }

  /**
   * Notes the answers to many items of one call. False, and nothing noted, when they are not all
   * wanted: then each needs `answer`.
   */
  answerAll(batch: Batch, offset: number, count: number): boolean {
    if (batch.calls.length > 1 || !batch.answerAll(offset, count)) return false;
    batch.callAt(0).out -= count;
    this.#answered(batch, offset, count);
    return true;
  }

  #answered(batch: Batch, offset: number, count: number): void {
    const first = batch.first + offset;
    this.#clocks.answered(first, count);
    this.outstanding -= count;
    batch.left -= count;
    if (batch.left === 0) {
      batch.callAt(0).fn.pace.completed(batch.count);
      const place = this.batches.indexOf(batch);
      if (place >= 0) this.batches.splice(place, 1);
      if (this.batches.length === 0) this.#rest();
    }
  }

  /** Tells the worker to drop or abort items of a batch. */
  cancel(batch: Batch, offset: number, count: number): void {
    for (let item = offset; item < offset + count; item++) {
      if (batch.stateAt(item) === ItemState.sent) batch.mark(item, ItemState.cancelled);
    }
    batch.cancelledAt = performance.now();
    this.backend.post({ type: 'cancel', seq: batch.first + offset, count });
    this.flagRunning();
  }

  /**
   * When the item that it runs was cancelled; undefined when it was not. Where nobody can see
   * what has begun, the oldest item without an answer is taken for the one that runs. Of several that are
   * waited for it is the one that was cancelled first.
   */
  runningCancelledAt(): number | undefined {
    if (this.#concurrency > 1) return this.#firstCancelledAt();
    const seq = this.#running();
    const batch = seq === undefined ? undefined : this.find(seq);
    if (batch?.stateAt((seq as number) - batch.first) !== ItemState.cancelled) return undefined;
    return batch.cancelledAt;
  }

  #firstCancelledAt(): number | undefined {
    const begun = this.backend.begun() ?? this.#next;
    let first: number | undefined;
    for (const batch of this.batches) {
      for (let item = 0; item < batch.count && batch.first + item < begun; item++) {
        if (batch.stateAt(item) !== ItemState.cancelled) continue;
        if (first === undefined || batch.cancelledAt < first) first = batch.cancelledAt;
      }
    }
    return first;
  }

  /** Whether any item is cancelled and not answered. */
  hasCancelled(): boolean {
    return this.batches.some((batch) => {
      for (let item = 0; item < batch.count; item++) {
        if (batch.stateAt(item) === ItemState.cancelled) return true;
      }
      return false;
    });
  }

  /** Lets synchronous code of a cancelled item see that it was, and of the cancelled ones right after it. */
  flagRunning(): void {
    // The flag tells of all items up to one: with several that run, none before it may still be wanted.
    const seq = this.#concurrency > 1 ? this.#oldest() : this.#running();
    const batch = seq === undefined ? undefined : this.find(seq);
    if (seq === undefined || batch?.stateAt(seq - batch.first) !== ItemState.cancelled) return;
    const last = this.#cancelledUpTo(seq);
    if (last <= this.#flagged) return;
    this.#flagged = last;
    this.backend.flagCancelled(last);
  }

  /** The last item of the row from `seq` on that holds no wanted one. */
  #cancelledUpTo(seq: number): number {
    let last = seq;
    for (const batch of this.batches) {
      for (let item = Math.max(0, seq + 1 - batch.first); item < batch.count; item++) {
        if (batch.stateAt(item) === ItemState.sent) return last;
        last = batch.first + item;
      }
    }
    return last;
  }

  /** Starts the clock of an item that has begun. */
  watch(seq: number, ms: number, expire: (seq: number) => void): void {
    this.#clocks.start(seq, ms, this.#concurrency > 1, expire);
  }

  /** Since when results may wait in it; undefined when none can, or it has been nudged since. */
  get silentSince(): number | undefined {
    return this.outstanding > 1 && this.#nudgedAt !== this.progressAt ? this.progressAt : undefined;
  }

  /** Has it say what it has done. */
  nudge(): void {
    this.#nudgedAt = this.progressAt;
    this.backend.nudge?.();
  }

  /** Notes that it has run so many items. */
  ran(count: number): void {
    this.tasks += count;
    this.progressAt = performance.now();
  }

  /**
   * Takes items back that have not begun, from number `from` on, and gives the number from which on none
   * will ever run. Undefined where that cannot be known now; then the worker says so item by item.
   */
  recall(from: number): number | undefined {
    // What was taken back before stays so: the worker knows of one range.
    let first = Math.min(from, this.#recalledFrom);
    // What was moved to the worker cannot be sent to another.
    for (const batch of this.batches) {
      if (batch.callAt(0).moved.size > 0) first = Math.max(first, batch.first + batch.count);
    }
    if (first >= this.#next) return undefined;
    const begun = this.backend.recall(first, this.#next);
    this.#recalls++;
    this.#recalledFrom = first;
    this.backend.post({ type: 'recall', seq: first, count: this.#next - first });
    return begun === undefined || begun >= this.#next ? undefined : Math.max(first, begun);
  }

  /** Notes that it knows of the items that were taken back at one time. */
  recalled(): void {
    if (this.#recalls === 0 || --this.#recalls > 0) return;
    this.#recalledFrom = Number.POSITIVE_INFINITY;
    if (this.idle) this.backend.setBusy(false);
  }

  /** Lets go of all timers. */
  release(): void {
    clearTimeout(this.startLimit);
    clearTimeout(this.deadline);
    clearTimeout(this.grace);
    this.#clocks.release();
  }

  #running(): number | undefined {
    const begun = this.backend.begun();
    return begun === undefined ? this.#oldest() : begun - 1;
  }

  /** The oldest item without an answer. */
  #oldest(): number | undefined {
    for (const batch of this.batches) {
      for (let item = 0; item < batch.count; item++) {
        if (batch.stateAt(item) !== ItemState.answered) return batch.first + item;
      }
    }
    return undefined;
  }

  #rest(): void {
    clearTimeout(this.grace);
    this.grace = undefined;
    this.idleSince = performance.now();
    this.busyMs += this.idleSince - this.#busySince;
    // Until it has said that it knows of what was taken back, others may wait for it to accept work.
    if (this.state === 'ready' && !this.recalling) this.backend.setBusy(false);
  }
}
