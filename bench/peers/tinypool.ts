/**
 * tinypool 2.1: a fixed number of threads, or of child processes, one for each core.
 *
 * Why this is its best: on threads its Atomics wait is on by default; as in piscina, 16 tasks at a
 * time for each worker save wake-ups in a burst. With and without are tried and the fastest counts,
 * on child processes too, whose channel carries JSON: faster than its other choice for small values.
 */

import { importPeer, workerFile } from './installed.ts';
import type { Person, RivalPool } from './rival-pool.ts';

interface Tinypool {
  run(task: number): Promise<number>;
  run(task: Person, options: { readonly name: 'advance' }): Promise<Person>;
  destroy(): Promise<void>;
}

interface TinypoolModule {
  readonly Tinypool: new (options: Readonly<Record<string, unknown>>) => Tinypool;
}

const advance = { name: 'advance' } as const;
const manyListeners = 100;

/** tinypool's threads with each of their settings. */
export function tinypoolPools(workers: number): Promise<RivalPool[]> {
  return open(workers, 'threads', { runtime: 'worker_threads' });
}

/** tinypool's child processes with each of their settings. */
export function tinypoolProcesses(workers: number): Promise<RivalPool[]> {
  // It pipes what its children print, and counts no listeners but its own: Node would warn of a leak.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(manyListeners);
  return open(workers, 'processes', { runtime: 'child_process', serialization: 'json', execArgv: [] });
}

async function open(
  workers: number,
  what: string,
  options: Readonly<Record<string, unknown>>,
): Promise<RivalPool[]> {
  const { Tinypool } = (await importPeer('tinypool')) as TinypoolModule;
  return [1, 16].map((concurrentTasksPerWorker) => {
    const pool = new Tinypool({
      ...options,
      filename: workerFile('functions.mjs'),
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker,
    });
    return {
      name: `${workers} ${what}, concurrentTasksPerWorker: ${concurrentTasksPerWorker}`,
      increment: (x) => pool.run(x),
      advance: (person) => pool.run(person, advance),
      close: () => pool.destroy(),
    };
  });
}
