/**
 * poolifier 5.3: a fixed pool of threads, or of cluster workers, one for each core.
 *
 * Why this is its best: a fixed pool never waits for a worker to start, events are off, and its
 * two ways to distribute tasks are both tried: straight to the workers (the default) and
 * through its task queues. For a map it has `mapExecute`.
 */

import { importPeer, workerFile } from './installed.ts';
import type { Person, RivalPool } from './rival-pool.ts';

interface FixedPool {
  execute(data: number): Promise<number>;
  execute(data: Person, name: 'advance'): Promise<Person>;
  mapExecute(data: Iterable<number>): Promise<number[]>;
  mapExecute(data: Iterable<Person>, name: 'advance'): Promise<Person[]>;
  destroy(): Promise<void>;
}

type PoolClass = new (workers: number, file: string, options: Readonly<Record<string, unknown>>) => FixedPool;

interface PoolifierModule {
  readonly FixedThreadPool: PoolClass;
  readonly FixedClusterPool: PoolClass;
}

/** poolifier's threads with each of their settings. */
export async function poolifierPools(workers: number): Promise<RivalPool[]> {
  const { FixedThreadPool } = (await importPeer('poolifier')) as PoolifierModule;
  return open(FixedThreadPool, workers, 'threads', 'poolifier.mjs');
}

/** poolifier's child processes with each of their settings. */
export async function poolifierProcesses(workers: number): Promise<RivalPool[]> {
  const { FixedClusterPool } = (await importPeer('poolifier')) as PoolifierModule;
  const options = { settings: { execArgv: [] } };
  return open(FixedClusterPool, workers, 'processes', 'poolifier-cluster.cjs', options);
}

function open(
  Pool: PoolClass,
  workers: number,
  what: string,
  file: string,
  options: Readonly<Record<string, unknown>> = {},
): RivalPool[] {
  return [false, true].map((enableTasksQueue) => {
    const pool = new Pool(workers, workerFile(file), {
      ...options,
      enableEvents: false,
      enableTasksQueue,
    });
    return {
      name: `${workers} ${what}, ${enableTasksQueue ? 'task queues' : 'no task queue'}`,
      // Its first function is the one that it runs when none is named.
      increment: (x) => pool.execute(x),
      advance: (person) => pool.execute(person, 'advance'),
      incrementAll: (items) => pool.mapExecute(items),
      advanceAll: (people) => pool.mapExecute(people, 'advance'),
      close: () => pool.destroy(),
    };
  });
}
