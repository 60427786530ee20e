/** Has silent workers say what they have done. */

import type { Fleet } from './fleet.ts';

/** A worker that has several items and has said nothing for this long is nudged. */
const patienceMs = 5;

/**
 * After tiny items a worker runs some dozens more before it looks at the clock, and gathers their results.
 * When these turn out to be long, what is done would wait for all of them. A nudge makes it wait for the item
 * that runs only. One for each silence is enough: what the worker has when it sees the nudge it posts, and that
 * ends the silence; when it has nothing, it has just posted everything.
 */
export class Nudge {
  readonly #fleet: Fleet;
  #timer: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Called when workers have got items or said something: looks after those from which more is to come. */
  watch(): void {
    if (this.#timer !== undefined) return;
    const since = this.#silentSince();
    if (since === undefined) return;
    const waitMs = Math.ceil(since + patienceMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#nudge();
      this.watch();
    }, waitMs);
    this.#timer.unref();
  }

  /** Lets go of the timer. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Since when the one is silent that is to be nudged first. */
  #silentSince(): number | undefined {
    let first: number | undefined;
    for (const { silentSince } of this.#fleet.slots) {
      if (silentSince !== undefined && (first === undefined || silentSince < first)) first = silentSince;
    }
    return first;
  }

  #nudge(): void {
    const now = performance.now();
    for (const slot of this.#fleet.slots) {
      if (slot.silentSince !== undefined && now - slot.silentSince >= patienceMs) slot.nudge();
    }
  }
}
