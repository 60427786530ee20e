/** What a task can know about itself while it runs. */

import { WorkerCell } from '../internal/protocol.ts';

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
}

/** Shared by all copies of this package in one thread. */
const key = Symbol.for('allcores.worker');

type WithState = { [key]?: WorkerState };

/** The item that a worker runs now; one at a time, so that no async context has to be followed. */
export class WorkerState {
  readonly id: number;
  readonly name: string;
  readonly cells: Int32Array;
  /** The number of the running item; -1 between items. */
  seq = -1;
  attempt = 1;
  #context: RunningTask | undefined;

  constructor(id: number, name: string, cells: Int32Array) {
    this.id = id;
    this.name = name;
    this.cells = cells;
  }

  /** The context of the running item, made when it is first asked for; undefined between items. */
  context(): TaskContext | undefined {
    if (this.seq < 0) return undefined;
    if (this.#context?.seq !== this.seq) this.#context = new RunningTask(this);
    return this.#context;
  }

  /** Aborts the signal of the running item, which has been told that it is cancelled. */
  abort(): void {
    this.context();
    this.#context?.abort();
  }
}

class RunningTask implements TaskContext {
  readonly seq: number;
  readonly workerId: number;
  readonly workerName: string;
  readonly attempt: number;
  readonly #cells: Int32Array;
  readonly #controller = new AbortController();

  constructor(state: WorkerState) {
    this.seq = state.seq;
    this.workerId = state.id;
    this.workerName = state.name;
    this.attempt = state.attempt;
    this.#cells = state.cells;
  }

  get cancelled(): boolean {
    if (this.#controller.signal.aborted) return true;
    const upTo = Atomics.load(this.#cells, WorkerCell.cancelled);
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
}

/** Makes this thread (or process) a worker. */
export function becomeWorker(id: number, name: string, cells: Int32Array): WorkerState {
  const state = new WorkerState(id, name, cells);
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
