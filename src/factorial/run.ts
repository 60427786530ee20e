/** Calls of the addon, after whose large ones the memory that they freed goes back to the system. */

import { startJob } from '../internal/job.ts';
import { call, native } from '../internal/native.ts';

/** A call that takes longer may have freed so much memory that it is worth the work to give it back. */
const LARGE_MS = 30;
/** The next large call would only have to get it again: it is given back when none has ended for so long. */
const IDLE_MS = 250;

let timer: NodeJS.Timeout | undefined;

/** Calls the addon, and gives its errors our classes. */
export function runNow(run: () => unknown): unknown {
  const since = performance.now();
  const result = call(run);
  if (performance.now() - since > LARGE_MS) giveBackLater();
  return result;
}

/** Starts a job as `startJob` does. */
export async function runJob(
  start: (id: number) => Promise<unknown>,
  signal: AbortSignal | undefined,
  onProgress?: (fraction: number) => void,
): Promise<unknown> {
  const since = performance.now();
  try {
    return await startJob(start, signal, onProgress);
  } finally {
    if (performance.now() - since > LARGE_MS) giveBackLater();
  }
}

/** The C library keeps what is freed, for each thread: after 10,000,000! more than a hundred megabytes. */
function giveBackLater(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    // A process that is ending has no jobs any more.
    startJob((id) => native.startTrimMemory(id), undefined).catch(() => {});
  }, IDLE_MS).unref();
}
