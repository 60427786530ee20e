/** Takes work back from a worker that is held up, while another has nothing to do. */

import { ItemState } from './batch.ts';
import { type GiveBack, returnItems } from './death.ts';
import type { Fleet } from './fleet.ts';
import type { Slot } from './slot.ts';

/** A worker that has not answered for this long is held up: chunks are meant to take about as long, and results come every 2 ms. */
const patienceMs = 5;

/**
 * Chunk sizes follow the past: after thousands of tiny items one worker may get many of which each
 * turns out to be long, and the others find an empty queue. Then what it has not begun is taken back.
 */
export class Balance {
  readonly #fleet: Fleet;
  readonly #giveBack: GiveBack;
  #timer: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet, giveBack: GiveBack) {
    this.#fleet = fleet;
    this.#giveBack = giveBack;
  }

  /** Called when nothing waits for a worker: looks again in a moment whether work is spread unevenly. */
  watch(): void {
    if (this.#timer !== undefined || !this.#uneven()) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // What was idle a moment ago may have got something by now.
      if (this.#open()) this.#relieveAll(performance.now());
      this.watch();
    }, patienceMs);
    this.#timer.unref();
  }

  /** Takes back what a worker has not begun, from number `from` on. */
  takeBack(slot: Slot, from = slot.backend.begun() ?? firstOpen(slot)): void {
    const free = slot.recall(from);
    if (free === undefined) return;
    for (const batch of [...slot.batches].reverse()) {
      returnItems(slot, batch, (offset) => batch.first + offset >= free, this.#giveBack);
    }
  }

  /** Lets go of the timer. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #uneven(): boolean {
    return this.#open() && this.#fleet.slots.some((slot) => hasSpare(slot, this.#fleet.concurrency));
  }

  /** Whether somebody could take more. */
  #open(): boolean {
    const { slots, size } = this.#fleet;
    return slots.length < size || slots.some(({ room }) => room > 0);
  }

  #relieveAll(now: number): void {
    for (const slot of this.#fleet.slots) {
      if (hasSpare(slot, this.#fleet.concurrency) && now - slot.progressAt >= patienceMs)
        this.#relieve(slot, now);
    }
  }

  #relieve(slot: Slot, now: number): void {
    const oldest = slot.batches[0];
    // The next chunk of this function is to be smaller: an item of it has taken this long at least.
    if (oldest?.callAt(0).paced === true) oldest.callAt(0).fn.pace.add(now - slot.progressAt, 1);
    this.takeBack(slot);
  }
}

/** Whether a worker has more than it runs, and has not been asked for it. */
function hasSpare(slot: Slot, concurrency: number): boolean {
  return slot.state === 'ready' && !slot.recalling && slot.outstanding > concurrency;
}

/** Where nobody can see what has begun: the item after the oldest without an answer. */
function firstOpen(slot: Slot): number {
  for (const batch of slot.batches) {
    for (let offset = 0; offset < batch.count; offset++) {
      if (batch.stateAt(offset) !== ItemState.answered) return batch.first + offset + 1;
    }
  }
  return slot.next;
}
