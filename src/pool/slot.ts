/** One worker as the dispatcher sees it: what it was sent, what it has answered, what it may get. */

import type { Backend } from '../backend/backend.ts';
import { type Batch, ItemState } from './batch.ts';
import type { Call } from './call.ts';

/** `starting` until it is ready, `stopping` once it was told to end. */
export type SlotState = 'starting' | 'ready' | 'stopping';

/** A worker and its items. */
export class Slot {
  readonly id: number;
  readonly name: string;
  readonly backend: Backend;
  state: SlotState = 'starting';
  /** Batches without all their answers, oldest first; two at most. */
  readonly batches: Batch[] = [];
  /** When it became idle. */
  idleSince = 0;
  /** It was stopped for a cancelled item, at idleness or with the pool, so its end is no failure. */
  expected = false;
  /** Ends a start, a stop or a grace period that takes too long. */
  deadline: NodeJS.Timeout | undefined;
  /** Stops a worker whose cancelled item goes on and on. */
  grace: NodeJS.Timeout | undefined;
  /** The item whose time is limited and runs, or -1. */
  timedSeq = -1;
  readonly #defined = new Set<number>();
  #timeout: { ms: number; timer: NodeJS.Timeout } | undefined;
  #next = 0;
  /** Up to this item the worker was told by flag that they are cancelled; -1 for none. */
  #flagged = -1;

  constructor(id: number, name: string, backend: Backend) {
    this.id = id;
    this.name = name;
    this.backend = backend;
  }

  /** Whether it runs nothing and may get work. */
  get idle(): boolean {
    return this.state === 'ready' && this.batches.length === 0;
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
    if (this.batches.push(batch) === 1) this.backend.setBusy(true);
    for (let offset = 0; offset < batch.calls.length; offset++) {
      (batch.calls[offset] as Call).out += batch.calls.length === 1 ? batch.count : 1;
    }
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

  /** Notes the answer to an item. True when its call still wants it. */
  answer(batch: Batch, offset: number): boolean {
    const state = batch.stateAt(offset);
    batch.mark(offset, ItemState.answered);
    batch.callAt(offset).out--;
    this.#answered(batch, offset, 1);
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
    const timed = this.timedSeq - batch.first - offset;
    if (timed >= 0 && timed < count) this.timedSeq = -1;
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
   * what has begun, the oldest item without an answer is taken for the one that runs.
   */
  runningCancelledAt(): number | undefined {
    const seq = this.#running();
    const batch = seq === undefined ? undefined : this.find(seq);
    if (batch?.stateAt((seq as number) - batch.first) !== ItemState.cancelled) return undefined;
    return batch.cancelledAt;
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
    const seq = this.#running();
    if (seq === undefined || this.runningCancelledAt() === undefined) return;
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
    this.timedSeq = seq;
    if (this.#timeout?.ms === ms) {
      this.#timeout.timer.refresh();
      return;
    }
    clearTimeout(this.#timeout?.timer);
    const timer = setTimeout(() => {
      // Refreshed at each begin: when it fires, the item that runs has run all that time.
      if (this.timedSeq >= 0) expire(this.timedSeq);
    }, ms);
    timer.unref();
    this.#timeout = { ms, timer };
  }

  /** Lets go of all timers. */
  release(): void {
    clearTimeout(this.deadline);
    clearTimeout(this.grace);
    clearTimeout(this.#timeout?.timer);
    this.#timeout = undefined;
    this.timedSeq = -1;
  }

  #running(): number | undefined {
    const begun = this.backend.begun();
    if (begun !== undefined) return begun - 1;
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
    if (this.state === 'ready') this.backend.setBusy(false);
  }
}
