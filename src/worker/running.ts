/** Runs the items that a worker has begun, and answers each of them once. */

import { performance } from 'node:perf_hooks';
import { type BlocksMessage, type RunMessage, WorkerCell } from '../internal/protocol.ts';
import { runBlocks } from './blocks.ts';
import type { WorkerState } from './context.ts';
import { reportable, type WorkerFunction } from './functions.ts';
import type { Results } from './results.ts';
import type { Run } from './run.ts';

/** Results wait this long for others, and messages for being seen. */
export const TICK_MS = 2;

/** What items are run with, and who is told of it. */
export interface RunningParts {
  readonly state: WorkerState;
  readonly results: Results;
  /** An item has ended, and its result is posted next. */
  over(): void;
  /** An item that was waited for has ended and is answered. */
  settled(): void;
}

/** The items of one worker that run or are waited for. */
export class Running {
  /** How many items may be waited for. */
  concurrency = 1;
  /** Whether `over` is to be called. */
  watched = false;
  readonly #parts: RunningParts;
  readonly #state: WorkerState;
  readonly #cells: Int32Array;
  readonly #results: Results;
  /** How many items are waited for. */
  #waiting = 0;
  #flushing: NodeJS.Timeout | undefined;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.#state = parts.state;
    this.#cells = parts.state.cells;
    this.#results = parts.results;
  }

  /** Whether no item is waited for. */
  get none(): boolean {
    return this.#waiting === 0;
  }

  /** Whether no other item may begin before one that is waited for has ended. */
  get full(): boolean {
    return this.#waiting >= this.concurrency;
  }

  /**
   * Runs plain items without anything between them but a look at the cell of urgent messages: what is done
   * for every item shows when a million take ten milliseconds. Up to the first that fails or gives a promise.
   *
   * @param urgent What that cell holds as long as there is no such message.
   */
  several(run: Run, fn: WorkerFunction, count: number, urgent: number): void {
    const cells = this.#cells;
    const state = this.#state;
    const { call } = fn;
    const { items } = run;
    const end = run.at + count;
    const gathered = this.#results.from(run.first + run.at);
    state.attempt = run.message.attempt;
    let seq = run.first + run.at;
    let result: unknown;
    let thrown: { readonly reason: unknown } | undefined;
    try {
      for (; run.at < end && cells[WorkerCell.urgent] === urgent; seq++) {
        cells[WorkerCell.begun] = seq + 1;
        state.seq = seq;
        result = call(items[run.at++]);
        if (isPromiseLike(result)) break;
        gathered.push(result);
      }
    } catch (reason) {
      thrown = { reason };
    }
    this.#results.added();
    if (thrown !== undefined) {
      this.#failed(fn, seq, thrown.reason);
    } else if (isPromiseLike(result)) {
      this.#wait(run, fn, seq, result, 0);
    } else {
      state.seq = -1;
      this.#caughtUp();
    }
  }

  /** Runs the next item of the run. */
  one(run: Run, fn: WorkerFunction, seq: number): void {
    const { message } = run;
    const state = this.#state;
    const at = run.at++;
    const item = run.items[at];
    let result: unknown;
    let began = 0;
    try {
      if (state.overlap === undefined) {
        state.attempt = message.attempt;
        state.seq = seq;
        result = invoke(fn, message, item, at);
      } else {
        began = performance.now();
        result = state.overlap.run(seq, message.attempt, () => invoke(fn, message, item, at));
      }
      if (isPromiseLike(result)) {
        this.#wait(run, fn, seq, result, began);
        return;
      }
    } catch (thrown) {
      this.#failed(fn, seq, thrown);
      return;
    }
    this.#succeeded(run, seq, result);
  }

  /** Waits for an item's promise. */
  #wait(run: Run, fn: WorkerFunction, seq: number, result: PromiseLike<unknown>, began: number): void {
    const promise = Promise.resolve(result);
    this.#waiting++;
    // However long it is waited for, what was done before it is delivered.
    this.#flushing ??= setTimeout(() => {
      this.#flushing = undefined;
      this.#results.flush();
    }, TICK_MS);
    promise.then(
      (value) => {
        this.#waiting--;
        if (this.#state.overlap === undefined) this.#succeeded(run, seq, value);
        else this.#overlapped(seq, value, performance.now() - began);
        this.#parts.settled();
      },
      (thrown: unknown) => {
        this.#waiting--;
        const elapsed = this.#state.overlap === undefined ? undefined : performance.now() - began;
        this.#failed(fn, seq, thrown, elapsed);
        this.#parts.settled();
      },
    );
  }

  #succeeded({ message }: Run, seq: number, value: unknown): void {
    this.#over(seq);
    this.#results.add(seq, value);
    this.#caughtUp();
    if (message.type === 'run' && !message.gather) this.#results.flush();
  }

  #overlapped(seq: number, value: unknown, elapsed: number): void {
    this.#over(seq);
    this.#results.post(seq, value, elapsed);
    this.#caughtUp();
  }

  #failed(fn: WorkerFunction, seq: number, thrown: unknown, elapsed?: number): void {
    this.#over(seq);
    this.#results.fail(seq, reportable(thrown, fn), fn.exports, elapsed);
    this.#caughtUp();
  }

  /** An item has ended; its result is posted next. */
  #over(seq: number): void {
    this.#state.seq = -1;
    this.#state.overlap?.end(seq);
    if (this.watched) this.#parts.over();
  }

  /** No item runs of which anything was told: the next result may overtake what was posted before. */
  #caughtUp(): void {
    if (this.#waiting === 0) this.#results.told = false;
  }
}

/** @param at The place of the item in its message. */
function invoke(fn: WorkerFunction, message: RunMessage | BlocksMessage, item: unknown, at: number): unknown {
  if (message.type === 'blocks') return runBlocks(fn, message);
  const { call } = fn;
  if (message.spread === 'element') return call(item, (message.index as number) + at);
  return message.spread === 'item' ? call(item) : call(...(item as unknown[]));
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as PromiseLike<unknown>).then === 'function';
}
