/** The life of a pool of two child processes: made, heard from both, ended. */

import { Pool } from 'allcores';
import type { Case } from '../harness/case.ts';
import { promised } from '../harness/contenders.ts';
import { bareForks } from '../peers/bare-forks.ts';
import { CPythonExecutor } from '../peers/cpython-executor.ts';
import { type PoolSides, plainNode } from './pool-sides.ts';

const workers = 2;

/** The answer is how many processes there were. */
export function startCase({ context }: PoolSides): Case {
  return {
    task: 'start, first results and end of two processes',
    n: workers,
    unit: 'ms',
    async open() {
      const rivals = [bareForks(workers)];
      // A Python of its own: a fork copies its parent, which should hold nothing else.
      if (context.peers) rivals.push(...new CPythonExecutor(context.resources, workers).startRivals());
      return { ours: promised('allcores', live, live), rivals };
    },
  };
}

async function live(): Promise<number> {
  const pool = new Pool({ workers, kind: 'process', execArgv: [...plainNode] });
  const pids = await pool.broadcast(() => process.pid);
  await pool.terminate();
  return new Set(pids).size;
}
