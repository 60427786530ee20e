/** The time limits of the items that one worker runs. */

/**
 * Runs `act` when what has arrived by now was read: after long work of the program's own, timers come
 * before the answer that lies there.
 */
function afterReading(act: () => void): void {
  setImmediate(act);
}

/** Clocks that are started when an item begins and forgotten when it is answered. */
export class ItemClocks {
  /** The one item that runs, where they run one by one; -1 for none. */
  #seq = -1;
  /** Its timer, kept from item to item: refreshing one costs a tenth of making one. */
  #timer: { readonly ms: number; readonly timer: NodeJS.Timeout } | undefined;
  /** Where items overlap. */
  readonly #several = new Map<number, NodeJS.Timeout>();

  /** Starts the clock of an item; `overlapping` says whether it may run beside others. */
  start(seq: number, ms: number, overlapping: boolean, expire: (seq: number) => void): void {
    if (overlapping) {
      const timer = setTimeout(() => {
        afterReading(() => {
          if (this.#several.get(seq) === timer) expire(seq);
        });
      }, ms);
      timer.unref();
      this.#several.set(seq, timer);
      return;
    }
    this.#seq = seq;
    if (this.#timer?.ms === ms) {
      this.#timer.timer.refresh();
      return;
    }
    clearTimeout(this.#timer?.timer);
    const timer = setTimeout(() => {
      // Refreshed at each begin: when it fires, the item that runs has run all that time.
      const fired = this.#seq;
      if (fired < 0) return;
      afterReading(() => {
        if (this.#seq === fired) expire(fired);
      });
    }, ms);
    timer.unref();
    this.#timer = { ms, timer };
  }

  /** Items were answered. */
  answered(first: number, count: number): void {
    if (this.#seq >= first && this.#seq < first + count) this.#seq = -1;
    if (this.#several.size === 0) return;
    for (let seq = first; seq < first + count; seq++) {
      clearTimeout(this.#several.get(seq));
      this.#several.delete(seq);
    }
  }

  /** Lets go of all timers. */
  release(): void {
    clearTimeout(this.#timer?.timer);
    this.#timer = undefined;
    this.#seq = -1;
    for (const timer of this.#several.values()) clearTimeout(timer);
    this.#several.clear();
  }
}
