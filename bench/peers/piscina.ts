/**
 * piscina 5.3: a fixed number of threads, one for each core. It has no child processes.
 *
 * Why this is its best: `atomics: 'sync'` (its default) lets a worker wait without the event
 * loop, its fastest way to hand over a task; `concurrentTasksPerWorker: 16` doubles the rate of a
 * burst, because several tasks travel with one wake-up. Both are tried and the fastest counts.
 */

import { importPeer, workerFile } from './installed.ts';
import type { Person, RivalPool } from './rival-pool.ts';

interface Piscina {
  run(task: number): Promise<number>;
  run(task: Person, options: { readonly name: 'advance' }): Promise<Person>;
  destroy(): Promise<void>;
}

interface PiscinaModule {
  readonly Piscina: new (options: Readonly<Record<string, unknown>>) => Piscina;
}

const advance = { name: 'advance' } as const;

/** piscina with each of its settings. */
export async function piscinaPools(workers: number): Promise<RivalPool[]> {
  const { Piscina } = (await importPeer('piscina')) as PiscinaModule;
  return [1, 16].map((concurrentTasksPerWorker) => {
    const pool = new Piscina({
      filename: workerFile('functions.mjs'),
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker,
    });
    return {
      name: `${workers} threads, concurrentTasksPerWorker: ${concurrentTasksPerWorker}`,
      increment: (x) => pool.run(x),
      advance: (person) => pool.run(person, advance),
      close: () => pool.destroy(),
    };
  });
}
