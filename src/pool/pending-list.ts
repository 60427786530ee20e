import type { PendingCall } from './call.ts';

/** Something that can be in one list, whose links it holds. */
export interface Linked<T> {
  before: T | undefined;
  after: T | undefined;
}

/**
 * The calls whose promises have not settled, oldest first. The links are in the calls
 * themselves: a Set of 50,000 calls spends more time on hashing than the calls take.
 */
export class PendingList<T extends Linked<T> = PendingCall> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  /** How many calls are pending. */
  get size(): number {
    return this.#size;
  }

  /** Adds a call that is in no list. */
  add(call: T): void {
    call.before = this.#last;
    if (this.#last === undefined) this.#first = call;
    else this.#last.after = call;
    this.#last = call;
    this.#size++;
  }

  /** Takes out a call that is in this list. */
  delete(call: T): void {
    const { before, after } = call;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    call.before = undefined;
    call.after = undefined;
    this.#size--;
  }

  /** The calls at this moment. */
  all(): T[] {
    const calls: T[] = [];
    for (let call = this.#first; call !== undefined; call = call.after) calls.push(call);
    return calls;
  }
}
