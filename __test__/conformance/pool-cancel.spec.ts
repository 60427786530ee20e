/** Calls that are aborted or take too long, on every kind of worker. */

import { getEventListeners } from 'node:events';
import { type Pool, TaskTimeoutError, tasks } from 'allcores';
import { describe, expect, test } from 'vitest';
import { endedAfterEach } from '../ended-after-each.js';
import { failureOf } from '../failure-of.js';
import { type Board, raise, raised } from '../fixtures/board.mjs';
import { backends, blindProcesses } from './backends.js';
import { openBoard, reached } from './boards.js';
import { fixture, poolJobs as jobs } from './jobs.js';

const hanging = (board?: Board) => {
  const url = fixture('pool-hangs-at-import');
  if (board !== undefined) url.searchParams.set('board', board);
  return tasks<{ never(): string }>(url);
};

/** Cancels a call that is running: its function sees it, and the worker that runs it goes on. */
async function expectSeen(pool: Pool, waits: typeof jobs.waitForSignal): Promise<void> {
  const before = await pool.apply(jobs.workerName);
  const board = openBoard();
  const stop = new AbortController();
  const call = pool.apply(waits, [board, 0, 1], { signal: stop.signal });
  await reached(board, 0);
  stop.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  expect(await pool.apply(jobs.workerName)).toBe(before);
  expect(raised(board, 1)).toBe(1);
}

describe.each([...backends, blindProcesses])('Pool on $name', ({ open: create }) => {
  const open = endedAfterEach(create, (pool) => pool.terminate());

  describe('signal and timeout', () => {
    test('an aborted signal rejects without running anything', async () => {
      const board = openBoard();
      const reason = new Error('never');
      const call = open().apply(jobs.count, [board, 0], { signal: AbortSignal.abort(reason) });
      await expect(call).rejects.toBe(reason);
      expect(raised(board, 0)).toBe(0);
    });

    test('an abort drops what has not begun', async () => {
      const pool = open({ workers: 1 });
      const board = openBoard();
      const first = pool.apply(jobs.block, [board, 0, 1]);
      await reached(board, 0);
      const stop = new AbortController();
      const second = pool.apply(jobs.count, [board, 2], { signal: stop.signal });
      stop.abort();
      await expect(second).rejects.toBe(stop.signal.reason);
      raise(board, 1);
      await first;
      await pool.apply(jobs.count, [board, 3]);
      expect([0, 1, 2, 3].map((index) => raised(board, index))).toEqual([1, 1, 0, 1]);
    });

    test('a signal that is waited for sees the abort, and its worker is kept', async () => {
      await expectSeen(open({ workers: 1, gracePeriod: 10_000 }), jobs.waitForSignal);
    });

    test('a task that does not see it is stopped after gracePeriod, and only its call is lost', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const board = openBoard();
      const stop = new AbortController();
      const stuck = pool.apply(jobs.spin, [board, 0], { signal: stop.signal });
      const others = [1, 2, 3].map((x) => pool.apply(jobs.square, [x]));
      await reached(board, 0);
      stop.abort();
      await expect(stuck).rejects.toBe(stop.signal.reason);
      expect(await Promise.all(others)).toEqual([1, 4, 9]);
    });

    test('an item of a map that spins is stopped too, and the map rejects at once', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const board = openBoard();
      const stop = new AbortController();
      const lists = Array.from({ length: 10 }, (_, index): [Board, number, number] => [board, index, 2]);
      const mapped = pool.starmap(jobs.countAndSpinAt, lists, { chunkSize: 10, signal: stop.signal });
      await reached(board, 0, 3);
      stop.abort();
      await expect(mapped).rejects.toBe(stop.signal.reason);
      expect(await pool.apply(jobs.square, [2])).toBe(4);
      expect(raised(board, 0)).toBe(3);
    });

    test('timeout rejects with TaskTimeoutError and frees the worker', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const board = openBoard();
      const error = await failureOf<TaskTimeoutError>(pool.apply(jobs.spin, [board, 0], { timeout: 50 }));
      expect(error).toBeInstanceOf(TaskTimeoutError);
      expect(error.timeout).toBe(50);
      expect(await pool.apply(jobs.square, [6])).toBe(36);
    });

    test('a module that never finishes loading holds up nobody: an abort ends its worker', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const board = openBoard();
      const stop = new AbortController();
      const stuck = pool.apply(hanging(board).never, [], { signal: stop.signal });
      await reached(board, 0);
      stop.abort();
      await expect(stuck).rejects.toBe(stop.signal.reason);
      expect(await pool.apply(jobs.square, [5], { timeout: 10_000 })).toBe(25);
    });

    test('timeout counts the loading of the module', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const stuck = pool.apply(hanging().never, [], { timeout: 50 });
      expect(await failureOf(stuck)).toBeInstanceOf(TaskTimeoutError);
      expect(await pool.apply(jobs.square, [7])).toBe(49);
    });

    test('timeout is per item of a map and does not count waiting', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const run = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, ms));
      expect(await pool.map(run, Array(10).fill(20), { timeout: 150, chunkSize: 10 })).toHaveLength(10);
      const error = await pool
        .map(run, [1, 60_000, 2], { timeout: 100, errors: 'collect', chunkSize: 3 })
        .catch((reason) => reason);
      expect(error.errors).toEqual([{ index: 1, reason: expect.any(TaskTimeoutError) }]);
      expect(error.results).toEqual([1, undefined, 2]);
    });

    test('one signal of many calls has one listener, gone when they have settled', async () => {
      const pool = open();
      const { signal } = new AbortController();
      const calls = Array.from({ length: 100 }, (_, x) => pool.apply(jobs.square, [x], { signal }));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await Promise.all(calls);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });
  });
});

describe.each(backends)('Synchronous code in a Pool on $name', ({ open }) => {
  test('sees the abort, and its worker is kept', async () => {
    await using pool = open({ workers: 1, gracePeriod: 10_000 });
    await expectSeen(pool, jobs.pollUntilCancelled as unknown as typeof jobs.waitForSignal);
  });

  test('an item in the middle of a chunk sees the abort in synchronous code', async () => {
    await using pool = open({ workers: 1, gracePeriod: 10_000 });
    const board = openBoard();
    const stop = new AbortController();
    const lists = [0, 1, 2, 3].map((index): [Board, number] => [board, index]);
    const mapped = pool.starmap(jobs.pollAt, lists, { chunkSize: 4, signal: stop.signal });
    await reached(board, 0);
    stop.abort();
    await expect(mapped).rejects.toBe(stop.signal.reason);
    await reached(board, 1);
    expect(await pool.apply(jobs.square, [2])).toBe(4);
  });
});
