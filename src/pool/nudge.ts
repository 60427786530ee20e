/** Has silent workers say what they have done. */

import type { Fleet } from './fleet.ts';

/** A worker that has several items and has said nothing for this long is nudged, and again after as long. */
const patienceMs = 5;

/**
 * After tiny items a worker runs some dozens more before it looks at the clock, and gathers their results.
 * When these turn out to be long, what is done would wait for all of them. A nudge makes it wait for the item
 * that runs only. (One is not enough for good: the worker may see it before it has done anything.)
 */
export class Nudge {
  readonly #fleet: Fleet;
  #timer: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Called when workers may have got items: looks after them as long as one has several. */
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

  /** Since when the one that has been silent for longest is; undefined when none has several items. */
  #silentSince(): number | undefined {
    let first: number | undefined;
    for (const { outstanding, silentSince } of this.#fleet.slots) {
      if (outstanding > 1 && (first === undefined || silentSince < first)) first = silentSince;
    }
    return first;
  }

  #nudge(): void {
    const now = performance.now();
    for (const slot of this.#fleet.slots) {
      if (slot.outstanding > 1 && now - slot.silentSince >= patienceMs) slot.nudge(now);
    }
  }
}
