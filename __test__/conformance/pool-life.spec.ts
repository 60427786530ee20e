/** How a pool is made and how it ends, on every kind of worker. */

import { InvalidStateError, Pool, PoolClosedError, SerializationError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { endedAfterEach } from '../ended-after-each.js';
import { backends, blindProcesses } from './backends.js';
import { openBoard, reached } from './boards.js';
import { poolJobs as jobs } from './jobs.js';

describe.each([...backends, blindProcesses])('Pool on $name', ({ open: create }) => {
  const open = endedAfterEach(create, (pool) => pool.terminate());

  describe('end', () => {
    test('close lets pending calls finish and refuses new ones', async () => {
      const pool = open();
      const pending = [10, 20, 30].map((ms) => pool.apply(jobs.sleepThenReturn, [ms]));
      pool.close();
      await expect(pool.apply(jobs.square, [1])).rejects.toThrow(PoolClosedError);
      await expect(pool.map(jobs.square, [1])).rejects.toThrow(PoolClosedError);
      await pool.join();
      expect(await Promise.all(pending)).toEqual([10, 20, 30]);
    });

    test('join refuses a pool that is open', async () => {
      await expect(open().join()).rejects.toThrow(InvalidStateError);
    });

    test('asyncDispose drains, and everything that ends a pool can be called twice', async () => {
      const pool = open();
      const pending = pool.apply(jobs.sleepThenReturn, [20]);
      await pool[Symbol.asyncDispose]();
      expect(await pending).toBe(20);
      await pool[Symbol.asyncDispose]();
      pool.close();
      await pool.join();
      await pool.terminate();
      await pool.terminate();
    });

    test('terminate with 10,000 long tasks queued rejects them all within 5 seconds', async () => {
      const pool = open();
      const board = openBoard();
      const calls = Array.from({ length: 10_000 }, () => pool.apply(jobs.spin, [board, 0]));
      const settled = Promise.allSettled(calls);
      await reached(board, 0);
      const since = performance.now();
      await pool.terminate();
      expect(performance.now() - since).toBeLessThan(5000);
      const reasons = (await settled).map((one) => (one as PromiseRejectedResult).reason);
      expect(reasons.every((reason) => reason instanceof PoolClosedError)).toBe(true);
      await pool.join();
    });

    test('a pool that never ran anything ends at once', async () => {
      const pool = open();
      pool.close();
      await pool.join();
    });

    test('idle workers end after idleTimeout and the pool goes on', async () => {
      const pool = open({ workers: 1, idleTimeout: 20 });
      const first = await pool.apply(jobs.workerName);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await pool.apply(jobs.workerName)).not.toBe(first);
    });
  });

  describe('constructor', () => {
    test.each([
      [{ workers: 0 }, RangeError],
      [{ workers: -1 }, RangeError],
      [{ workers: 1.5 }, RangeError],
      [{ workers: '2' }, TypeError],
      [{ workers: 2, minWorkers: 3 }, RangeError],
      [{ initializer: 'setUp' }, TypeError],
      [{ finalizer: Math.max.bind(null) }, TypeError],
      [{ initArgs: 1 }, TypeError],
      [{ initArgs: [() => 1] }, SerializationError],
      [{ preload: ['./relative.js'] }, TypeError],
      [{ preload: 'allcores' }, TypeError],
      [{ tasksPerWorker: 0 }, RangeError],
      [{ maxTasksPerWorker: 0 }, RangeError],
      [{ maxMemoryPerWorker: '1 GB' }, TypeError],
      [{ maxQueue: -1 }, RangeError],
      [{ tagOutput: 1 }, TypeError],
      [{ kind: 'fibre' }, TypeError],
      [{ filename: 'worker.js' }, TypeError],
      [{ idleTimeout: Number.NaN }, RangeError],
      [{ gracePeriod: -1 }, RangeError],
      [{ resourceLimits: { heap: 1 } }, TypeError],
    ])('refuses %o', (options, Class) => {
      expect(() => new Pool(options as never)).toThrow(Class as typeof TypeError);
    });

    test('takes a number of workers, and gives them env and names', async () => {
      const pool = open({ name: 'mill', env: { COLOUR: 'blue' } });
      expect(await pool.apply(jobs.env, ['COLOUR'])).toBe('blue');
      expect(await pool.apply(jobs.workerName)).toMatch(/^mill-\d+$/);
    });
  });
});
