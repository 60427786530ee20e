/** Counters that a test and its workers share; see `fixtures/board.mjs`. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Board, raised } from '../fixtures/board.mjs';

/** Counters for one test. */
export function openBoard(): Board {
  const folder = mkdtempSync(join(tmpdir(), 'allcores-board-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Resolves when a counter has reached `count`. */
export async function reached(board: Board, index: number, count = 1): Promise<void> {
  while (raised(board, index) < count) await new Promise((resolve) => setTimeout(resolve, 1));
}
