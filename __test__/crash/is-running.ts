import { processOf } from './processes.js';

/** Whether a process runs; one that has ended and was not yet collected by its parent does not. */
export function isRunning(pid: number): boolean {
  return processOf(pid) !== undefined;
}

/** Resolves when none of the processes runs any more, with the milliseconds that took. */
export async function allGone(pids: readonly number[]): Promise<number> {
  const since = performance.now();
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 20));
  return performance.now() - since;
}
