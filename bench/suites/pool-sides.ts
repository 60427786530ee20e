/** The pools that the cases of the suite `pool` share, ours and theirs, opened when first asked for. */

import { cpuCount, Executor, Pool } from 'allcores';
import { identical } from '../harness/agreement.ts';
import type { Context, Rival } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { CPythonExecutor } from '../peers/cpython-executor.ts';
import { CPythonPool } from '../peers/cpython-pool.ts';
import { openPeers } from '../peers/npm-pools.ts';
import { bytesOf, type Peers } from '../peers/rival-pool.ts';

/** The pools whose workers are of one kind. */
export interface KindSides {
  readonly kind: 'thread' | 'process';
  /** What the names of its cases end in. */
  readonly suffix: string;
  ours(): Pool;
  executor(): Executor;
  /** The npm pools that have such workers. */
  peers(): Promise<Peers>;
}

/** All of them. */
export interface PoolSides {
  readonly context: Context;
  readonly workers: number;
  readonly threads: KindSides;
  readonly processes: KindSides;
  cpythonPool(): CPythonPool;
  cpythonExecutor(): CPythonExecutor;
  /** The full size of a case, or the small one that only shows that it runs. */
  size(full: number, quick: number): number;
}

/** Workers run as in a plain program, without the loader of TypeScript that the bench itself runs with. */
export const plainNode: readonly string[] = [];

/** Opens nothing yet. */
export function poolSides(context: Context): PoolSides {
  const workers = cpuCount();
  return {
    context,
    workers,
    threads: kindSides('thread', '', context, workers),
    processes: kindSides('process', ', processes', context, workers),
    cpythonPool: lazy(() => new CPythonPool(context.resources, workers)),
    cpythonExecutor: lazy(() => new CPythonExecutor(context.resources, workers)),
    size: (full, quick) => (context.quick ? quick : full),
  };
}

function kindSides(kind: KindSides['kind'], suffix: string, context: Context, workers: number): KindSides {
  const options = { workers, kind, execArgv: [...plainNode] };
  return {
    kind,
    suffix,
    ours: lazy(() => {
      const pool = new Pool(options);
      context.resources.defer(() => pool.terminate());
      return pool;
    }),
    executor: lazy(() => {
      const executor = new Executor(options);
      context.resources.defer(() => executor.shutdown({ cancelFutures: true }));
      return executor;
    }),
    peers: lazy(() => openPeers(kind, context, workers)),
  };
}

/** The same work on this thread. */
export function plain(name: string, items: number, run: () => Iterable<number>): Rival {
  return {
    peer: 'v8',
    agreement: identical,
    settings: [blocking(name, run, () => bytesOf(run()), { items })],
  };
}
