/**
 * CPython 3.11's `multiprocessing.Pool`: as many processes as cores, made by fork.
 *
 * Why this is its best: a forked worker starts with everything in place, and `map` in chunks is
 * CPython's fastest way to many small results. Its default chunk (a quarter of a worker's share)
 * and two smaller ones are tried; for `imap`, whose default is 1, three that are larger. The fastest counts.
 */

import { identical } from '../harness/agreement.ts';
import type { Answer, Contender, Rival } from '../harness/case.ts';
import type { Remote, Reply } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { readNumbers, readText, startPython } from './python-peer.ts';

interface Work {
  readonly items: number;
  readonly chunk?: number | null;
}

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
    return this.#rival(
      [null, 1000, 10_000].map((chunk) => this.#contender(chunkName(chunk), 'map', { items, chunk })),
    );
  }

  /** `pool.map` over dictionaries with `id` and `name`. */
  mapPeopleRival(items: number): Rival {
    return this.#rival(
      [null, 1000, 10_000].map((chunk) =>
        this.#contender(chunkName(chunk), 'map people', { items, chunk }, readText),
      ),
    );
  }

  /** A list of what `pool.imap` gives over the integers `i % 1000`, in chunks of these sizes. */
  imapRival(items: number, chunks: readonly number[]): Rival {
    return this.#rival(chunks.map((chunk) => this.#contender(chunkName(chunk), 'imap', { items, chunk })));
  }

  /** `apply_async` for many at once, or `apply` one after another, over the integers below `items`. */
  applyRival(task: 'apply at once' | 'apply in turn', items: number): Rival {
    const name = task === 'apply at once' ? 'apply_async' : 'apply';
    return this.#rival([this.#contender(name, task, { items })]);
  }

  #rival(settings: readonly Contender[]): Rival {
    return { peer: 'cpython-pool', agreement: identical, settings };
  }

  #contender(what: string, task: string, work: Work, read: (reply: Reply) => Answer = readNumbers) {
    const name = `${this.#workers} processes, ${what}`;
    const argumentsOf = { ...work, workers: this.#workers };
    const timed = this.#process.contender(name, { task, ...argumentsOf }, read, work.items);
    const checked = this.#process.contender(name, { task: `${task}, answer`, ...argumentsOf }, read);
    return { ...timed, answer: () => checked.answer() };
  }
}

function chunkName(chunk: number | null): string {
  return chunk === null ? 'default chunks' : `chunksize ${chunk}`;
}
