/** The progress of a job: asked for from time to time, because a job that tells by itself would have to stop for it. */

import { abortSignal, bare } from './check.ts';
import { native } from './native.ts';

/** Milliseconds between two questions. */
const EVERY = 8;

/**
 * Runs a job and tells its progress: rising, and 1 before the promise resolves. What `onProgress` throws stops
 * the job and is what the promise rejects with.
 *
 * @param signal What else may stop the job.
 * @param run Starts the job with this number under this signal.
 */
export async function watchProgress(
  onProgress: (fraction: number) => void,
  signal: AbortSignal | undefined,
  run: (id: number, signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  if (signal !== undefined) {
    abortSignal('signal', signal).throwIfAborted();
    signal.addEventListener('abort', abort, bare({ once: true }));
  }
  const id = native.nextJob();
  let told = 0;
  const tell = (fraction: number) => {
    if (fraction <= told) return;
    told = fraction;
    onProgress(fraction);
  };
  const timer = setInterval(() => {
    try {
      // What a job that has just ended says of itself is told by its own end.
      const fraction = native.progress(id);
      if (fraction < 1) tell(fraction);
    } catch (error) {
      clearInterval(timer);
      stop.abort(error);
    }
  }, EVERY);
  timer.unref(); // the job keeps the program alive
  try {
    const result = await run(id, stop.signal);
    tell(1);
    return result;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', abort);
  }
}
