/** What tasks and pools tell while they work, on every kind of worker. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { upTo } from '../up-to.js';
import { backends } from './backends.js';
import { parityJobs as jobs } from './jobs.js';
import { poolStage } from './pool-stage.js';

describe.each(backends)('the features of Pool on $name', ({ kind, open: create }) => {
  const { open, scratch, holding } = poolStage(create);

  describe('onReport', () => {
    test('gets every report of a call in order, before the result', async () => {
      const seen: unknown[] = [];
      const result = await open().apply(jobs.reportUpTo, [300], {
        onReport: (value, { index }) => {
          expect(index).toBe(0);
          seen.push(value);
        },
      });
      expect(result).toBe(300);
      expect(seen).toEqual(upTo(300));
    });

    test('gets the index of the item in a map', async () => {
      const seen = new Map<number, unknown[]>();
      const items = [10, 20, 30, 40, 50];
      await open().map(jobs.reportItem, items, {
        chunkSize: 2,
        onReport: (value, { index }) => seen.set(index, [...(seen.get(index) ?? []), value]),
      });
      for (const [index, item] of items.entries()) {
        expect(seen.get(index)).toEqual([{ item }, `${item} again`]);
      }
    });

    test('what it throws rejects the call, and the pool stays usable', async () => {
      const pool = open();
      const onReport = () => {
        throw new Error('no ear');
      };
      await expect(pool.apply(jobs.reportUpTo, [3], { onReport })).rejects.toThrow('no ear');
      await expect(pool.map(jobs.reportItem, [1, 2, 3], { onReport })).rejects.toThrow('no ear');
      expect(await pool.apply(jobs.square, [3])).toBe(9);
    });

    test('is not called after its call has settled', async () => {
      const pool = open({ workers: 1, gracePeriod: 10_000 });
      const seen: unknown[] = [];
      const stop = new AbortController();
      const call = pool.apply(jobs.reportAfterAbort, [scratch.log], {
        signal: stop.signal,
        onReport: (value) => seen.push(value),
      });
      await scratch.until(1);
      stop.abort();
      await expect(call).rejects.toBe(stop.signal.reason);
      await scratch.until(2);
      await pool.apply(jobs.square, [1]);
      expect(seen).toEqual(['before']);
    });

    test('a task may report without anybody listening', async () => {
      expect(await open().apply(jobs.reportUpTo, [5])).toBe(5);
    });

    test('callbacks run in the async context of the caller', async () => {
      const pool = open();
      const context = new AsyncLocalStorage<string>();
      const seen = new Set<string | undefined>();
      const listen = () => {
        seen.add(context.getStore());
      };
      const first = context.run('first', () => pool.apply(jobs.reportUpTo, [2], { onReport: listen }));
      const second = context.run('second', () =>
        pool.map(jobs.square, upTo(10), { onProgress: listen, chunkSize: 2 }),
      );
      const third = context.run('third', () => pool.map(jobs.reportItem, [1, 2], { onReport: listen }));
      await Promise.all([first, second, third]);
      expect([...seen].sort()).toEqual(['first', 'second', 'third']);
    });
  });

  describe('stats', () => {
    test('of a pool that has done nothing are zero', () => {
      const stats = open({ workers: 3 }).stats();
      expect(stats).toMatchObject({ workers: 0, busy: 0, queued: 0, running: 0, utilization: 0 });
      expect(stats).toMatchObject({ completed: 0, failed: 0, cancelled: 0, deaths: 0, perWorker: [] });
      expect(stats.run).toMatchObject({ count: 0 });
    });

    test('count items that succeeded, failed and were cancelled, and workers that died', async () => {
      const pool = open({ workers: 2, gracePeriod: 10 });
      await pool.map(jobs.square, upTo(50));
      await pool.apply(jobs.square, [1]);
      await failureOf(pool.apply(jobs.throwValue, [1]));
      await failureOf(pool.starmap(jobs.flaky, [[scratch.log, 'x', 9, 'throw']], { errors: 'collect' }));
      expect(pool.stats()).toMatchObject({ completed: 51, failed: 2, cancelled: 0, deaths: 0 });
      await failureOf(pool.apply(jobs.die, [3]));
      expect(pool.stats()).toMatchObject({ completed: 51, failed: 3, deaths: 1 });
      const stop = new AbortController();
      const lines = scratch.lines().length;
      const stuck = failureOf(
        pool.apply(jobs.hold, [scratch.log, scratch.gate, 'stuck'], { signal: stop.signal }),
      );
      await scratch.until(lines + 1);
      stop.abort();
      await stuck;
      // That worker is ended by the pool: no death.
      expect(await pool.broadcast(jobs.square, [2])).toEqual([4, 4]);
      expect(pool.stats()).toMatchObject({ completed: 53, failed: 3, cancelled: 1, deaths: 1 });
    });

    test('say what runs and what waits', async () => {
      const pool = open({ workers: 2 });
      await pool.broadcast(jobs.me);
      const { call } = await holding(pool, 'first');
      const second = await holding(pool, 'second');
      const waiting = upTo(3).map((x) => pool.apply(jobs.square, [x]));
      await new Promise((resolve) => setImmediate(resolve));
      const stats = pool.stats();
      expect(stats).toMatchObject({ workers: 2, busy: 2, running: 2, queued: 3 });
      expect(stats.perWorker.map(({ state }) => state)).toEqual(['busy', 'busy']);
      scratch.open();
      await Promise.all([call, second.call, ...waiting]);
      expect(pool.stats()).toMatchObject({ workers: 2, busy: 0, running: 0, queued: 0 });
      expect(pool.stats().perWorker.map(({ state }) => state)).toEqual(['idle', 'idle']);
      expect(pool.stats().utilization).toBeGreaterThan(0);
      expect(pool.stats().utilization).toBeLessThanOrEqual(1);
    });

    test('tell each worker by its number, name and process', async () => {
      const pool = open({ workers: 2, name: 'mill' });
      const names = await pool.broadcast(jobs.me);
      const pids = await pool.broadcast(jobs.pid);
      const { perWorker } = pool.stats();
      expect(perWorker.map(({ name }) => name)).toEqual(names);
      expect(perWorker.map(({ pid }) => pid)).toEqual(pids);
      expect(perWorker.map(({ id, name }) => name === `mill-${id}`)).toEqual([true, true]);
      expect(perWorker.map(({ tasks }) => tasks)).toEqual([2, 2]);
      for (const { threadId } of perWorker) {
        expect(typeof threadId).toBe(kind === 'thread' ? 'number' : 'undefined');
      }
    });

    test('measure how long items ran and waited, in milliseconds', async () => {
      const pool = open({ workers: 1 });
      await pool.broadcast(jobs.me);
      await Promise.all([30, 30, 30].map((ms) => pool.apply(jobs.napping, [ms])));
      const { run, wait } = pool.stats();
      expect(run.count).toBe(4);
      expect(wait.count).toBe(4);
      // Buckets are some percent wide.
      expect(run.max).toBeGreaterThan(28);
      expect(run.p50).toBeGreaterThan(28);
      expect(run.min).toBeLessThanOrEqual(run.mean);
      // The third call waited for the two before it.
      expect(wait.max).toBeGreaterThan(56);
      expect(wait.p99).toBeLessThanOrEqual(wait.max);
    });

    test('count the bytes that cross a pipe, and none where there is no pipe', async () => {
      const pool = open({ workers: 1 });
      await pool.apply((text: string) => text, ['x'.repeat(100_000)]);
      const { bytesSent, bytesReceived } = pool.stats();
      if (kind === 'thread') expect([bytesSent, bytesReceived]).toEqual([0, 0]);
      else {
        expect(bytesSent).toBeGreaterThan(100_000);
        expect(bytesReceived).toBeGreaterThan(100_000);
      }
    });

    test('know the memory of a worker that has worked', async () => {
      const pool = open({ workers: 1 });
      await pool.apply(jobs.leak, [30 * 2 ** 20]);
      // It is told at most every 100 ms.
      while ((pool.stats().perWorker[0]?.memory ?? 0) < 30 * 2 ** 20) {
        await new Promise((resolve) => setTimeout(resolve, 120));
        await pool.apply(jobs.me);
      }
    });

    test('are printed as a table that names each worker', async () => {
      const pool = open({ workers: 1, name: 'mill' });
      await pool.map(jobs.square, upTo(20));
      const text = inspect(pool.stats());
      expect(text).toContain('0 of 1 workers busy');
      expect(text).toContain('completed 20, failed 0');
      expect(text).toMatch(/^ +mill-1 +\d+/m);
    });
  });
});
