/**
 * numpy 2.4: `x.sum()` and its like on a contiguous array in numpy's own memory.
 *
 * Why this is its best: numpy's reductions have no settings of their own; the wheel chooses AVX-512
 * loops by itself, and its large arrays get huge pages. They use one thread whatever is set; only
 * `dot` goes to OpenBLAS, which is tried with one thread and with all of them (in two processes,
 * since the number is read once). The ufunc behind a method (`np.add.reduce`) saves a call's
 * overhead and is tried for `sum`; variance is also measured by hand (mean, difference into an
 * array that is there, dot), which is faster than `x.var()` and needs 128 MB more. What takes numpy
 * several calls (describe, minmax) is all of them, written as its users would; the nan functions are
 * numpy's own.
 */

import type { Agreement } from '../harness/agreement.ts';
import type { Rival } from '../harness/case.ts';
import type { Remote } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { load, type Numbers, readAnswer, startPython } from './python-peer.ts';

/** Names of loaded arrays, and whatever else a task takes. */
type Arguments = Readonly<Record<string, unknown>>;

/** The numpy processes: one with OpenBLAS on all cores, one with it on a single thread. */
export class Numpy {
  readonly #resources: Resources;
  readonly #allCores: Remote;
  readonly #oneThread: Remote;

  constructor(resources: Resources) {
    this.#resources = resources;
    this.#allCores = startPython(resources, 'numpy', 'numpy_tasks');
    this.#oneThread = startPython(resources, 'numpy, 1 BLAS thread', 'numpy_tasks', {
      OPENBLAS_NUM_THREADS: '1',
    });
  }

  /** Gives numpy an array; `blas` also gives it to the process with one BLAS thread. */
  async load(name: string, array: Numbers, blas = false): Promise<void> {
    await load(this.#resources, this.#allCores, name, array);
    if (blas) await load(this.#resources, this.#oneThread, name, array);
  }

  /** Lets numpy forget an array. */
  async drop(name: string): Promise<void> {
    await this.#allCores.request({ op: 'drop', name });
    await this.#oneThread.request({ op: 'drop', name });
  }

  /**
   * numpy doing one of `tasks` (names in python/numpy_*.py), whichever is fastest.
   *
   * @param given The task's arguments: names of loaded arrays, and other values as JSON.
   */
  rival(tasks: readonly string[], given: Arguments, agreement: Agreement, peer = 'numpy'): Rival {
    return {
      peer,
      agreement,
      settings: tasks.map((task) => this.#allCores.contender(task, { task, ...given }, readAnswer)),
    };
  }

  /** As `rival`, with OpenBLAS on one thread and on all. */
  blasRival(tasks: readonly string[], given: Arguments, agreement: Agreement, peer = 'numpy'): Rival {
    const { settings } = this.rival(tasks, given, agreement);
    const single = tasks.map((task) =>
      this.#oneThread.contender(`${task}, 1 BLAS thread`, { task, ...given }, readAnswer),
    );
    return { peer, agreement, settings: [...settings, ...single] };
  }
}
