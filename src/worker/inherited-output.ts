/** What a child process writes to the descriptors that it has inherited from its parent. */

import { fstatSync } from 'node:fs';
import { redirect, toBuffer } from './redirect.ts';
import { writeAll } from './write-all.ts';

/**
 * Lets what is written to `process.stdout` and `process.stderr` be out when `write` returns, so that all of it
 * comes before the task's result and survives `process.exit()`.
 *
 * Files and terminals are so anyway. A pipe is not, beyond what it can hold; and to make it blocking would make
 * it so for the parent too, which has the same one.
 */
export function writeThrough(): void {
  // Node does it there by itself.
  if (process.platform === 'win32') return;
  for (const [stream, fd] of [
    [process.stdout, 1],
    [process.stderr, 2],
  ] as const) {
    if (isPipe(fd)) redirect(stream, (chunk, encoding) => writeAll(fd, toBuffer(chunk, encoding)));
  }
}

function isPipe(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false; // it is closed
  }
}
