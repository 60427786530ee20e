/** The items of a map, pulled no faster than workers take them. */

import { AsyncResource } from 'node:async_hooks';
import { argumentError, expected } from '../internal/check.ts';
import { allNumbers } from '../internal/wire.ts';

/** Items in a row, and the index of the first. */
export interface Taken {
  readonly index: number;
  readonly items: readonly unknown[];
}

/** Where a map's items come from. */
export interface Input {
  /** How many there are in all; undefined until that is known. */
  readonly total: number | undefined;
  /** How many of the items that were taken back wait to be taken again. */
  readonly returned: number;
  /** How many could be taken now; infinite when it is at least one and nobody knows. */
  waiting(): number;
  /** Takes the next items; undefined when there is none. It throws what the iterable throws. */
  take(most: number): Taken | undefined;
  /** Takes items back, which `take` gives again first. */
  giveBack(taken: Taken): void;
  /** After the iterable has thrown: the items that it gave before and that nobody has taken yet. */
  rest(): Taken | undefined;
  /** No items from this index on are wanted: the iterable is closed, and what was taken back is forgotten. */
  endAt(index: number): void;
  /** No more items are wanted: the iterable is closed. */
  close(): void;
}

/** Items that came back from a worker which died before it began them. */
abstract class Returning implements Input {
  #returned: Taken[] = [];
  #count = 0;
  #end = Number.POSITIVE_INFINITY;
  abstract readonly total: number | undefined;
  protected abstract fresh(): number;
  protected abstract pull(most: number): Taken | undefined;
  abstract rest(): Taken | undefined;
  abstract close(): void;

  get returned(): number {
    return this.#count;
  }

  waiting(): number {
    return this.#count + this.fresh();
  }

  take(most: number): Taken | undefined {
    const taken = this.#returned.pop();
    if (taken === undefined) return this.pull(most);
    this.#count -= Math.min(most, taken.items.length);
    if (taken.items.length <= most) return taken;
    this.#returned.push({ index: taken.index + most, items: taken.items.slice(most) });
    return { index: taken.index, items: taken.items.slice(0, most) };
  }

  giveBack({ index, items }: Taken): void {
    const wanted = items.slice(0, Math.max(0, this.#end - index));
    if (wanted.length === 0) return;
    this.#returned.push({ index, items: wanted });
    this.#count += wanted.length;
  }

  endAt(index: number): void {
    this.close();
    this.#end = index;
    const returned = this.#returned;
    this.#returned = [];
    this.#count = 0;
    for (const taken of returned) this.giveBack(taken);
  }
}

/** Shorter lists of numbers are copied as they are. */
const NUMBERS_FROM = 1024;

/** A list that is complete: later changes of the caller's array do not matter. */
export class ListInput extends Returning {
  readonly total: number;
  #items: readonly unknown[];
  readonly #isNumbers: boolean;
  #next = 0;

  constructor(items: readonly unknown[]) {
    super();
    // Numbers go to workers in this form; made once for all, it saves two copies of every chunk. It is read
    // as a list is.
    const numbers = items.length >= NUMBERS_FROM ? allNumbers(items) : undefined;
    this.#items = numbers === undefined ? items.slice() : (numbers as unknown as readonly unknown[]);
    this.#isNumbers = numbers !== undefined;
    this.total = items.length;
  }

  protected override fresh(): number {
    return this.#items.length - this.#next;
  }

  protected override pull(most: number): Taken | undefined {
    const index = this.#next;
    if (index >= this.#items.length) return undefined;
    const end = Math.min(index + most, this.#items.length);
    const items = this.#isNumbers
      ? ((this.#items as unknown as Float64Array).subarray(index, end) as unknown as readonly unknown[])
      : this.#items.slice(index, end);
    this.#next = end;
    return { index, items };
  }

  override rest(): undefined {
    return undefined;
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
  /** What AsyncLocalStorage holds where the map was called holds in the caller's iterable too. */
  readonly #caller = new AsyncResource('allcores.input');
  readonly #step = () => this.#iterator.next();
  #next = 0;
  /** What it gave in the pull during which it threw. */
  #rest: Taken | undefined;
  #pulling = false;

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
    this.#pulling = true;
    while (items.length < most && this.total === undefined) {
      try {
        const step = this.#caller.runInAsyncScope(this.#step);
        // Closed by the iterable's own code.
        if (this.total !== undefined) this.#return();
        else if (step.done) this.total = this.#next;
        else {
          items.push(step.value);
          this.#next++;
        }
      } catch (error) {
        this.#pulling = false;
        this.total = this.#next;
        this.#rest = items.length === 0 ? undefined : { index, items };
        throw error;
      }
    }
    this.#pulling = false;
    return items.length === 0 ? undefined : { index, items };
  }

  override rest(): Taken | undefined {
    return this.#rest;
  }

  override close(): void {
    if (this.total !== undefined) return;
    this.total = this.#next;
    // A generator that is running cannot be closed; it is as soon as it has given its item.
    if (!this.#pulling) this.#return();
  }

  #return(): void {
    try {
      this.#caller.runInAsyncScope(() => this.#iterator.return?.());
    } catch {
      // The map has its outcome already; what a failing clean-up says cannot change it.
    }
  }
}

/** An asynchronous iterable, asked ahead of the workers by at most `ahead()` items. */
export class AsyncInput extends Returning {
  total: number | undefined;
  readonly #iterator: AsyncIterator<unknown>;
  readonly #caller = new AsyncResource('allcores.input');
  readonly #step = () => this.#iterator.next();
  readonly #refill = () => void this.fill();
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
    // Later: who takes them counts them first.
    queueMicrotask(this.#refill);
    return items.length === 0 ? undefined : { index, items };
  }

  /** Asks for items, one after the other, until enough of them wait. */
  async fill(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    while (this.total === undefined && this.#buffer.length < this.#ahead()) {
      try {
        const step = await this.#caller.runInAsyncScope(this.#step);
        if (this.#closed) break;
        if (step.done) this.total = this.#next + this.#buffer.length;
        else this.#buffer.push(step.value);
      } catch (error) {
        if (this.#closed) break;
        this.#closed = true;
        this.total = this.#next + this.#buffer.length;
        this.onError(error);
        break;
      }
      this.onArrival();
    }
    this.#pulling = false;
  }

  override rest(): Taken | undefined {
    const items = this.#buffer;
    this.#buffer = [];
    return items.length === 0 ? undefined : { index: this.#next, items };
  }

  override close(): void {
    this.#buffer = [];
    if (this.#closed || this.total !== undefined) return;
    this.#closed = true;
    this.total = this.#next;
    // Not awaited: a generator that is in the middle of `next` answers when that has ended.
    new Promise((resolve) => {
      resolve(this.#caller.runInAsyncScope(() => this.#iterator.return?.()));
    }).catch(() => {});
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
