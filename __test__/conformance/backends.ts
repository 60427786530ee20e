/** Every kind of worker that a pool can have: the conformance and crash tests run on each. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool, type PoolOptions } from 'allcores';
import { onTestFinished } from 'vitest';
import { type Board, raised } from '../fixtures/board.mjs';

/** One kind of worker. */
export interface BackendUnderTest {
  readonly name: string;
  readonly kind: NonNullable<PoolOptions['kind']>;
  /** Whether its workers can take arrays on shared memory. */
  readonly sharesMemory: boolean;
  readonly open: (options?: PoolOptions) => Pool;
}

/** The kinds. */
export const backends: readonly BackendUnderTest[] = [
  {
    name: 'threads',
    kind: 'thread',
    sharesMemory: true,
    open: (options = {}) => new Pool({ workers: 2, ...options, kind: 'thread' }),
  },
  {
    name: 'child processes',
    kind: 'process',
    sharesMemory: false,
    open: (options = {}) => new Pool({ workers: 2, ...options, kind: 'process' }),
  },
];

/** Child processes as they are where no memory can be shared with them. */
export const blindProcesses: BackendUnderTest = {
  name: 'child processes without shared cells',
  kind: 'process',
  sharesMemory: false,
  open: (options = {}) => {
    process.env['ALLCORES_SHM'] = 'off';
    try {
      return new Pool({ workers: 2, ...options, kind: 'process' });
    } finally {
      delete process.env['ALLCORES_SHM'];
    }
  },
};

/** For tests of what only workers with shared memory can do. */
export const sharingBackends = backends.filter(({ sharesMemory }) => sharesMemory);

/** Counters for one test; see `fixtures/board.mjs`. */
export function openBoard(): Board {
  const folder = mkdtempSync(join(tmpdir(), 'allcores-board-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Resolves when a counter has reached `count`. */
export async function reached(board: Board, index: number, count = 1): Promise<void> {
  while (raised(board, index) < count) await new Promise((resolve) => setTimeout(resolve, 1));
}

/**
 * A chunk of tiny items and then long ones, each of which gives the time of its end. One worker looks at its
 * clock so rarely among the tiny ones that results of some twenty long ones would wait for each other.
 */
export const tinyThenLong = {
  tiny: 200,
  longMs: 100,
  items: Array.from({ length: 230 }, (_, index) => (index < 200 ? 0 : 100)),
  /** A result is late by an item and 5 ms at most; a busy machine may take this long. */
  mayBeLateMs: 1000,
  run: (ms: number): number => {
    const end = Date.now() + ms;
    while (Date.now() < end);
    return Date.now();
  },
} as const;
