/**
 * Bare `child_process.fork`: what Node itself takes to start processes, hear from each and see them end.
 *
 * Why this is its best: the children load nothing, and end by themselves as soon as they have said their word.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { identical } from '../harness/agreement.ts';
import type { Rival } from '../harness/case.ts';
import { promised } from '../harness/contenders.ts';
import { workerFile } from './installed.ts';

/** Starts so many children, gets a message from each and waits for their ends. */
export function bareForks(count: number): Rival {
  const run = async () => {
    const pids = await Promise.all(Array.from({ length: count }, forkOne));
    return new Set(pids).size;
  };
  return {
    peer: 'node',
    agreement: identical,
    settings: [promised(`${count} bare forks`, run, run)],
  };
}

async function forkOne(): Promise<unknown> {
  const child = fork(workerFile('hello.mjs'), { execArgv: [] });
  const [[pid]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return pid;
}
