/** How often the clock is looked at between items. */

/** The clock costs as much as the smallest items: while their mean is below this it is read less often. */
const TINY_MS = 0.01;
/**
 * So many items at most go by without a look at the clock. Should they be long, the pool does not wait for all of
 * them: it changes the cell of urgent messages, which is looked at after each (`pool/nudge.ts`).
 */
const MAX_ITEMS = 32;

/** Counts items down to the next look. */
export class Stride {
  /** Items left until the clock is to be read. */
  left = 1;
  #items = 1;
  #readAt: number;

  constructor(now: number) {
    this.#readAt = now;
  }

  /** The clock was read. */
  read(now: number): void {
    const tiny = now - this.#readAt < TINY_MS * this.#items;
    this.#items = tiny ? Math.min(this.#items * 2, MAX_ITEMS) : 1;
    this.#readAt = now;
    this.left = this.#items;
  }
}
