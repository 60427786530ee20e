/** Calls that have to run in one certain worker: those with an affinity, and each part of a broadcast. */

import type { ApplyCall } from './apply-call.ts';
import type { Fleet } from './fleet.ts';
import { CallQueue } from './queue.ts';

/** The queues of the lanes. A lane is the place of one worker and of its successors. */
export class Lanes {
  readonly #fleet: Fleet;
  readonly #queues: (CallQueue | undefined)[] = [];

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** The queue of the call's lane. Where the pool has fewer lanes than that, another one takes the call over. */
  queueOf(call: ApplyCall): CallQueue {
    const lane = (call.lane ?? 0) % this.#fleet.size;
    this.#queues[lane] ??= new CallQueue();
    return this.#queues[lane];
  }

  /** Whether a call waits for this lane. */
  waits(lane: number): boolean {
    return this.#queues[lane]?.head() !== undefined;
  }

  /** The pool has become smaller: what waits for the lanes that are no more goes to others. */
  shrink(): void {
    for (const queue of this.#queues.splice(this.#fleet.size)) {
      while (queue?.head() !== undefined) {
        const call = queue.shift() as ApplyCall;
        this.queueOf(call).add(call);
      }
    }
  }

  /** Every lane's queue that has something, with its number. */
  *waiting(): Generator<{ lane: number; queue: CallQueue }> {
    for (const [lane, queue] of this.#queues.entries()) {
      if (queue?.head() !== undefined) yield { lane, queue };
    }
  }
}

/** The lane of an affinity key, the same in every run: numbers go round, texts are hashed (FNV-1a). */
export function laneOf(key: string | number): number {
  if (typeof key === 'number' && Number.isSafeInteger(key) && key >= 0) return key;
  let hash = 0x811c9dc5;
  for (const char of String(key)) {
    hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193);
  }
  return hash >>> 0;
}
