/** `pool.apply`: one item with a promise of its own. */

import type { Movable } from '../backend/backend.ts';
import { isDetachedBuffer } from '../internal/array.ts';
import { packList } from '../internal/wire.ts';
import { Batch } from './batch.ts';
import { Call, type CallParts, type Parcel } from './call.ts';
import { withCaller } from './caller-stack.ts';
import type { PoolFunction } from './functions.ts';

/** One call of its own. Several of one function travel together when they wait together. */
export class ApplyCall extends Call {
  readonly args: readonly unknown[];
  readonly #transfer: readonly Movable[];
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  /** The lane that it has to run in; undefined for any. */
  lane: number | undefined;
  #sent = false;

  constructor(
    fn: PoolFunction,
    args: readonly unknown[],
    transfer: readonly Movable[],
    parts: CallParts,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    site = parts.site,
  ) {
    super(fn, parts, site);
    this.args = args;
    this.#transfer = transfer;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override get moved(): ReadonlySet<unknown> {
    return this.#transfer.length === 0 ? super.moved : new Set(this.#transfer);
  }

  override waiting(): number {
    return this.#sent ? 0 : 1;
  }

  /** Whether it can travel in one message with `other`, which stands before it. */
  joins(other: ApplyCall): boolean {
    return (
      this.fn === other.fn &&
      this.timeoutMs === other.timeoutMs &&
      this.#transfer.length === 0 &&
      other.#transfer.length === 0 &&
      this.alone === 0 &&
      !this.repeats &&
      !this.settled
    );
  }

  /** Marks it as sent, for a batch of several. */
  join(): void {
    this.#sent = true;
  }

  override take(): Batch {
    this.#sent = true;
    return new Batch([this], [this.args], 0);
  }

  override giveBack(): void {
    this.#sent = false;
  }

  override parcel(batch: Batch, first: number): Parcel {
    // Node posts a buffer that is gone already, and the worker dies of it.
    const gone = this.#transfer.findIndex(isDetachedBuffer);
    if (gone >= 0)
      throw new TypeError(`transfer[${gone}] is a buffer whose memory was transferred away before`);
    // Lists of one argument travel as a plain list of arguments, which is several times cheaper.
    const single = batch.items.every(isSingle);
    const items = single ? batch.items.map((list) => (list as readonly unknown[])[0]) : batch.items;
    const packed = packList(items, this.moved);
    return {
      message: {
        type: 'run',
        fn: this.fn.number,
        first,
        spread: single ? 'item' : 'args',
        items: packed.wired,
        count: batch.count,
        announce: this.timeoutMs > 0,
        gather: false,
        attempt: batch.attempt,
      },
      transfer: this.#transfer.length === 0 ? packed.transfer : [...packed.transfer, ...this.#transfer],
    };
  }

  override pathOf(): string {
    return 'args';
  }

  override result(_index: number, value: unknown): void {
    if (this.settle()) this.#resolve(value);
  }

  override failure(_index: number, error: unknown): void {
    if (this.settle()) this.#reject(withCaller(error, this.site));
  }

  protected override reject(error: unknown): void {
    this.#reject(error);
  }
}

function isSingle(list: unknown): boolean {
  return (list as readonly unknown[]).length === 1;
}
