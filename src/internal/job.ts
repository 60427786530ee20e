/** Asynchronous kernel calls: one job of the addon, a signal that stops it, and typed errors. */

import { abortSignal, bare } from './check.ts';
import { native, translate } from './native.ts';
import { watchProgress } from './progress.ts';

/** Node reads it through the prototype. */
const once = bare({ once: true });

/**
 * Starts a job and gives its promise, which settles when the kernel has stopped touching
 * its arrays, never earlier: after an abort too, at its next block. A job that still waits for
 * its turn rejects at once.
 *
 * @param start Calls the addon with the job's number.
 * @param signal What may stop the job; the promise then rejects with its reason.
 * @param onProgress Told how far the job is.
 */
export function startJob(
  start: (id: number) => Promise<unknown>,
  signal: AbortSignal | undefined,
  onProgress?: (fraction: number) => void,
): Promise<unknown> {
  if (onProgress !== undefined) {
    return watchProgress(onProgress, signal, (id, own) => startAs(id, start, own));
  }
  return signal === undefined ? startFree(start) : startAs(native.nextJob(), start, signal);
}

async function startFree(start: (id: number) => Promise<unknown>): Promise<unknown> {
  try {
    return await start(native.nextJob());
  } catch (error) {
    throw translate(error); // also what the addon throws before there is a promise
  }
}

async function startAs(
  id: number,
  start: (id: number) => Promise<unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  abortSignal('signal', signal).throwIfAborted();
  const cancel = () => native.cancel(id);
  signal.addEventListener('abort', cancel, once);
  try {
    const result = await start(id);
    signal.throwIfAborted();
    return result;
  } catch (error) {
    signal.throwIfAborted();
    throw translate(error);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
