import { ApplyCall } from './apply-call.ts';
import { Batch } from './batch.ts';
import type { Call } from './call.ts';
import { Ring } from './ring.ts';

/** The calls that have items to give, first come first served. */
export class CallQueue {
  readonly #ring = new Ring<Call>();

  /** How many calls stand in it, those counted that have settled since. */
  get length(): number {
    return this.#ring.length;
  }

  /** Puts a call at the end, or at the front when its items came back from a dead worker. */
  add(call: Call, front = false): void {
    if (call.queued) return;
    call.queued = true;
    if (front) this.#ring.unshift(call);
    else this.#ring.push(call);
  }

  /** The first call that has something to give. */
  head(): Call | undefined {
    for (;;) {
      const call = this.#ring.peek();
      if (call === undefined) return undefined;
      if (!call.settled && call.waiting() > 0) return call;
      this.#ring.shift();
      call.queued = false;
    }
  }

  /** The next batch for a pool of `workers`; undefined when nothing can be sent. */
  take(workers: number): Batch | undefined {
    for (;;) {
      const call = this.head();
      if (call === undefined) return undefined;
      if (call instanceof ApplyCall) return this.#takeCalls(call, workers);
      const batch = call.take(call.alone > 0 ? 1 : Number.POSITIVE_INFINITY);
      if (call.alone > 0) call.alone--;
      if (batch !== undefined) return batch;
    }
  }

  /** How many workers could be busy with what waits, at most `most`. */
  demand(most: number): number {
    let demand = 0;
    for (let place = 0; place < this.#ring.length && demand < most; place++) {
      const call = this.#ring.at(place) as Call;
      if (!call.settled) demand += call.waiting();
    }
    return Math.min(demand, most);
  }

  #takeCalls(first: ApplyCall, workers: number): Batch {
    const size = first.alone > 0 ? 1 : first.fn.pace.batchSize(this.#ring.length, workers);
    this.#drop();
    if (size === 1) return first.take();
    const calls = [first];
    const items = [first.args];
    first.join();
    while (calls.length < size) {
      const next = this.#ring.peek();
      if (!(next instanceof ApplyCall) || !next.joins(first)) break;
      this.#drop();
      next.join();
      calls.push(next);
      items.push(next.args);
    }
    return new Batch(calls, items, 0);
  }

  #drop(): void {
    const call = this.#ring.shift();
    if (call !== undefined) call.queued = false;
  }
}
