/** How a worker without work waits for the next message. */

import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { WorkerCell } from '../internal/protocol.ts';

/** So long it stays awake, when the last message came as soon. */
const SPIN_MS = 0.05;
/** On a single core it would keep the pool from sending one. */
const hasCores = availableParallelism() > 1;

/**
 * Whoever waits for each result before the next call sends that call some µs later, and to wake a sleeping
 * thread takes as long as all the rest of it. So, when messages come in such a rhythm, a worker stays awake
 * for a moment; otherwise it sleeps at once.
 */
export class Linger {
  readonly #cells: Int32Array;
  /** When it last had nothing to do, and whether the next message came soon after. */
  #restedAt = 0;
  #eager = false;

  constructor(cells: Int32Array) {
    this.#cells = cells;
  }

  /** A turn of the event loop has brought a message. */
  woke(now: number): void {
    this.#eager = now - this.#restedAt < 2 * SPIN_MS;
  }

  /** Takes messages as they come, while it `mayWait` and before `end`. */
  wait(mayWait: () => boolean, take: (now: number) => void, end: number): void {
    while (this.#eager && hasCores && mayWait() && performance.now() < end) {
      const seen = Atomics.load(this.#cells, WorkerCell.posted);
      take(performance.now());
      if (!mayWait()) break;
      if (!this.#comes(seen)) this.#eager = false;
    }
    this.#restedAt = performance.now();
  }

  /** Waits a moment for a message after those that `seen` counts. */
  #comes(seen: number): boolean {
    const until = performance.now() + SPIN_MS;
    do {
      for (let look = 0; look < 64; look++) {
        if (Atomics.load(this.#cells, WorkerCell.posted) !== seen) return true;
      }
    } while (performance.now() < until);
    return false;
  }
}
