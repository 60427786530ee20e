/** How many calls a worker and a pool take at a time, on every kind of worker. */

import { PoolClosedError, QueueFullError, WorkerDiedError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { upTo } from '../up-to.js';
import { backends } from './backends.js';
import { parityJobs as jobs } from './jobs.js';
import { poolStage } from './pool-stage.js';

describe.each(backends)('the features of Pool on $name', ({ open: create }) => {
  const { open, scratch, holding } = poolStage(create);

  describe('tasksPerWorker', () => {
    test('so many asynchronous tasks overlap in one worker, and no more', async () => {
      const pool = open({ workers: 1, tasksPerWorker: 3 });
      const calls = upTo(5).map((x) => pool.apply(jobs.holdAsync, [scratch.log, scratch.gate, `${x}`]));
      expect(await scratch.until(3)).toEqual(['0', '1', '2']);
      // The worker answers this only after it could have begun the others.
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(scratch.lines()).toEqual(['0', '1', '2']);
      scratch.open();
      expect(await Promise.all(calls)).toEqual(['0', '1', '2', '3', '4']);
    });

    test('items of one map overlap too', async () => {
      const pool = open({ workers: 1, tasksPerWorker: 4 });
      const lists = upTo(4).map((x): [string, string, string] => [scratch.log, scratch.gate, `${x}`]);
      const mapped = pool.starmap(jobs.holdAsync, lists);
      await scratch.until(4);
      scratch.open();
      expect(await mapped).toEqual(['0', '1', '2', '3']);
    });

    test('synchronous tasks never overlap', async () => {
      const pool = open({ workers: 1, tasksPerWorker: 8 });
      await Promise.all(upTo(20).map((x) => pool.apply(jobs.exclusive, [scratch.log, `${x}`])));
      const lines = scratch.lines();
      expect(lines).toHaveLength(40);
      for (let line = 0; line < lines.length; line += 2) {
        expect(lines[line + 1]).toBe(`-${lines[line]?.slice(1)}`);
      }
    });

    test('is 1 by default', async () => {
      const pool = open({ workers: 1 });
      const calls = upTo(2).map((x) => pool.apply(jobs.holdAsync, [scratch.log, scratch.gate, `${x}`]));
      await scratch.until(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(scratch.lines()).toEqual(['0']);
      scratch.open();
      await Promise.all(calls);
    });

    test('a worker that dies takes all the tasks that overlapped in it along, and no other', async () => {
      const pool = open({ workers: 1, tasksPerWorker: 3 });
      const waiting = upTo(2).map((x) => pool.apply(jobs.holdAsync, [scratch.log, scratch.gate, `${x}`]));
      const lost = Promise.all(waiting.map((call) => failureOf(call)));
      await scratch.until(2);
      const deadly = failureOf(pool.apply(jobs.die, [7]));
      const later = upTo(5).map((x) => pool.apply(jobs.square, [x]));
      for (const error of [...(await lost), await deadly]) {
        expect(error).toBeInstanceOf(WorkerDiedError);
        expect(error).toMatchObject({ exitCode: 7 });
      }
      expect(await Promise.all(later)).toEqual([0, 1, 4, 9, 16]);
      expect(scratch.lines()).toEqual(['0', '1']);
    });
  });

  describe('maxQueue and ready', () => {
    test('one call more than may wait rejects with QueueFullError, and the others go on', async () => {
      const pool = open({ workers: 1, maxQueue: 2 });
      const { call } = await holding(pool);
      const waiting = [1, 2].map((x) => pool.apply(jobs.square, [x]));
      const error = await failureOf<QueueFullError>(pool.apply(jobs.square, [3]));
      expect(error).toBeInstanceOf(QueueFullError);
      expect(error.code).toBe('ALLCORES_ERR_QUEUE_FULL');
      expect(error.message).toContain('2 calls wait');
      await expect(pool.map(jobs.square, [1])).rejects.toThrow(QueueFullError);
      scratch.open();
      expect(await Promise.all([call, ...waiting])).toEqual(['holding', 1, 4]);
      expect(await pool.apply(jobs.square, [3])).toBe(9);
    });

    test('with a maxQueue of 0 as many calls are taken as there may be workers', async () => {
      const pool = open({ workers: 2, maxQueue: 0 });
      const first = await holding(pool, 'first');
      const second = await holding(pool, 'second');
      await expect(pool.apply(jobs.square, [1])).rejects.toThrow(QueueFullError);
      scratch.open();
      expect(await Promise.all([first.call, second.call])).toEqual(['first', 'second']);
    });

    test('a map is one call, however many items it has', async () => {
      const pool = open({ workers: 1, maxQueue: 1 });
      const { call } = await holding(pool);
      const mapped = pool.map(jobs.square, upTo(100));
      await expect(pool.apply(jobs.square, [1])).rejects.toThrow(QueueFullError);
      scratch.open();
      await call;
      expect((await mapped).at(-1)).toBe(99 * 99);
    });

    test('ready resolves when there is room, for those that wait in turn', async () => {
      const pool = open({ workers: 1, maxQueue: 1 });
      const { call } = await holding(pool);
      const waiting = pool.apply(jobs.square, [2]);
      const turns: number[] = [];
      const ready = upTo(3).map((turn) => pool.ready().then(() => turns.push(turn)));
      await new Promise((resolve) => setImmediate(resolve));
      expect(turns).toEqual([]);
      scratch.open();
      await Promise.all(ready);
      expect(turns).toEqual([0, 1, 2]);
      expect(await Promise.all([call, waiting])).toEqual(['holding', 4]);
    });

    test('a producer that awaits ready before each call never meets a full queue', async () => {
      const pool = open({ workers: 2, maxQueue: 3 });
      const calls: Promise<number>[] = [];
      for (const x of upTo(200)) {
        await pool.ready();
        calls.push(pool.apply(jobs.square, [x]));
      }
      expect(await Promise.all(calls)).toEqual(upTo(200).map((x) => x * x));
    });

    test('ready resolves at once without a limit, and rejects when the pool is closed meanwhile', async () => {
      await open().ready();
      const pool = open({ workers: 1, maxQueue: 0 });
      const { call } = await holding(pool);
      const ready = failureOf(pool.ready());
      pool.close();
      expect(await ready).toBeInstanceOf(PoolClosedError);
      await expect(pool.ready()).rejects.toThrow(PoolClosedError);
      scratch.open();
      expect(await call).toBe('holding');
    });
  });
});
