/**
 * workerpool 10.0: a dedicated worker script with a registered function, on threads.
 *
 * Why this is its best: `workerType: 'thread'` is faster than its child processes, all workers
 * exist from the start, and a registered function spares the source text that its `exec(fn)`
 * sends with each call. It has no setting for several tasks in one worker.
 */

import { importPeer, workerFile } from './installed.ts';
import type { RivalPool } from './rival-pool.ts';

interface Workerpool {
  exec(method: string, params: readonly unknown[]): PromiseLike<number>;
  terminate(): PromiseLike<unknown>;
}

interface WorkerpoolModule {
  readonly default: { pool(file: string, options: Readonly<Record<string, unknown>>): Workerpool };
}

/** workerpool with its best settings. */
export async function workerpoolPools(workers: number): Promise<RivalPool[]> {
  const { default: workerpool } = (await importPeer('workerpool')) as WorkerpoolModule;
  const pool = workerpool.pool(workerFile('workerpool.mjs'), {
    minWorkers: workers,
    maxWorkers: workers,
    workerType: 'thread',
  });
  return [
    {
      name: `${workers} threads, registered function`,
      // Its own promise class has no place in `Promise.all` types; the wrapper costs a microtask.
      increment: (x) => Promise.resolve(pool.exec('increment', [x])),
      close: async () => pool.terminate(),
    },
  ];
}
