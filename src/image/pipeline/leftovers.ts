/** Temporary files: how ours are named, and what becomes of those of killed processes. */

import { createHash } from 'node:crypto';
import { readdir, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Process numbers mean something on one machine only, and folders may be shared. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Part of the name of every temporary file of this process. */
export const ownTag = `allcores-${machine}-${process.pid}`;

const pattern = new RegExp(`^\\..*\\.allcores-${machine}-(\\d+)-\\d+\\.tmp$`);

/** Removes the temporary files in a folder whose process on this machine is gone. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = pattern.exec(name) ?? [];
    // Somebody else may have been faster; what stays harms nobody.
    if (pid !== undefined && !isAlive(Number(pid))) await unlink(join(folder, name)).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
