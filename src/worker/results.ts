/** Results on their way back to the pool. */

import { performance } from 'node:perf_hooks';
import type { SerializationError } from '../errors.ts';
import { type CompactDone, compactDone, type FromWorker } from '../internal/protocol.ts';
import type { RingWriter } from '../internal/result-ring.ts';
import { explainPost, packError, packList, type WiredError } from '../internal/wire.ts';
import { Gathered } from './gathered.ts';
import { machinery } from './machinery.ts';

/** The part of a channel that results need. */
export interface Outlet {
  post(message: FromWorker | CompactDone, transfer?: readonly ArrayBuffer[]): void;
}

/** Gathers the results of consecutive items and posts them together. */
export class Results {
  /**
   * Something was posted that has to arrive before the result of an item that runs now. Only a message
   * keeps its place behind it: the pool may read the ring before the messages that were posted earlier.
   */
  told = false;
  readonly #outlet: Outlet;
  readonly #ring: RingWriter | undefined;
  readonly #gathered = new Gathered();
  /** One of the values must not overtake a message. */
  #inTurn = false;
  #since = performance.now();

  /** With a ring, single small results go through it. */
  constructor(outlet: Outlet, ring?: RingWriter) {
    this.#outlet = outlet;
    this.#ring = ring;
  }

  /** When the clock of the items that are kept was started. */
  get since(): number {
    return this.#since;
  }

  /** Starts the clock of the items that run next. */
  restart(): void {
    this.#since = performance.now();
  }

  /** Keeps the result of an item. A gap in the numbers posts those before it. */
  add(seq: number, value: unknown): void {
    this.from(seq).push(value);
    this.added();
  }

  /** Where the results of items from `seq` on are to be put, as far as they follow without a gap; then `added` is called. */
  from(seq: number): Gathered {
    const gathered = this.#gathered;
    if (gathered.length > 0 && seq !== gathered.first + gathered.length) this.flush();
    if (gathered.length === 0) gathered.first = seq;
    return gathered;
  }

  /** Called after results were put there. */
  added(): void {
    if (this.told) this.#inTurn = true;
  }

  /** Posts what is kept. A result that cannot cross is its own item's failure and no other's. */
  flush(): void {
    if (this.#gathered.length > 0) this.#flush(this.#lap());
  }

  /** Posts the result of an item that overlapped with others, which has a time of its own. */
  post(seq: number, value: unknown, elapsed: number): void {
    this.flush();
    this.add(seq, value);
    this.#flush(elapsed);
  }

  /** Posts an item's failure, after the results before it. */
  fail(seq: number, thrown: unknown, exports: object | undefined, elapsed?: number): void {
    this.flush();
    const ms = elapsed ?? this.#lap();
    this.#failure(thrown, exports, (error) => ({ type: 'fail', seq, error, elapsed: ms }));
  }

  /** Posts that the setup failed. */
  broken(thrown: unknown, exports: object | undefined): void {
    this.#failure(thrown, exports, (error) => ({ type: 'broken', error }));
  }

  #failure(thrown: unknown, exports: object | undefined, message: (error: WiredError) => FromWorker): void {
    const scope = { exports, machinery: machinery() };
    for (const less of [{}, { reach: 'process' }, { bare: true }] as const) {
      try {
        this.#outlet.post(message(packError(thrown, { ...scope, ...less })));
        return;
      } catch {
        // It holds what only a thread can take, or what nobody can and does not show.
      }
    }
  }

  #flush(elapsed: number): void {
    const { first } = this.#gathered;
    const values = this.#gathered.take();
    const inTurn = this.#inTurn;
    this.#inTurn = false;
    if (values.length === 1 && !inTurn && this.#ring?.push(first, values[0], elapsed) === true) return;
    try {
      this.#done(first, values, elapsed);
    } catch {
      this.#oneByOne(first, values, elapsed / values.length);
    }
  }

  #done(first: number, values: readonly unknown[] | Float64Array, elapsed: number): void {
    const { wired, transfer } = packList(values);
    const message = compactDone({ type: 'done', first, count: values.length, results: wired, elapsed });
    if (transfer.length === 0) this.#outlet.post(message);
    else this.#outlet.post(message, transfer);
  }

  #oneByOne(first: number, values: readonly unknown[] | Float64Array, elapsed: number): void {
    for (const [index, value] of values.entries()) {
      try {
        this.#done(first + index, [value], elapsed);
      } catch (cause) {
        this.#refuse(first + index, explainPost(value, 'result', cause), elapsed);
      }
    }
  }

  #refuse(seq: number, reason: SerializationError, elapsed: number): void {
    this.#outlet.post({ type: 'fail', seq, error: packError(reason), elapsed });
  }

  #lap(): number {
    const now = performance.now();
    const elapsed = now - this.#since;
    this.#since = now;
    return elapsed;
  }
}
