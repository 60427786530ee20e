/** How many workers a pool has, and when one of them is replaced, on every kind of worker. */

import { PoolClosedError, WorkerDiedError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { upTo } from '../up-to.js';
import { backends, blindProcesses } from './backends.js';
import { parityJobs as jobs } from './jobs.js';
import { poolStage } from './pool-stage.js';

describe.each(backends)('the features of Pool on $name', ({ open: create }) => {
  const { open, scratch, holding } = poolStage(create);

  describe('how many workers there are', () => {
    test('minWorkers are started at once and kept, however long they are idle', async () => {
      const pool = open({
        workers: 3,
        minWorkers: 2,
        idleTimeout: 1,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
      });
      await scratch.until(2);
      const before = await pool.apply(jobs.me);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const after = await Promise.all(upTo(2).map(() => pool.apply(jobs.noteWorker, [scratch.log, '', 30])));
      expect(after).toContain(before);
      expect(scratch.lines().filter((line) => line === 'prepare')).toHaveLength(2);
    });

    test('one of minWorkers that dies is replaced without being asked for', async () => {
      const pool = open({
        workers: 1,
        minWorkers: 1,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
      });
      await expect(pool.apply(jobs.die, [3])).rejects.toThrow(WorkerDiedError);
      expect(await scratch.until(2)).toEqual(['prepare', 'prepare']);
    });

    test('workers are started on demand only, and an idle one is used again', async () => {
      const pool = open({ workers: 4, initializer: jobs.remember as never, initArgs: [scratch.log] });
      const started = () => scratch.lines().filter((line) => line === 'prepare').length;
      const names = new Set<string>();
      for (let round = 0; round < 20; round++) names.add(await pool.apply(jobs.me));
      expect(names.size).toBe(1);
      expect(started()).toBe(1);
      const holders = upTo(3).map((x) => pool.apply(jobs.hold, [scratch.log, scratch.gate, `${x}`]));
      await scratch.until(6);
      scratch.open();
      await Promise.all(holders);
      pool.close();
      await pool.join();
      expect(started()).toBe(3);
    });

    test('each worker has a name of its own that begins with the name of the pool', async () => {
      const pool = open({ workers: 3, name: 'mill' });
      const names = await pool.broadcast(jobs.me);
      expect(new Set(names).size).toBe(3);
      for (const name of names) expect(name).toMatch(/^mill-\d+$/);
      expect(await open({ workers: 1 }).apply(jobs.me)).toMatch(/^pool-\d+$/);
    });

    test('maxTasksPerWorker replaces a worker after so many items, and every result is right', async () => {
      const pool = open({ workers: 2, maxTasksPerWorker: 15 });
      const names = await pool.map(jobs.me, upTo(100));
      const shares = new Map<string, number>();
      for (const name of names) shares.set(name, (shares.get(name) ?? 0) + 1);
      expect(Math.max(...shares.values())).toBeLessThanOrEqual(15);
      expect(shares.size).toBeGreaterThanOrEqual(Math.ceil(100 / 15));
    });

    test.each([undefined, 1, 3, 50])('the same with chunkSize %s', async (chunkSize) => {
      const pool = open({ workers: 2, maxTasksPerWorker: 7 });
      const lists = upTo(30).map((x): [string, string] => [scratch.log, `${x}`]);
      const names = await pool.starmap(jobs.noteWorker, lists, chunkSize === undefined ? {} : { chunkSize });
      const shares = new Map<string, number>();
      for (const name of names) shares.set(name, (shares.get(name) ?? 0) + 1);
      expect(Math.max(...shares.values())).toBeLessThanOrEqual(7);
      const ran = scratch.lines().map((line) => Number(line.split(' ')[0]));
      expect(ran.sort((a, b) => a - b)).toEqual(upTo(30));
    });

    test('maxMemoryPerWorker replaces a worker that leaks, between two tasks', async () => {
      const step = 40 * 2 ** 20;
      const limit = 240 * 2 ** 20;
      const pool = open({ workers: 1, maxMemoryPerWorker: limit });
      const apart: { name: string; times: number }[] = [];
      for (let round = 0; round < 12; round++) apart.push(await pool.apply(jobs.leak, [step]));
      const together = await pool.map(jobs.leak, Array(12).fill(step), { chunkSize: 12 });
      for (const leaks of [apart, together]) {
        expect(new Set(leaks.map(({ name }) => name)).size).toBeGreaterThan(1);
        expect(Math.max(...leaks.map(({ times }) => times))).toBeLessThanOrEqual(limit / step + 1);
      }
    });

    test('a worker below maxMemoryPerWorker stays', async () => {
      const pool = open({ workers: 1, maxMemoryPerWorker: 2 ** 30 });
      expect(new Set(await pool.map(jobs.me, upTo(200))).size).toBe(1);
    });

    test('resourceLimits hold in each worker', async () => {
      const pool = open({ workers: 1, resourceLimits: { maxOldGenerationSizeMb: 48 } });
      // The limit that V8 tells has the young generation and some slack in it.
      expect(await pool.apply(jobs.heapLimit)).toBeLessThan(48 * 2 ** 20 * 3);
      expect(await open({ workers: 1 }).apply(jobs.heapLimit)).toBeGreaterThan(48 * 2 ** 20 * 3);
    });
  });

  describe('resize', () => {
    test('a pool that grows begins what waits', async () => {
      const pool = open({ workers: 1 });
      const { call } = await holding(pool, 'first');
      const second = pool.apply(jobs.hold, [scratch.log, scratch.gate, 'second']);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(scratch.lines()).toEqual(['first']);
      pool.resize(2);
      expect(await scratch.until(2)).toEqual(['first', 'second']);
      scratch.open();
      expect(await Promise.all([call, second])).toEqual(['first', 'second']);
      expect(await pool.broadcast(jobs.me)).toHaveLength(2);
    });

    test('a pool that shrinks under long tasks loses nothing and runs nothing twice', async () => {
      const pool = open({ workers: 3 });
      const long = await Promise.all(upTo(3).map((x) => holding(pool, `long ${x}`)));
      const short = upTo(30).map((x) => pool.apply(jobs.note, [scratch.log, `short ${x}`]));
      const mapped = pool.starmap(
        jobs.note,
        upTo(30).map((x): [string, string] => [scratch.log, `item ${x}`]),
        { chunkSize: 5 },
      );
      pool.resize(1);
      scratch.open();
      await Promise.all([...long.map(({ call }) => call), ...short, mapped]);
      const expected = [
        ...upTo(3).map((x) => `long ${x}`),
        ...upTo(30).map((x) => `short ${x}`),
        ...upTo(30).map((x) => `item ${x}`),
      ];
      expect(scratch.lines().sort()).toEqual(expected.sort());
      expect(await pool.broadcast(jobs.me)).toHaveLength(1);
      const names = await Promise.all(upTo(10).map(() => pool.apply(jobs.me)));
      expect(new Set(names).size).toBe(1);
    });

    test('calls with an affinity and broadcasts that wait for workers which are no more run in the others', async () => {
      const pool = open({ workers: 4 });
      await pool.broadcast(jobs.me);
      const holders = upTo(4).map((x) => pool.apply(jobs.hold, [scratch.log, scratch.gate, `${x}`]));
      await scratch.until(4);
      const calls = upTo(12).map((x) => pool.apply(jobs.square, [x], { affinity: x }));
      const everywhere = pool.broadcast(jobs.square, [3]);
      pool.resize(1);
      scratch.open();
      expect(await Promise.all(holders)).toEqual(['0', '1', '2', '3']);
      expect(await Promise.all(calls)).toEqual(upTo(12).map((x) => x * x));
      expect(await everywhere).toEqual([9, 9, 9, 9]);
    });

    test('up and down in the middle of a map', async () => {
      const pool = open({ workers: 2 });
      await pool.broadcast(jobs.me);
      const lists = upTo(120).map((item): [string, string, number] => [scratch.log, `${item}`, 5]);
      let ended = false;
      const mapped = pool.starmap(jobs.noteWorker, lists, { chunkSize: 4 }).finally(() => {
        ended = true;
      });
      for (let turn = 0; !ended; turn++) {
        const workers = [3, 1, 4, 2, 1][turn % 5] as number;
        pool.resize(workers);
        do await new Promise((resolve) => setTimeout(resolve, 10));
        while (!ended && pool.stats().busy < workers);
      }
      expect(await mapped).toHaveLength(120);
      const ran = scratch.lines().map((line) => Number(line.split(' ')[0]));
      expect(ran.sort((a, b) => a - b)).toEqual(upTo(120));
    });

    test('refuses what is no number of workers, and a pool that is closed', async () => {
      const pool = open();
      for (const workers of [0, -1, 1.5, 5000, Number.NaN])
        expect(() => pool.resize(workers)).toThrow(RangeError);
      expect(() => pool.resize('2' as never)).toThrow(TypeError);
      pool.close();
      expect(() => pool.resize(3)).toThrow(PoolClosedError);
    });
  });
});

describe('a Pool on child processes of which nobody sees what they have begun', () => {
  const { open, scratch } = poolStage(blindProcesses.open);

  test('takes the rest of a chunk back from a worker that leaks', async () => {
    const step = 40 * 2 ** 20;
    const pool = open({ workers: 1, maxMemoryPerWorker: 6 * step });
    const leaks = await pool.map(jobs.leak, Array(12).fill(step), { chunkSize: 12 });
    expect(new Set(leaks.map(({ name }) => name)).size).toBeGreaterThan(1);
    expect(Math.max(...leaks.map(({ times }) => times))).toBeLessThanOrEqual(7);
  });

  test('takes the rest of a chunk back from a worker that is one too many', async () => {
    const pool = open({ workers: 2 });
    await pool.broadcast(jobs.me);
    const lists = upTo(60).map((item): [string, string, number] => [scratch.log, `${item}`, 10]);
    const mapped = pool.starmap(jobs.noteWorker, lists, { chunkSize: 30 });
    await scratch.until(4);
    pool.resize(1);
    const names = await mapped;
    const shares = new Map<string, number>();
    for (const name of names) shares.set(name, (shares.get(name) ?? 0) + 1);
    // The one that left has not done its whole chunk, and nothing ran twice.
    expect(Math.min(...shares.values())).toBeLessThan(30);
    const ran = scratch.lines().map((line) => Number(line.split(' ')[0]));
    expect(ran.sort((a, b) => a - b)).toEqual(upTo(60));
  });
});
