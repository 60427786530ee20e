/** Asynchronous items that run at the same time, each with its own context. */

import { AsyncLocalStorage } from 'node:async_hooks';

interface Running<Context> {
  readonly seq: number;
  readonly attempt: number;
  /** Made when it is first asked for. */
  context: Context | undefined;
}

/** The running items of a worker that runs several. */
export class Overlap<Context> {
  readonly #make: (seq: number, attempt: number) => Context;
  readonly #storage = new AsyncLocalStorage<Running<Context>>();
  readonly #running = new Map<number, Running<Context>>();

  /** `make` makes the context of an item. */
  constructor(make: (seq: number, attempt: number) => Context) {
    this.#make = make;
  }

  /** Begins an item: what `call` starts belongs to it. */
  run<T>(seq: number, attempt: number, call: () => T): T {
    const item: Running<Context> = { seq, attempt, context: undefined };
    this.#running.set(seq, item);
    return this.#storage.run(item, call);
  }

  /** An item has ended. What it left behind has no context any more. */
  end(seq: number): void {
    this.#running.delete(seq);
  }

  /** Whether an item runs. */
  has(seq: number): boolean {
    return this.#running.has(seq);
  }

  /** The context of the item to which the running code belongs. */
  current(): Context | undefined {
    const item = this.#storage.getStore();
    return item !== undefined && this.#running.has(item.seq) ? this.#contextOf(item) : undefined;
  }

  /** The contexts of the running items from one number on and before another. */
  between(from: number, to: number): Context[] {
    const items = [...this.#running.values()].filter(({ seq }) => seq >= from && seq < to);
    return items.map((item) => this.#contextOf(item));
  }

  #contextOf(item: Running<Context>): Context {
    item.context ??= this.#make(item.seq, item.attempt);
    return item.context;
  }
}
