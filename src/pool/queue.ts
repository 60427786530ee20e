import { ApplyCall } from './apply-call.ts';
import { Batch } from './batch.ts';
import type { Call } from './call.ts';
import { PriorityQueue } from './priority-queue.ts';

/** The calls that have items to give: by priority, then first come first served. */
export class CallQueue {
  readonly #calls = new PriorityQueue<Call>();

  /** How many calls stand in it, those counted that have settled since. */
  get length(): number {
    return this.#calls.length;
  }

  /** Puts a call at the end, or at the front when its items came back from a worker. */
  add(call: Call, front = false): void {
    if (call.queued) return;
    call.queued = true;
    if (front) this.#calls.unshift(call);
    else this.#calls.push(call);
  }

  /** The first call that has something to give. */
  head(): Call | undefined {
    for (;;) {
      const call = this.#calls.peek();
      if (call === undefined) return undefined;
      if (!call.settled && call.available() > 0) return call;
      this.#drop();
    }
  }

  /** Takes the first call that has something to give out of it, for another queue. */
  shift(): Call | undefined {
    const call = this.head();
    if (call !== undefined) this.#drop();
    return call;
  }

  /** The next batch of at most `most` items for a pool of `workers`; undefined when nothing can be sent. */
  take(workers: number, most = Number.POSITIVE_INFINITY): Batch | undefined {
    for (;;) {
      const call = this.head();
      if (call === undefined) return undefined;
      if (call instanceof ApplyCall && !call.repeats) return this.#takeCalls(call, workers, most);
      const batch = call.give(call.alone > 0 ? 1 : most);
      if (call.alone > 0) call.alone--;
      if (batch === undefined) continue;
      // Calls of one priority take turns, chunk by chunk: one without an end would keep the others for ever.
      if (this.#calls.peek() === call) {
        this.#drop();
        this.add(call);
      }
      return batch;
    }
  }

  /** How many workers could be busy with what waits, at most `most`. */
  demand(most: number): number {
    let demand = 0;
    for (const call of this.#calls) {
      if (!call.settled) demand += call.available();
      if (demand >= most) return most;
    }
    return demand;
  }

  #takeCalls(first: ApplyCall, workers: number, most: number): Batch {
    const size = first.alone > 0 ? 1 : Math.min(most, first.fn.pace.batchSize(this.length, workers));
    if (first.alone > 0) first.alone--;
    this.#drop();
    if (size === 1) return first.take();
    const calls = [first];
    const items = [first.args];
    first.join();
    while (calls.length < size) {
      const next = this.#calls.peek();
      if (!(next instanceof ApplyCall) || !next.joins(first)) break;
      this.#drop();
      next.join();
      calls.push(next);
      items.push(next.args);
    }
    return new Batch(calls, items, 0);
  }

  #drop(): void {
    const call = this.#calls.shift();
    if (call !== undefined) call.queued = false;
  }
}
