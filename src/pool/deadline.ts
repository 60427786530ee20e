/** The `timeout` of a wait: how long it may take from now on, as opposed to how long a task may run. */

import { TimeoutError } from '../errors.ts';
import { integer } from '../internal/check.ts';

/** Timers hold no more. */
const maxMs = 2 ** 31 - 1;

/** A moment after which nobody waits any more. */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #at: number;

  /** @param timeout Milliseconds from now on, an integer from 0, which is checked; undefined for no limit. */
  constructor(timeout: unknown) {
    this.#timeoutMs =
      timeout === undefined ? Number.POSITIVE_INFINITY : integer('timeout', timeout, 0, maxMs);
    this.#at = performance.now() + this.#timeoutMs;
  }

  /** Whether there is any limit. */
  get limited(): boolean {
    return this.#timeoutMs !== Number.POSITIVE_INFINITY;
  }

  /** Whether the time is over. */
  get over(): boolean {
    return performance.now() >= this.#at;
  }

  /**
   * Calls `act` when the time is over, in a later turn of the event loop even when it is over already.
   * The timer keeps the program alive: somebody waits. What it gives calls the timer off.
   */
  start(act: () => void): () => void {
    if (!this.limited) return () => {};
    const timer = setTimeout(act, Math.max(0, Math.ceil(this.#at - performance.now())));
    return () => clearTimeout(timer);
  }

  /** What a wait rejects with. */
  error(what: string): TimeoutError {
    return new TimeoutError(`${what} within the timeout of ${this.#timeoutMs} ms`);
  }
}
