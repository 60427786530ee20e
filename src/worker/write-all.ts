/** Writing that is done when it returns. */

import { writeSync } from 'node:fs';

/** A descriptor that somebody has made non-blocking is tried again after so long. */
const RETRY_MS = 1;

const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all bytes to a descriptor, also to a non-blocking one that is full for a while.
 *
 * @param stuckMs Given up after so long without a byte. Default: never.
 * @throws the system's error.
 */
export function writeAll(fd: number, bytes: Uint8Array, stuckMs = Number.POSITIVE_INFINITY): void {
  let waitedMs = 0;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
      waitedMs = 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waitedMs >= stuckMs) throw error;
      Atomics.wait(never, 0, 0, RETRY_MS);
      waitedMs += RETRY_MS;
    }
  }
}
