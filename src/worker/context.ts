/** What a task can know about itself while it runs, and say before it ends. */

import { InvalidStateError } from '../errors.ts';
import { WorkerCell } from '../internal/protocol.ts';
import { Overlap } from './overlap.ts';

/** A running task's context. */
export interface TaskContext {
  /** Aborts when the call is cancelled. Synchronous code sees it at its next look at `signal` or `cancelled`. */
  readonly signal: AbortSignal;
  /** Whether the call was cancelled; cheap enough to be asked in a loop, and true in mid-run of synchronous code. */
  readonly cancelled: boolean;
  /** The number of the worker in its pool. */
  readonly workerId: number;
  /** The name of the worker. */
  readonly workerName: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /**
   * Gives a value to the call's `onReport`. It arrives before the task's result, and values arrive in
   * the order in which they were given.
   *
   * @throws {SerializationError} when the value cannot cross; its path begins with `report`.
   * @throws {InvalidStateError} when the task has ended.
   */
  report(value: unknown): void;
}

/** Posts what a running item reports. */
export type Reporter = (seq: number, value: unknown) => void;

/** Shared by all copies of this package in one thread. */
const key = Symbol.for('allcores.worker');

type WithState = { [key]?: WorkerState };

/**
 * What a worker runs now. While items run one at a time their number alone is kept, and nobody follows
 * async contexts; after `allowOverlap` each item has its own.
 */
export class WorkerState {
  readonly id: number;
  readonly name: string;
  readonly cells: Int32Array;
  readonly reporter: Reporter;
  /** The number of the item that runs alone; -1 between items. */
  seq = -1;
  attempt = 1;
  #context: RunningTask | undefined;
  #overlap: Overlap<RunningTask> | undefined;

  constructor(id: number, name: string, cells: Int32Array, reporter: Reporter) {
    this.id = id;
    this.name = name;
    this.cells = cells;
    this.reporter = reporter;
  }

  /** Where items run that may overlap; undefined while they run alone. */
  get overlap(): Overlap<RunningTask> | undefined {
    return this.#overlap;
  }

  /** From now on items may overlap. */
  allowOverlap(): void {
    this.#overlap = new Overlap((seq, attempt) => new RunningTask(this, seq, attempt));
  }

  /** The context of the item that asks, made when it is first asked for; undefined outside items. */
  context(): TaskContext | undefined {
    if (this.#overlap !== undefined) return this.#overlap.current();
    if (this.seq < 0) return undefined;
    if (this.#context?.seq !== this.seq) this.#context = new RunningTask(this, this.seq, this.attempt);
    return this.#context;
  }

  /** Whether an item has begun and has not ended. */
  runs(seq: number): boolean {
    return this.#overlap === undefined ? this.seq === seq : this.#overlap.has(seq);
  }

  /** Aborts the signals of running items, `count` numbers from `seq` on. */
  abort(seq: number, count: number): void {
    if (this.#overlap !== undefined) {
      for (const task of this.#overlap.between(seq, seq + count)) task.abort();
    } else if (this.seq >= seq && this.seq < seq + count) {
      this.context();
      this.#context?.abort();
    }
  }
}

/** The context of one item. */
export class RunningTask implements TaskContext {
  readonly seq: number;
  readonly workerId: number;
  readonly workerName: string;
  readonly attempt: number;
  readonly #state: WorkerState;
  readonly #controller = new AbortController();

  constructor(state: WorkerState, seq: number, attempt: number) {
    this.seq = seq;
    this.workerId = state.id;
    this.workerName = state.name;
    this.attempt = attempt;
    this.#state = state;
  }

  get cancelled(): boolean {
    if (this.#controller.signal.aborted) return true;
    const upTo = Atomics.load(this.#state.cells, WorkerCell.cancelled);
    // Both count modulo 2^32 and are never far apart.
    return upTo !== 0 && ((upTo - (this.seq + 1)) | 0) >= 0;
  }

  get signal(): AbortSignal {
    if (this.cancelled) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller.abort();
  }

  report(value: unknown): void {
    if (!this.#state.runs(this.seq)) {
      throw new InvalidStateError('The task has ended: what it reports would arrive after its result');
    }
    this.#state.reporter(this.seq, value);
  }
}

/** Makes this thread (or process) a worker. */
export function becomeWorker(id: number, name: string, cells: Int32Array, reporter: Reporter): WorkerState {
  const state = new WorkerState(id, name, cells, reporter);
  Object.defineProperty(globalThis, key, { value: state, configurable: true });
  return state;
}

/**
 * Inside a task: its context. Elsewhere: undefined.
 *
 * @example
 * // A module whose functions a pool runs through `tasks()`.
 * import { currentTask } from 'allcores';
 *
 * export function firstMultiple(of: number, numbers: readonly number[]): number | undefined {
 *   const task = currentTask();
 *   return numbers.find((n) => task?.cancelled === true || n % of === 0);
 * }
 * firstMultiple(7, [3, 14]); // 14
 */
export function currentTask(): TaskContext | undefined {
  return (globalThis as WithState)[key]?.context();
}
