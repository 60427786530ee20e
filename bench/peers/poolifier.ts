/**
 * poolifier 5.3: a fixed thread pool, one thread for each core.
 *
 * Why this is its best: a fixed pool never waits for a thread to start, events are off, and its
 * two ways to distribute tasks are both tried: straight to the workers' ports (the default) and
 * through its task queues. For a map it has `mapExecute`.
 */

import { importPeer, workerFile } from './installed.ts';
import type { RivalPool } from './rival-pool.ts';

interface FixedThreadPool {
  execute(data: number): Promise<number>;
  mapExecute(data: Iterable<number>): Promise<number[]>;
  destroy(): Promise<void>;
}

interface PoolifierModule {
  readonly FixedThreadPool: new (
    workers: number,
    file: string,
    options: Readonly<Record<string, unknown>>,
  ) => FixedThreadPool;
}

/** poolifier with each of its settings. */
export async function poolifierPools(workers: number): Promise<RivalPool[]> {
  const { FixedThreadPool } = (await importPeer('poolifier')) as PoolifierModule;
  return [false, true].map((enableTasksQueue) => {
    const pool = new FixedThreadPool(workers, workerFile('poolifier.mjs'), {
      enableEvents: false,
      enableTasksQueue,
    });
    return {
      name: `${workers} threads, ${enableTasksQueue ? 'task queues' : 'no task queue'}`,
      increment: (x) => pool.execute(x),
      map: (items) => pool.mapExecute(items),
      close: () => pool.destroy(),
    };
  });
}
