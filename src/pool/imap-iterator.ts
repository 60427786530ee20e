import type { Outbox } from './outbox.ts';

/** Outboxes whose iterator nobody has any more: their imaps would wait for a reader for ever. */
const dropped = new FinalizationRegistry<Outbox>((outbox) => outbox.leave());

/** What `pool.imap` gives: an async iterator over an outbox. The imap itself does not know it, so that it can be collected. */
export class ImapIterator implements AsyncIterableIterator<unknown, undefined>, AsyncDisposable {
  readonly #outbox: Outbox;

  /** @param waits Whether the imap would wait for its reader for ever; one without a bound ends by itself. */
  constructor(outbox: Outbox, waits: boolean) {
    this.#outbox = outbox;
    if (waits) dropped.register(this, outbox, outbox);
  }

  /** The next result. Several may be asked for at a time; they are answered in the order of asking. */
  next(): Promise<IteratorResult<unknown, undefined>> {
    return this.#outbox.next(this);
  }

  /** Ends the imap: its input is closed, what runs is cancelled, what waits never runs. */
  async return(value?: PromiseLike<undefined> | undefined): Promise<IteratorResult<unknown, undefined>> {
    this.#leave();
    return { value: await value, done: true };
  }

  /** Ends the imap as `return` does and rejects with `error`. */
  async throw(error?: unknown): Promise<IteratorResult<unknown, undefined>> {
    this.#leave();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave();
  }

  #leave(): void {
    dropped.unregister(this.#outbox);
    this.#outbox.leave();
  }
}
