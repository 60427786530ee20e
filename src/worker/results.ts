/** Results on their way back to the pool. */

import { performance } from 'node:perf_hooks';
import { SerializationError } from '../errors.ts';
import { type CompactDone, compactDone, type FromWorker } from '../internal/protocol.ts';
import type { RingWriter } from '../internal/result-ring.ts';
import { explain, packError, packList } from '../internal/wire.ts';
import { machinery } from './machinery.ts';

/** The part of a channel that results need. */
export interface Outlet {
  post(message: FromWorker | CompactDone, transfer?: readonly ArrayBuffer[]): void;
}

/** Gathers the results of consecutive items and posts them together. */
export class Results {
  readonly #outlet: Outlet;
  readonly #ring: RingWriter | undefined;
  #values: unknown[] = [];
  #first = 0;
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

  /** Keeps the result of an item; items come in their order, and a gap between them needs a flush before. */
  add(seq: number, value: unknown): void {
    if (this.#values.length === 0) this.#first = seq;
    this.#values.push(value);
  }

  /** Posts what is kept. A result that cannot cross is its own item's failure and no other's. */
  flush(): void {
    const values = this.#values;
    if (values.length === 0) return;
    this.#values = [];
    const elapsed = this.#lap();
    if (values.length === 1 && this.#ring?.push(this.#first, values[0], elapsed) === true) return;
    try {
      this.#done(this.#first, values, elapsed);
    } catch {
      this.#oneByOne(this.#first, values, elapsed / values.length);
    }
  }

  /** Posts an item's failure, after the results before it. */
  fail(seq: number, thrown: unknown, exports: object | undefined): void {
    this.flush();
    const elapsed = this.#lap();
    const error = packError(thrown, { exports, machinery: machinery() });
    try {
      this.#outlet.post({ type: 'fail', seq, error, elapsed });
    } catch (cause) {
      this.#refuse(seq, new SerializationError('error', String((cause as Error)?.message)), elapsed);
    }
  }

  #done(first: number, values: readonly unknown[], elapsed: number): void {
    const { wired, transfer } = packList(values);
    const message = compactDone({ type: 'done', first, count: values.length, results: wired, elapsed });
    if (transfer.length === 0) this.#outlet.post(message);
    else this.#outlet.post(message, transfer);
  }

  #oneByOne(first: number, values: readonly unknown[], elapsed: number): void {
    for (const [index, value] of values.entries()) {
      try {
        this.#done(first + index, [value], elapsed);
      } catch (cause) {
        const reason = explain(value, 'result') ?? unexplained(cause);
        this.#refuse(first + index, reason, elapsed);
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

function unexplained(cause: unknown): SerializationError {
  return new SerializationError('result', String((cause as Error | undefined)?.message), { cause });
}
