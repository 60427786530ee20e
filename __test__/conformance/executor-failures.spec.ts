/** What an executor does when its workers die or fail, on every kind of worker. */

import { BrokenExecutorError, PoolClosedError, WorkerDiedError, wait } from 'allcores';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { until } from '../waits.js';
import { backends } from './backends.js';
import { executorStage, listOf, noteWorkers } from './executor-stage.js';
import { executorJobs as jobs } from './jobs.js';

describe.each(backends)('Executor on $name', ({ kind }) => {
  const { open, scratch, marks, begun, letGo } = executorStage(kind);

  describe('when workers die or fail', () => {
    test('each future that ran fails with an error of its own that names the exit code; others go on', async () => {
      const executor = open();
      const names = ['a', 'b'];
      const dying = names.map((name) => executor.submit(jobs.dieTogether, [scratch.folder, name, names]));
      const others = [1, 2, 3].map((x) => executor.submit(jobs.square, [x]));
      const errors = await Promise.all(dying.map((future) => future.exception()));
      for (const error of errors) {
        expect(error).toBeInstanceOf(WorkerDiedError);
        expect(error).toMatchObject({ exitCode: 7, reason: 'exit' });
        expect((error as Error).message).toContain('exit code 7');
      }
      expect(errors[0]).not.toBe(errors[1]);
      expect(await Promise.all(others)).toEqual([1, 4, 9]);
      expect(await executor.submit(jobs.square, [4])).toBe(16);
    });

    test('the initializer runs in each worker before its tasks', async () => {
      const executor = open({ initializer: jobs.prepare, initArgs: [scratch.folder, 5] });
      const held = ['a', 'b'].map((name) => executor.submit(jobs.hold, [scratch.folder, name]));
      await begun('a', 'b');
      expect(marks('prepared')).toBe(2);
      letGo('a', 'b');
      await Promise.all(held);
      expect(await Promise.all([1, 2, 3].map(() => executor.submit(jobs.whatWasPrepared)))).toEqual([
        5, 5, 5,
      ]);
    });

    test('an initializer that fails breaks the executor: all futures and all later ones fail', async () => {
      const executor = open({ initializer: jobs.failToPrepare, initArgs: [scratch.folder] });
      const futures = [1, 2, 3, 4].map((x) => executor.submit(jobs.square, [x]));
      const mapped = failureOf(listOf(executor.map(jobs.square, [1, 2, 3])));
      const errors = await Promise.all(futures.map((future) => future.exception()));
      errors.push(await mapped);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const later = executor.submit(jobs.square, [5]);
      expect(later.done()).toBe(true);
      errors.push(await later.exception());
      errors.push(await failureOf(listOf(executor.map(jobs.square, [1]))));
      for (const error of errors) {
        expect(error).toBeInstanceOf(BrokenExecutorError);
        expect(error).toMatchObject({
          code: 'ALLCORES_ERR_EXECUTOR_BROKEN',
          cause: { name: 'TariffError', message: 'not prepared' },
        });
      }
      expect(new Set(errors).size).toBe(7);
      expect(marks('tried')).toBeLessThanOrEqual(2);
      await executor.shutdown();
      expect(() => executor.submit(jobs.square, [6])).toThrow(PoolClosedError);
    });

    test('a worker that cannot be replaced breaks it, and nothing hangs', async () => {
      const executor = open({
        workers: 1,
        maxTasksPerWorker: 1,
        initializer: jobs.prepareOnce,
        initArgs: [scratch.folder],
      });
      const futures = [1, 2, 3].map((x) => executor.submit(jobs.square, [x]));
      expect(await futures[0]).toBe(1);
      for (const future of futures.slice(1)) {
        expect(await future.exception()).toMatchObject({
          code: 'ALLCORES_ERR_EXECUTOR_BROKEN',
          cause: { message: 'no second time' },
        });
      }
      await executor.shutdown();
    });

    test('one that broke ends the workers that it has, without a shutdown', async () => {
      const workers = noteWorkers();
      const executor = open({
        gracePeriod: 60_000,
        initializer: jobs.prepareOnce,
        initArgs: [scratch.folder],
      });
      const pid = await executor.submit(() => process.pid);
      const held = executor.submit(jobs.hold, [scratch.folder, 'held']);
      await begun('held');
      const other = executor.submit(jobs.square, [1]);
      expect(await other.exception()).toBeInstanceOf(BrokenExecutorError);
      expect(await held.exception()).toBeInstanceOf(BrokenExecutorError);
      await until(() => !workers.alive(pid));
    });

    test('a module that cannot be preloaded breaks it', async () => {
      const executor = open({ preload: [new URL('./no-such-module.mjs', import.meta.url)] });
      const error = await failureOf(executor.submit(jobs.square, [1]));
      expect(error).toBeInstanceOf(BrokenExecutorError);
      expect(String(error.cause)).toContain('no-such-module');
    });

    test('workers that cannot be started break it', async () => {
      const executor = open({ execArgv: ['--no-such-option-of-node'] });
      const error = await failureOf(executor.submit(jobs.square, [1]));
      expect(error).toBeInstanceOf(BrokenExecutorError);
      expect(error.cause).toBeDefined();
      expect(await executor.submit(jobs.square, [1]).exception()).toBeInstanceOf(BrokenExecutorError);
      await executor.shutdown();
    });

    test('a worker that dies with megabytes on their way holds up nobody', async () => {
      const executor = open({ workers: 1 });
      const big = executor.submit(
        (size: number) => {
          setTimeout(() => process.exit(5), 1);
          return new Uint8Array(size);
        },
        [20_000_000],
      );
      const text = executor.submit((value: string) => value.length, ['x'.repeat(10_000_000)]);
      const { notDone } = await wait([big, text], { timeout: 20_000 });
      expect(notDone.size).toBe(0);
      expect(await executor.submit(jobs.square, [9])).toBe(81);
    });
  });
});
