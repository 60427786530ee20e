/** The items of a map, pulled no faster than workers take them. */

import { argumentError, expected } from '../internal/check.ts';

/** Items in a row, and the index of the first. */
export interface Taken {
  readonly index: number;
  readonly items: readonly unknown[];
}

/** Where a map's items come from. */
export interface Input {
  /** How many there are in all; undefined until that is known. */
  readonly total: number | undefined;
  /** How many could be taken now; infinite when it is at least one and nobody knows. */
  waiting(): number;
  /** Takes the next items; undefined when there is none. It throws what the iterable throws. */
  take(most: number): Taken | undefined;
  /** Takes items back, which `take` gives again first. */
  giveBack(taken: Taken): void;
  /** No more items are wanted: the iterable is closed. */
  close(): void;
}

/** Items that came back from a worker which died before it began them. */
abstract class Returning implements Input {
  readonly #returned: Taken[] = [];
  abstract readonly total: number | undefined;
  protected abstract fresh(): number;
  protected abstract pull(most: number): Taken | undefined;
  abstract close(): void;

  waiting(): number {
    let returned = 0;
    for (const { items } of this.#returned) returned += items.length;
    return returned + this.fresh();
  }

  take(most: number): Taken | undefined {
    const taken = this.#returned.pop();
    if (taken === undefined) return this.pull(most);
    if (taken.items.length <= most) return taken;
    this.#returned.push({ index: taken.index + most, items: taken.items.slice(most) });
    return { index: taken.index, items: taken.items.slice(0, most) };
  }

  giveBack(taken: Taken): void {
    this.#returned.push(taken);
  }
}

/** A list that is complete: later changes of the caller's array do not matter. */
export class ListInput extends Returning {
  readonly total: number;
  #items: readonly unknown[];
  #next = 0;

  constructor(items: readonly unknown[]) {
    super();
    this.#items = items.slice();
    this.total = items.length;
  }

  protected override fresh(): number {
    return this.#items.length - this.#next;
  }

  protected override pull(most: number): Taken | undefined {
    const index = this.#next;
    if (index >= this.#items.length) return undefined;
    const items = this.#items.slice(index, index + most);
    this.#next = index + items.length;
    return { index, items };
  }

  override close(): void {
    this.#items = [];
    this.#next = 0;
  }
}

/** A synchronous iterable, asked for an item when a worker has room for it. */
export class IterableInput extends Returning {
  total: number | undefined;
  readonly #iterator: Iterator<unknown>;
  #next = 0;

  constructor(iterator: Iterator<unknown>) {
    super();
    this.#iterator = iterator;
  }

  protected override fresh(): number {
    return this.total === undefined ? Number.POSITIVE_INFINITY : 0;
  }

  protected override pull(most: number): Taken | undefined {
    const index = this.#next;
    const items: unknown[] = [];
    while (items.length < most && this.total === undefined) {
      let step: IteratorResult<unknown>;
      try {
        step = this.#iterator.next();
      } catch (error) {
        this.total = this.#next;
        throw error;
      }
      if (step.done) this.total = this.#next;
      else {
        items.push(step.value);
        this.#next++;
      }
    }
    return items.length === 0 ? undefined : { index, items };
  }

  override close(): void {
    if (this.total !== undefined) return;
    this.total = this.#next;
    try {
      this.#iterator.return?.();
    } catch {
      // The map has its outcome already; what a failing clean-up says cannot change it.
    }
  }
}

/** An asynchronous iterable, asked ahead of the workers by at most `ahead()` items. */
export class AsyncInput extends Returning {
  total: number | undefined;
  readonly #iterator: AsyncIterator<unknown>;
  readonly #ahead: () => number;
  #buffer: unknown[] = [];
  #next = 0;
  #pulling = false;
  #closed = false;
  /** Items have arrived, or the end has. */
  onArrival: () => void = () => {};
  /** The iterable has failed. */
  onError: (error: unknown) => void = () => {};

  constructor(iterator: AsyncIterator<unknown>, ahead: () => number) {
    super();
    this.#iterator = iterator;
    this.#ahead = ahead;
  }

  protected override fresh(): number {
    return this.#buffer.length;
  }

  protected override pull(most: number): Taken | undefined {
    const items = this.#buffer.splice(0, most);
    const index = this.#next;
    this.#next += items.length;
    void this.fill();
    return items.length === 0 ? undefined : { index, items };
  }

  /** Asks for items, one after the other, until enough of them wait. */
  async fill(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    while (this.total === undefined && this.#buffer.length < this.#ahead()) {
      try {
        const step = await this.#iterator.next();
        if (this.#closed) break;
        if (step.done) this.total = this.#next + this.#buffer.length;
        else this.#buffer.push(step.value);
      } catch (error) {
        if (this.#closed) break;
        this.#closed = true;
        this.total = this.#next;
        this.onError(error);
        break;
      }
      this.onArrival();
    }
    this.#pulling = false;
  }

  override close(): void {
    this.#buffer = [];
    if (this.#closed || this.total !== undefined) return;
    this.#closed = true;
    this.total = this.#next;
    // Not awaited: a generator that is in the middle of `next` answers when that has ended.
    Promise.resolve()
      .then(() => this.#iterator.return?.())
      .catch(() => {});
  }
}

/** The input of a map over whatever the caller gave. */
export function openInput(name: string, items: unknown, ahead: () => number): Input {
  if (Array.isArray(items)) return new ListInput(items);
  if (items !== null && items !== undefined) {
    const source = items as Partial<Iterable<unknown>> & Partial<AsyncIterable<unknown>>;
    const iterator = source[Symbol.iterator]?.();
    if (iterator !== undefined) return new IterableInput(iterator);
    const later = source[Symbol.asyncIterator]?.();
    if (later !== undefined) return new AsyncInput(later, ahead);
  }
  throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an iterable or an async iterable', items));
}
