/** `pool.imap` and `pool.imapUnordered`: many items whose results are read one by one. */

import { Batch } from './batch.ts';
import { Call, type CallParts, type Parcel } from './call.ts';
import { withCaller } from './caller-stack.ts';
import type { PoolFunction } from './functions.ts';
import { ImapFlow, type ImapParts } from './imap-flow.ts';
import type { ImapIterator } from './imap-iterator.ts';
import { listParcel } from './list-parcel.ts';

/** A running imap whose items workers run. */
export class ImapCall extends Call {
  readonly #name: string;
  readonly #workers: number;
  readonly #flow: ImapFlow;

  constructor(fn: PoolFunction, parts: ImapParts & CallParts) {
    super(fn, parts);
    this.#name = parts.name;
    this.#workers = parts.workers;
    this.#flow = new ImapFlow(parts, this);
  }

  /** Its iterator. */
  read(): ImapIterator {
    return this.#flow.read();
  }

  /** Starts to pull; called once the call has its host. */
  begin(): void {
    if (!this.settled) this.#flow.begin();
  }

  /** See `FlowOwner`. */
  pace(remaining: number): number {
    return this.fn.pace.chunkSize(remaining, this.#workers);
  }

  /** See `FlowOwner`. */
  refill(): void {
    if (!this.queued) this.host?.refilled(this);
  }

  override joined(): void {
    this.#flow.hurry();
  }

  override waiting(): number {
    return this.#flow.waiting();
  }

  override take(most: number): Batch | undefined {
    const taken = this.#flow.take(most);
    return taken && new Batch([this], taken.items, taken.index);
  }

  override giveBack(batch: Batch, offset: number, count: number): void {
    const items = batch.items.slice(offset, offset + count);
    this.#flow.giveBack({ index: batch.index + offset, items });
  }

  override parcel(batch: Batch, first: number): Parcel {
    return listParcel(this, batch, first, 'item');
  }

  override pathOf(index: number): string {
    return `${this.#name}[${index}]`;
  }

  override result(index: number, value: unknown): void {
    this.#flow.succeed(index, value);
  }

  override results(index: number, values: ArrayLike<unknown>, from: number, count: number): void {
    this.#flow.succeedAll(index, values, from, count);
  }

  override failure(index: number, error: unknown): void {
    this.#flow.fail(index, withCaller(error, this.site));
  }

  override answered(): void {
    this.#flow.answered();
  }

  protected override reject(error: unknown): void {
    this.#flow.stop(error);
  }
}
