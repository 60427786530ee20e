/** Files of a test, to which workers of every kind can write. */

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

let folder: string | undefined;
let files = 0;

/** A folder of this test file, which is removed at its end. */
export function temporaryFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'allcores-crash-'));
  return folder;
}

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** The path of a file that does not exist yet. */
export function newFile(): string {
  return join(temporaryFolder(), `${files++}.txt`);
}

/** Bytes of a file; 0 before it exists. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
