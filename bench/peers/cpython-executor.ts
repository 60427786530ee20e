/**
 * CPython 3.11's `ProcessPoolExecutor`: as many processes as cores, made by fork, in a Python of its own.
 *
 * Why this is its best: fork is its fastest start, and its `submit` has no settings. Since fork copies a
 * process that has everything loaded, and Python itself moves away from it, a start is also
 * measured by spawn, which begins with a new interpreter as we do.
 */

import { identical } from '../harness/agreement.ts';
import type { Rival } from '../harness/case.ts';
import type { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { readNumber, readNumbers, startPython } from './python-peer.ts';

/** The process that owns the executor. */
export class CPythonExecutor {
  readonly #process: Remote;
  readonly #workers: number;

  constructor(resources: Resources, workers: number) {
    this.#process = startPython(resources, 'CPython executor', 'executor_tasks');
    this.#workers = workers;
  }

  /** `submit` for many at once, or one after another with `result()` in between, over the integers below `items`. */
  submitRival(task: 'submit at once' | 'submit in turn', items: number): Rival {
    const name = `${this.#workers} processes by fork, submit`;
    const work = { items, workers: this.#workers };
    const timed = this.#process.contender(name, { task, ...work }, readNumbers, items);
    const checked = this.#process.contender(name, { task: `${task}, answer`, ...work }, readNumbers);
    return {
      peer: 'cpython-executor',
      agreement: identical,
      settings: [{ ...timed, answer: () => checked.answer() }],
    };
  }

  /** Starts an executor, hears from each of its processes and ends it: a row by fork and one by spawn. */
  startRivals(): Rival[] {
    return (['fork', 'spawn'] as const).map((method) => {
      const work = { task: 'start', method, workers: this.#workers };
      const name = `${this.#workers} processes by ${method}`;
      return {
        peer: method === 'fork' ? 'cpython-executor' : 'cpython-executor, spawn',
        agreement: identical,
        settings: [this.#process.contender(name, work, readNumber)],
      };
    });
  }
}
