/** Items that travel to a worker in one message, and what has become of each. */

import type { Call } from './call.ts';

/** What has become of an item that was sent. */
export const ItemState = {
  /** No answer yet. */
  sent: 0,
  /** Its call does not want it any more; the worker has not answered yet. */
  cancelled: 1,
  /** The worker has answered, or never will. */
  answered: 2,
} as const;

/** Items in a row of one map, or several calls of one function with one item each. */
export class Batch {
  readonly calls: readonly Call[];
  readonly items: readonly unknown[];
  /** The index of the first item in its call. */
  readonly index: number;
  /** Which attempt this is for its items, from 1. */
  readonly attempt: number;
  /** The number of the first item on its worker. */
  first = 0;
  /** Items without an answer. */
  left: number;
  /** The expected time, when it was sent. */
  expectedMs = Number.POSITIVE_INFINITY;
  /** When items of it were last cancelled. */
  cancelledAt = 0;
  readonly #states: Uint8Array | undefined;
  #state = 0;
  #afterwards: Map<number, () => void> | undefined;

  constructor(calls: readonly Call[], items: readonly unknown[], index: number, attempt = 1) {
    this.calls = calls;
    this.items = items;
    this.index = index;
    this.attempt = attempt;
    this.left = items.length;
    if (items.length > 1) this.#states = new Uint8Array(items.length);
  }

  /** How many items it has. */
  get count(): number {
    return this.items.length;
  }

  /** Has something done when the item at `offset` is answered, though nobody wants its result. */
  whenAnswered(offset: number, act: () => void): void {
    this.#afterwards ??= new Map();
    this.#afterwards.set(offset, act);
  }

  /** The worker is done with the item at `offset`. */
  over(offset: number): void {
    const act = this.#afterwards?.get(offset);
    if (act === undefined) return;
    this.#afterwards?.delete(offset);
    act();
  }

  /** The call that the item at `offset` belongs to. */
  callAt(offset: number): Call {
    return (this.calls.length === 1 ? this.calls[0] : this.calls[offset]) as Call;
  }

  /** The index of the item at `offset` in its call. */
  indexAt(offset: number): number {
    return this.calls.length === 1 ? this.index + offset : this.index;
  }

  /** The state of the item at `offset`. */
  stateAt(offset: number): number {
    return this.#states === undefined ? this.#state : (this.#states[offset] as number);
  }

  /**
   * Marks items as answered, if every one of them was still wanted. False, and nothing marked,
   * when they have to be looked at one by one.
   */
  answerAll(offset: number, count: number): boolean {
    const states = this.#states;
    if (states === undefined) return false;
    const end = offset + count;
    for (let item = offset; item < end; item++) if (states[item] !== ItemState.sent) return false;
    states.fill(ItemState.answered, offset, end);
    return true;
  }

  /** Sets the state of the item at `offset`. */
  mark(offset: number, state: number): void {
    if (this.#states === undefined) this.#state = state;
    else this.#states[offset] = state;
  }
}
