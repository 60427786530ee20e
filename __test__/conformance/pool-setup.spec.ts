/** What is done in a worker before its first task and after its last, on every kind of worker. */

import { sum } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { upTo } from '../up-to.js';
import { backends } from './backends.js';
import { fixture, parityJobs as jobs } from './jobs.js';
import { poolStage } from './pool-stage.js';

describe.each(backends)('the features of Pool on $name', ({ open: create }) => {
  const { open, scratch } = poolStage(create);

  describe('initializer, preload and finalizer', () => {
    test('the initializer runs once in each worker, with initArgs, before anything else', async () => {
      const pool = open({ workers: 2, initializer: jobs.prepare, initArgs: [scratch.log, 'oven'] as never });
      const seen = await pool.broadcast(jobs.prepared);
      expect(seen).toEqual([
        { value: 'oven', inTask: false },
        { value: 'oven', inTask: false },
      ]);
      await pool.map(jobs.square, upTo(50));
      expect(scratch.lines()).toEqual(['prepare oven', 'prepare oven']);
    });

    test('an initializer that gives a promise is waited for', async () => {
      const pool = open({ initializer: jobs.prepareSlowly, initArgs: [scratch.log, 'slowly'] as never });
      expect(await pool.map(jobs.prepared, upTo(6))).toEqual(
        Array(6).fill({ value: 'slowly', inTask: false }),
      );
    });

    test('an inline function is an initializer too', async () => {
      const pool = open({
        workers: 1,
        initializer: ((key: string) => {
          (globalThis as Record<string, unknown>)[key] = 'set';
        }) as never,
        initArgs: ['ofTheTest'],
      });
      expect(await pool.apply(() => (globalThis as Record<string, unknown>)['ofTheTest'])).toBe('set');
    });

    test('preloaded modules are imported one after the other, before the initializer and the tasks', async () => {
      const pool = open({
        workers: 1,
        preload: [fixture('parity-preload-first'), fixture('parity-preload-second').href],
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
      });
      expect(await pool.apply(jobs.order)).toEqual(['first', 'second', 'jobs']);
    });

    test('a module that cannot be preloaded rejects the calls and no worker takes work', async () => {
      const pool = open({ preload: [fixture('there-is-no-such-module')] });
      const [applied, mapped] = await Promise.all([
        failureOf(pool.apply(jobs.note, [scratch.log, 'ran'])),
        failureOf(pool.map(jobs.square, [1, 2, 3])),
      ]);
      expect(applied.message).toContain('there-is-no-such-module');
      expect(mapped.message).toContain('there-is-no-such-module');
      expect(scratch.lines()).toEqual([]);
    });

    test('a failing initializer rejects the waiting calls with its error and is not tried for ever', async () => {
      const pool = open({
        workers: 2,
        initializer: jobs.prepareOrFail as never,
        initArgs: [scratch.log, scratch.gate],
      });
      const calls = upTo(10).map((x) => failureOf(pool.apply(jobs.square, [x])));
      const mapped = failureOf(pool.map(jobs.square, upTo(100)));
      for (const error of await Promise.all([...calls, mapped])) {
        expect(error).toMatchObject({ name: 'RangeError', message: 'not prepared' });
      }
      pool.close();
      await pool.join();
      // At most one try for each worker that there may be.
      expect(scratch.lines().length).toBeLessThanOrEqual(2);
    });

    test('after a failed initializer the next call tries a new worker', async () => {
      const pool = open({
        workers: 1,
        initializer: jobs.prepareOrFail as never,
        initArgs: [scratch.log, scratch.gate],
      });
      await expect(pool.apply(jobs.square, [2])).rejects.toThrow('not prepared');
      scratch.open();
      expect(await pool.apply(jobs.square, [2])).toBe(4);
      expect(scratch.lines()).toEqual(['prepare', 'prepare']);
    });

    test('the finalizer runs once in each worker that ends in good order, and join waits for it', async () => {
      const pool = open({
        workers: 2,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
        finalizer: jobs.finishSlowly,
      });
      await pool.broadcast(jobs.me);
      pool.close();
      await pool.join();
      expect(scratch.lines()).toEqual(['prepare', 'prepare', 'finish', 'finish']);
    });

    test('the finalizer runs in a worker that was idle for too long, or has done its share', async () => {
      const pool = open({
        workers: 1,
        idleTimeout: 10,
        maxTasksPerWorker: 2,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
        finalizer: jobs.finish,
      });
      await pool.map(jobs.square, [1, 2], { chunkSize: 1 });
      expect(await scratch.until(2)).toEqual(['prepare', 'finish']);
      await pool.apply(jobs.square, [3]);
      expect(await scratch.until(4)).toEqual(['prepare', 'finish', 'prepare', 'finish']);
    });

    test('terminate runs no finalizer', async () => {
      const pool = open({
        workers: 2,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
        finalizer: jobs.finish,
      });
      await pool.broadcast(jobs.me);
      await pool.terminate();
      expect(scratch.lines()).toEqual(['prepare', 'prepare']);
    });

    test('a kernel can be neither', () => {
      expect(() => open({ initializer: sum as never })).toThrow(TypeError);
      expect(() => open({ finalizer: sum as never })).toThrow(TypeError);
    });
  });
});
