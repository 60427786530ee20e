/**
 * tinypool 2.1: a fixed number of threads, one for each core.
 *
 * Why this is its best: threads answer faster than its child processes; its Atomics wait is on
 * by default; as in piscina, 16 tasks at a time for each worker save wake-ups in a burst. With
 * and without are tried and the fastest counts.
 */

import { importPeer, workerFile } from './installed.ts';
import type { RivalPool } from './rival-pool.ts';

interface Tinypool {
  run(task: number): Promise<number>;
  destroy(): Promise<void>;
}

interface TinypoolModule {
  readonly Tinypool: new (options: Readonly<Record<string, unknown>>) => Tinypool;
}

/** tinypool with each of its settings. */
export async function tinypoolPools(workers: number): Promise<RivalPool[]> {
  const { Tinypool } = (await importPeer('tinypool')) as TinypoolModule;
  return [1, 16].map((concurrentTasksPerWorker) => {
    const pool = new Tinypool({
      filename: workerFile('functions.mjs'),
      runtime: 'worker_threads',
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker,
    });
    return {
      name: `${workers} threads, concurrentTasksPerWorker: ${concurrentTasksPerWorker}`,
      increment: (x) => pool.run(x),
      close: () => pool.destroy(),
    };
  });
}
