/** `pool.map` and `pool.starmap`: many items with one promise. */

import { argumentError, expected } from '../internal/check.ts';
import type { Spread } from '../internal/protocol.ts';
import { Batch } from './batch.ts';
import { Call, type CallParts, type Parcel } from './call.ts';
import { withCaller } from './caller-stack.ts';
import type { PoolFunction } from './functions.ts';
import { AsyncInput, type Input, openInput, type Taken } from './input.ts';
import { listParcel } from './list-parcel.ts';
import { Outcomes, type Progress } from './outcomes.ts';

/** What a map is made of, beside the parts of every call. */
export interface MapParts extends CallParts {
  /** `item`: each item is the one argument; `args`: each is a list of arguments; `element`: the item and its index. */
  readonly spread: Spread;
  /** The name of the items in messages and paths. */
  readonly name: string;
  readonly items: unknown;
  /** Items per message; undefined: from measured time. */
  readonly chunkSize: number | undefined;
  readonly collect: boolean;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Why a result is no good; undefined when it is. Default: every result is good. */
  readonly refuse?: (index: number, value: unknown) => Error | undefined;
  /** How many workers the pool may have. */
  readonly workers: number;
}

/** A running map. */
export class MapCall extends Call {
  readonly #parts: MapParts;
  readonly #refuse: MapParts['refuse'];
  readonly #input: Input;
  readonly #outcomes: Outcomes;
  readonly #resolve: (results: unknown[]) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    fn: PoolFunction,
    parts: MapParts,
    resolve: (results: unknown[]) => void,
    reject: (error: unknown) => void,
  ) {
    super(fn, parts);
    this.#parts = parts;
    this.#refuse = Object.hasOwn(parts, 'refuse') ? parts.refuse : undefined;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#input = openInput(parts.name, parts.items, () => 4 * parts.workers * this.#chunkSize());
    this.#outcomes = new Outcomes(parts.onProgress, this.#input.total);
  }

  /** Starts to take items; called once the call has its host. */
  begin(): void {
    if (this.#input instanceof AsyncInput) {
      this.#input.onArrival = () => {
        this.#finishIfDone();
        if (!this.settled) this.host?.refilled(this);
      };
      this.#input.onError = (error) => this.abandon(error);
      void this.#input.fill();
    } else {
      this.#finishIfDone();
    }
  }

  override waiting(): number {
    return this.#input.waiting();
  }

  override take(most: number): Batch | undefined {
    let taken: Taken | undefined;
    try {
      taken = this.#input.take(Math.min(most, this.#chunkSize()));
      if (taken !== undefined && this.#parts.spread === 'args') this.#checkLists(taken);
    } catch (error) {
      // What the caller's iterable throws is the outcome of the map.
      this.abandon(error);
      return undefined;
    }
    if (taken === undefined) this.#finishIfDone();
    return taken && new Batch([this], taken.items, taken.index);
  }

  override giveBack(batch: Batch, offset: number, count: number): void {
    const items = batch.items.slice(offset, offset + count);
    this.#input.giveBack({ index: batch.index + offset, items });
  }

  override parcel(batch: Batch, first: number): Parcel {
    return listParcel(this, batch, first, this.#parts.spread);
  }

  override pathOf(index: number): string {
    return `${this.#parts.name}[${index}]`;
  }

  override result(index: number, value: unknown): void {
    if (this.settled) return;
    const refused = this.#refuse?.(index, value);
    if (refused !== undefined) {
      this.failure(index, refused);
      return;
    }
    this.#outcomes.succeed(index, value);
    if (this.#outcomes.done === this.#input.total) this.answered();
  }

  override results(index: number, values: ArrayLike<unknown>, from: number, count: number): void {
    if (this.#refuse !== undefined) super.results(index, values, from, count);
    else if (!this.settled) this.#outcomes.succeedAll(index, values, from, count);
  }

  override failure(index: number, error: unknown): void {
    if (this.settled) return;
    withCaller(error, this.site);
    if (!this.#parts.collect) {
      this.abandon(error);
      return;
    }
    this.#outcomes.fail(index, error);
    if (this.#outcomes.done === this.#input.total) this.answered();
  }

  override answered(): void {
    if (this.settled) return;
    try {
      this.#outcomes.report(this.#input.total);
    } catch (error) {
      this.abandon(error);
      return;
    }
    this.#finishIfDone();
  }

  protected override reject(error: unknown): void {
    this.#input.close();
    this.#reject(error);
  }

  #finishIfDone(): void {
    const { total } = this.#input;
    if (total === undefined || this.#outcomes.done !== total || !this.settle()) return;
    const error = this.#outcomes.error(total);
    if (error === undefined) this.#resolve(this.#outcomes.results);
    else this.#reject(withCaller(error, this.site));
  }

  #chunkSize(): number {
    return this.#parts.chunkSize ?? this.fn.pace.chunkSize(this.#input.waiting(), this.#parts.workers);
  }

  #checkLists({ index, items }: Taken): void {
    const wrong = items.findIndex((list) => !Array.isArray(list));
    if (wrong < 0) return;
    const name = `${this.#parts.name}[${index + wrong}]`;
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an array of arguments', items[wrong]));
  }
}
