/** A running batch: which images are on their way, and which wait to be taken by the consumer. */

import { types } from 'node:util';
import { show } from '../../internal/check.ts';
import { Budget } from './budget.ts';
import { type Made, memoryOf, runLater, type Target } from './job.ts';
import { FreedMemory } from './memory.ts';
import { sourceOf } from './source.ts';
import type { Targets } from './targets.ts';

/** What a batch is made of. */
export interface BatchParts {
  /** The pipeline as JSON. */
  readonly pipeline: string;
  readonly inputs: AsyncIterator<unknown> | Iterator<unknown>;
  /** How many inputs there are, when that is known. */
  readonly total: number | undefined;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  readonly targets: Targets | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: BatchProgress) => void) | undefined;
  /** Whether the first error ends the batch. */
  readonly stopAtError: boolean;
}

/** How far a batch is. */
export interface BatchProgress {
  /** Images that are finished, failed ones among them. */
  done: number;
  /** Images in all, when that is known. */
  total?: number;
  /** Images that failed. */
  failed: number;
  /** Milliseconds since the beginning. */
  elapsed: number;
}

/** An image that is finished. */
export type Row =
  | {
      readonly index: number;
      readonly input: unknown;
      readonly made: Made;
      readonly path: string | undefined;
    }
  | { readonly index: number; readonly input: unknown; readonly error: Error };

/** Runs images, at most `concurrency` at a time, and hands them out as they finish. */
export class Batch {
  readonly #parts: BatchParts;
  readonly #budget: Budget;
  readonly #stop = new AbortController();
  /** Finished images that nobody has taken, each with what it keeps of the budget. */
  readonly #finished: { readonly row: Row; readonly bytes: number }[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #begun = performance.now();
  readonly #freed = new FreedMemory();
  #feeding: Promise<void> | undefined;
  #exhausted = false;
  #pulling = false;
  #failure: { readonly error: unknown } | undefined;
  #done = 0;
  #failed = 0;
  #pulled = 0;
  /** Wakes the feeder and the consumer, whichever waits. */
  #changed: () => void = () => {};
  #change: Promise<void> | undefined;

  constructor(parts: BatchParts) {
    this.#parts = parts;
    this.#budget = new Budget(parts.maxBytesInFlight);
  }

  /** The next finished image; undefined when all have been taken. Rejects with what has ended the batch. */
  async take(): Promise<Row | undefined> {
    if (this.#feeding === undefined) this.#begin();
    for (;;) {
      if (this.#failure !== undefined) {
        await this.stop();
        throw this.#failure.error;
      }
      const next = this.#finished.shift();
      if (next !== undefined) {
        this.#budget.give(next.bytes);
        this.#notify();
        return next.row;
      }
      if (this.#exhausted && this.#running.size === 0) return undefined;
      await this.#nextChange();
    }
  }

  /** Stops what runs and waits for it; leaves the inputs. */
  async stop(): Promise<void> {
    const { signal, inputs } = this.#parts;
    signal?.removeEventListener('abort', this.#onAbort);
    if (!this.#stop.signal.aborted) this.#stop.abort(new Error('The batch has ended'));
    this.#budget.open();
    this.#notify();
    await Promise.all(this.#running);
    if (this.#exhausted) return;
    this.#exhausted = true;
    const left = Promise.resolve(inputs.return?.());
    // Who still waits for an input would wait for it here too, perhaps for ever.
    if (this.#pulling) left.catch(() => {});
    else await left;
  }

  #begin(): void {
    const { signal } = this.#parts;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
    this.#feeding = this.#feed().catch((error: unknown) => {
      this.#exhausted = true; // an iterator that has thrown is not to be left
      this.#end(error);
    });
  }

  readonly #onAbort = (): void => this.#end(this.#parts.signal?.reason);

  /** Ends the batch with an error; the first one counts. */
  #end(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort(error);
    this.#budget.open();
    this.#notify();
  }

  /** Pulls inputs while there is room for them. */
  async #feed(): Promise<void> {
    const { inputs, concurrency } = this.#parts;
    const stopped = this.#stop.signal;
    while (!stopped.aborted) {
      if (this.#running.size >= concurrency || this.#finished.length >= concurrency) {
        await this.#nextChange();
        continue;
      }
      this.#pulling = true;
      const next = await inputs.next();
      this.#pulling = false;
      if (next.done) {
        this.#exhausted = true;
        this.#notify();
        return;
      }
      if (stopped.aborted) return;
      const run = this.#run(this.#pulled++, next.value).finally(() => {
        this.#running.delete(run);
        this.#notify();
      });
      this.#running.add(run);
    }
  }

  async #run(index: number, input: unknown): Promise<void> {
    let held = 0;
    let row: Row;
    try {
      const { pipeline, targets } = this.#parts;
      const { signal } = this.#stop;
      const source = sourceOf(input);
      const target: Target | undefined = targets?.of(input, index);
      if (target !== undefined) await targets?.prepare(target);
      const needed = await memoryOf(pipeline, source, signal, target);
      await this.#budget.take(needed);
      held = needed;
      signal.throwIfAborted();
      const made = await runLater(pipeline, source, signal, target);
      row = { index, input, made, path: target?.path };
    } catch (error) {
      row = { index, input, error: asError(error) };
    }
    this.#finish(row, held);
  }

  #finish(row: Row, held: number): void {
    const kept = 'made' in row && row.made.data !== undefined ? row.made.size : 0;
    // An image that waits for the consumer goes on taking what it has made.
    if (held !== kept) this.#budget.give(held - kept);
    this.#freed.check(this.#budget.taken);
    if (this.#stop.signal.aborted) return;
    this.#done++;
    if ('error' in row) {
      this.#failed++;
      if (this.#parts.stopAtError) {
        this.#end(row.error);
        return;
      }
    }
    this.#finished.push({ row, bytes: kept });
    this.#report();
  }

  #report(): void {
    const { onProgress, total } = this.#parts;
    if (onProgress === undefined) return;
    const known = total ?? (this.#exhausted ? this.#pulled : undefined);
    const progress = { done: this.#done, failed: this.#failed, elapsed: performance.now() - this.#begun };
    try {
      onProgress(known === undefined ? progress : { ...progress, total: known });
    } catch (error) {
      this.#end(error);
    }
  }

  #nextChange(): Promise<void> {
    this.#change ??= new Promise((fulfil) => {
      this.#changed = fulfil;
    });
    return this.#change;
  }

  #notify(): void {
    this.#change = undefined;
    this.#changed();
  }
}

/** An error, also for what a caller's function threw that is none. */
function asError(thrown: unknown): Error {
  return types.isNativeError(thrown) || thrown instanceof Error
    ? thrown
    : new Error(`Thrown was ${show(thrown)}`, { cause: thrown });
}
