import type { Fleet } from './fleet.ts';

/** A worker with tiny items looks at its clock after some dozens of them; one that is silent for so long is told to look now. */
const silenceMs = 5;

/**
 * Reminds workers of what waits in them. After tiny items a worker gathers the results of several before it
 * looks at the clock again; when these turn out to be long, what is done would wait for all of them.
 */
export class Nudge {
  readonly #fleet: Fleet;
  #timer: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Called after items were sent: looks again in a moment, as long as a worker has several. */
  watch(): void {
    if (this.#timer !== undefined || !this.#fleet.slots.some(({ outstanding }) => outstanding > 1)) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const silentSince = performance.now() - silenceMs;
      for (const slot of this.#fleet.slots) {
        if (slot.outstanding > 1 && slot.progressAt <= silentSince) slot.nudge();
      }
      this.watch();
    }, silenceMs);
    this.#timer.unref();
  }

  /** Lets go of the timer. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
