/**
 * workerpool 10.0: a dedicated worker script with registered functions, on threads or in child processes.
 *
 * Why this is its best: all workers exist from the start, and a registered function spares the
 * source text that its `exec(fn)` sends with each call. Its child processes talk by JSON (its default)
 * or by structured clones: both are tried. It has no setting for several tasks in one worker.
 */

import { importPeer, workerFile } from './installed.ts';
import type { Person, RivalPool } from './rival-pool.ts';

interface Workerpool {
  exec(method: 'increment', params: readonly [number]): PromiseLike<number>;
  exec(method: 'advance', params: readonly [Person]): PromiseLike<Person>;
  terminate(): PromiseLike<unknown>;
}

interface WorkerpoolModule {
  readonly default: { pool(file: string, options: Readonly<Record<string, unknown>>): Workerpool };
}

/** workerpool's threads. */
export async function workerpoolPools(workers: number): Promise<RivalPool[]> {
  return [await open(workers, 'threads, registered function', { workerType: 'thread' })];
}

/** workerpool's child processes with each of their settings. */
export async function workerpoolProcesses(workers: number): Promise<RivalPool[]> {
  const kinds = ['json', 'advanced'].map((serialization) =>
    open(workers, `processes, ${serialization}`, {
      workerType: 'process',
      forkOpts: { serialization, execArgv: [] },
    }),
  );
  return Promise.all(kinds);
}

async function open(
  workers: number,
  what: string,
  options: Readonly<Record<string, unknown>>,
): Promise<RivalPool> {
  const { default: workerpool } = (await importPeer('workerpool')) as WorkerpoolModule;
  const pool = workerpool.pool(workerFile('workerpool.mjs'), {
    ...options,
    minWorkers: workers,
    maxWorkers: workers,
  });
  return {
    name: `${workers} ${what}`,
    // Its own promise class has no place in `Promise.all` types; the wrapper costs a microtask.
    increment: (x) => Promise.resolve(pool.exec('increment', [x])),
    advance: (person) => Promise.resolve(pool.exec('advance', [person])),
    close: async () => pool.terminate(),
  };
}
