/** Executors whose tasks leave marks in a scratch folder. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { Executor, type PoolOptions } from 'allcores';
import { onTestFinished } from 'vitest';
import { endedAfterEach } from '../ended-after-each.js';
import { type Scratch, scratchForEach } from '../parity/scratch.js';
import { until } from '../waits.js';
import type { BackendUnderTest } from './backends.js';

/** What the tests of a suite have. */
export interface ExecutorStage {
  /** Opens an executor that is ended after the test. */
  readonly open: (options?: PoolOptions) => Executor;
  readonly scratch: Scratch;
  /** Whether, and how often, something was marked by a task. */
  marks(name: string): number;
  /** Resolves when all of these have begun. */
  begun(...names: string[]): Promise<void>;
  /** Lets those go on that hold. */
  letGo(...names: string[]): void;
}

/** To be called in the suite. */
export function executorStage(kind: BackendUnderTest['kind']): ExecutorStage {
  const scratch = scratchForEach();
  const open = endedAfterEach(
    (options?: PoolOptions) => new Executor({ workers: 2, ...options, kind }),
    (executor) => executor.killWorkers(),
  );
  const marks = (name: string) => {
    const file = scratch.file(name);
    return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
  };
  return {
    open,
    scratch,
    marks,
    begun: (...names) => until(() => names.every((name) => marks(`${name}.begun`) > 0)),
    letGo: (...names) => {
      for (const name of names) writeFileSync(scratch.file(`${name}.go`), '');
    },
  };
}

/** The items, once there are no more. */
export async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Notes the threads that are started from now on, to the end of the test. */
export function noteWorkers(): { alive(pid: number): boolean } {
  let threads = 0;
  const note = (worker: Worker) => {
    threads++;
    worker.once('exit', () => threads--);
  };
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const runs = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  return { alive: (pid) => (pid === process.pid ? threads > 0 : runs(pid)) };
}
