/** What happens to a cancelled item that does not stop: its worker is ended after the grace period. */

import type { Fleet } from './fleet.ts';
import type { Slot } from './slot.ts';

/** With a grace period of none, it looks this often. */
const leastMs = 2;

/** Watches workers with cancelled items. */
export class Grace {
  readonly #fleet: Fleet;
  readonly #graceMs: number;

  constructor(fleet: Fleet, graceMs: number) {
    this.#fleet = fleet;
    this.#graceMs = graceMs;
  }

  /**
   * Stops a worker when a cancelled item still runs after the grace period. Until then it looks a few
   * times whether one has begun that was cancelled while another ran, and flags it.
   */
  watch(slot: Slot, leftMs = this.#graceMs): void {
    if (slot.grace !== undefined || slot.state !== 'ready') return;
    slot.grace = setTimeout(
      () => {
        slot.grace = undefined;
        const since = slot.runningCancelledAt();
        const restMs = since === undefined ? this.#graceMs : since + this.#graceMs - performance.now();
        // Timers fire up to a millisecond early. What runs may be wanted, and the cancelled item behind it.
        if (since !== undefined && restMs <= 1) {
          this.#fleet.kill(slot);
        } else if (slot.hasCancelled()) {
          slot.flagRunning();
          this.watch(slot, restMs);
        }
      },
      Math.max(Math.min(leftMs, this.#graceMs / 4), leastMs),
    );
  }
}
