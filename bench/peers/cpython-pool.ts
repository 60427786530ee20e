/**
 * CPython 3.11's `multiprocessing.Pool`: as many processes as cores, made by fork.
 *
 * Why this is its best: a forked worker starts with everything in place, and `map` in chunks is
 * CPython's fastest way to many small results. Its default chunk (a quarter of a worker's share)
 * and two smaller ones are tried; the fastest counts.
 */

import { identical } from '../harness/agreement.ts';
import type { Rival } from '../harness/case.ts';
import type { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { readNumbers, startPython } from './python-peer.ts';

/** The process that owns the pool. */
export class CPythonPool {
  readonly #process: Remote;
  readonly #workers: number;

  constructor(resources: Resources, workers: number) {
    this.#process = startPython(resources, 'CPython Pool', 'pool_tasks');
    this.#workers = workers;
  }

  /** `pool.map` over the integers `i % 1000`. */
  mapRival(items: number): Rival {
    return {
      peer: 'cpython-pool',
      agreement: identical,
      settings: [undefined, 1000, 10_000].map((chunk) => {
        const name = chunk === undefined ? 'default chunks' : `chunksize ${chunk}`;
        return this.#contender(`${this.#workers} processes, ${name}`, 'map', { items, chunk: chunk ?? null });
      }),
    };
  }

  /** `apply_async` for many at once, or `apply` one after another, over the integers below `items`. */
  applyRival(task: 'apply at once' | 'apply in turn', items: number): Rival {
    const name = `${this.#workers} processes, ${task === 'apply at once' ? 'apply_async' : 'apply'}`;
    return { peer: 'cpython-pool', agreement: identical, settings: [this.#contender(name, task, { items })] };
  }

  #contender(name: string, task: string, work: { readonly items: number; readonly chunk?: number | null }) {
    const argumentsOf = { ...work, workers: this.#workers };
    const timed = this.#process.contender(name, { task, ...argumentsOf }, readNumbers, work.items);
    const checked = this.#process.contender(name, { task: `${task}, answer`, ...argumentsOf }, readNumbers);
    return { ...timed, answer: () => checked.answer() };
  }
}
