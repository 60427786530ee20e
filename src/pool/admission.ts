/** How many calls may wait for a worker (`maxQueue`), and who waits for room among them. */

import { ApplyCall } from './apply-call.ts';
import type { Call } from './call.ts';
import type { Fleet } from './fleet.ts';
import type { Slot } from './slot.ts';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Counts the calls of a pool that no worker has begun. */
export class Admission {
  readonly #limit: number;
  readonly #fleet: Fleet;
  #unsent = 0;
  #waiters: Waiter[] = [];
  #checking = false;
  /** What else has to have room; the native lanes of the pool's kernels. */
  alsoAdmits: () => boolean = () => true;
  /** How many wait there. */
  alsoWaiting: () => number = () => 0;

  constructor(limit: number, fleet: Fleet) {
    this.#limit = limit;
    this.#fleet = fleet;
  }

  /** How many calls wait. What is at a worker but behind another call waits too. */
  get waiting(): number {
    let behind = 0;
    for (const slot of this.#fleet.slots) {
      const spare = slot.outstanding - this.#fleet.concurrency;
      if (spare > 0) behind += Math.min(spare, callsOf(slot));
    }
    return this.#unsent + behind;
  }

  /** Whether one more call may come: beyond the limit those may that a worker could begin at once. */
  admits(): boolean {
    return this.#room() > 0;
  }

  #open(): number {
    return this.alsoAdmits() ? this.#room() : 0;
  }

  /** A call was taken; it is not counted any more when an item of it is sent or it settles. */
  entered(call: Call): void {
    call.entered = true;
    this.#unsent++;
  }

  /** An item of the call was sent, or it has settled. */
  left(call: Call): void {
    if (!call.entered) return;
    call.entered = false;
    this.#unsent--;
  }

  /** Items of the call have come back, or are to run again: it waits as it did before. */
  returned(call: Call): void {
    if (call.entered || call.settled || (call.out > 0 && !(call instanceof ApplyCall))) return;
    this.entered(call);
  }

  /** Resolves when one more call may come. */
  ready(): Promise<void> {
    if (this.#open() > 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  /** Lets as many go on as there is room for. */
  check(): void {
    if (this.#waiters.length === 0 || this.#checking) return;
    const room = Math.max(0, this.#open());
    for (const { resolve } of this.#waiters.splice(0, room)) resolve();
    if (room < 1 || this.#waiters.length === 0) return;
    // Those that were let go may not come after all: then the next ones can.
    this.#checking = true;
    setImmediate(() => {
      this.#checking = false;
      this.check();
    });
  }

  /** Nobody is let in any more. */
  refuse(make: () => Error): void {
    for (const { reject } of this.#waiters.splice(0)) reject(make());
  }

  #room(): number {
    if (this.#limit === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const { concurrency, size, slots } = this.#fleet;
    let free = concurrency * size;
    for (const { outstanding } of slots) free -= Math.min(outstanding, concurrency);
    return this.#limit + free - this.waiting;
  }
}

/** The calls of their own among a worker's items; those of a map are one call together. */
function callsOf(slot: Slot): number {
  return slot.batches.reduce(
    (sum, batch) => sum + (batch.callAt(0) instanceof ApplyCall ? batch.left : 0),
    0,
  );
}
