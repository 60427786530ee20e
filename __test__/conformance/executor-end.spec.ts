/** How an executor ends, on every kind of worker. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  BrokenExecutorError,
  CancelledError,
  type Future,
  PoolClosedError,
  SerializationError,
  WorkerDiedError,
} from 'allcores';
import { factorial } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { backends } from './backends.js';
import { executorStage, listOf, noteWorkers } from './executor-stage.js';
import { fixture, executorJobs as jobs } from './jobs.js';

/** Runs a program to its end and gives its lines. */
async function run(name: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(fixture(name)), ...args], {
    timeout: 20_000,
  });
  return stdout.trim().split('\n');
}

describe.each(backends)('Executor on $name', ({ kind }) => {
  const { open, scratch, marks, begun, letGo } = executorStage(kind);

  describe('shutdown', () => {
    test('lets pending futures finish and refuses new work; again and again', async () => {
      const executor = open();
      const pending = [10, 20, 30].map((ms) => executor.submit(jobs.sleepThenReturn, [ms]));
      const mapped = executor.map(jobs.square, [1, 2, 3]);
      const ended = executor.shutdown();
      expect(() => executor.submit(jobs.square, [1])).toThrow(PoolClosedError);
      expect(() => executor.map(jobs.square, [1])).toThrow(PoolClosedError);
      await ended;
      expect(pending.map((future) => future.done())).toEqual([true, true, true]);
      expect(await Promise.all(pending)).toEqual([10, 20, 30]);
      expect(await listOf(mapped)).toEqual([1, 4, 9]);
      await executor.shutdown();
      await executor.shutdown({ wait: false, cancelFutures: true });
      await executor[Symbol.asyncDispose]();
    });

    test('without wait resolves at once, and what is pending ends in its time', async () => {
      const executor = open({ workers: 1 });
      const held = executor.submit(jobs.hold, [scratch.folder, 'held']);
      const failing = executor.submit(jobs.fail, ['later']);
      const next = executor.submit(jobs.square, [3]);
      await begun('held');
      await executor.shutdown({ wait: false });
      expect(held.done()).toBe(false);
      expect(() => executor.submit(jobs.square, [1])).toThrow(PoolClosedError);
      letGo('held');
      expect(await held).toBe('held');
      expect(await failing.exception()).toMatchObject({ message: 'later' });
      expect(await next).toBe(9);
      await executor.shutdown();
    });

    test('with cancelFutures cancels what has not begun, and only that', async () => {
      const executor = open({ workers: 1 });
      const held = executor.submit(jobs.hold, [scratch.folder, 'held']);
      const others = ['a', 'b', 'c'].map((name) => executor.submit(jobs.count, [scratch.folder, name]));
      await begun('held');
      const ended = executor.shutdown({ cancelFutures: true });
      expect(others.map((future) => future.cancelled())).toEqual([true, true, true]);
      letGo('held');
      await ended;
      expect(await held).toBe('held');
      expect(['a', 'b', 'c'].map(marks)).toEqual([0, 0, 0]);
    });

    test('with cancelFutures ends a map with CancelledError', async () => {
      const executor = open({ workers: 1, gracePeriod: 30 });
      const results = executor.map(
        (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, ms)),
        [1, 60_000],
      );
      expect((await results.next()).value).toBe(1);
      await executor.shutdown({ cancelFutures: true });
      expect(await failureOf(results.next())).toBeInstanceOf(CancelledError);
    });

    test('refuses bad options and is then still open', async () => {
      const executor = open();
      expect(await failureOf(executor.shutdown({ wait: 1 } as never))).toBeInstanceOf(TypeError);
      expect(await failureOf(executor.shutdown({ cancelFutures: 'no' } as never))).toBeInstanceOf(TypeError);
      expect(await failureOf(executor.shutdown({ force: true } as never))).toBeInstanceOf(TypeError);
      expect(await executor.submit(jobs.square, [2])).toBe(4);
    });

    test('races with submits without loss: what was accepted ends', async () => {
      for (let round = 0; round < 5; round++) {
        const executor = open();
        const futures: Future<number>[] = [];
        const ended = new Promise<void>((resolve, reject) => {
          setTimeout(() => executor.shutdown().then(resolve, reject), 1);
        });
        let refused = false;
        while (!refused) {
          try {
            futures.push(executor.submit(jobs.square, [futures.length]));
            await new Promise((resolve) => setImmediate(resolve));
          } catch (error) {
            expect(error).toBeInstanceOf(PoolClosedError);
            refused = true;
          }
        }
        await ended;
        expect(await Promise.all(futures)).toEqual(futures.map((_, x) => x * x));
      }
    });

    test('ends the workers', async () => {
      const workers = noteWorkers();
      const executor = open();
      const held = ['a', 'b'].map((name) => executor.submit(jobs.hold, [scratch.folder, name]));
      await begun('a', 'b');
      letGo('a', 'b');
      await Promise.all(held);
      const pid = await executor.submit(() => process.pid);
      await executor.shutdown();
      expect(workers.alive(pid)).toBe(false);
    });

    test('of an executor that never ran anything resolves at once', async () => {
      await open().shutdown();
    });

    test('does not wait for ever when a value could not be sent or a worker died', async () => {
      const executor = open({ workers: 1 });
      const wrong = executor.submit((value: unknown) => value, [() => 1]);
      const dying = executor.submit(() => process.exit(3));
      await executor.shutdown();
      expect(await wrong.exception()).toBeInstanceOf(SerializationError);
      expect(await dying.exception()).toMatchObject({ name: 'WorkerDiedError', exitCode: 3 });
    });
  });

  describe.each(['terminateWorkers', 'killWorkers'] as const)('%s', (end) => {
    test('fails what runs, cancels what waits, refuses what comes, within 5 s', async () => {
      const executor = open({ gracePeriod: 60_000 });
      const names = ['a', 'b'];
      const running = names.map((name) => executor.submit(jobs.spin, [scratch.folder, name]));
      const waiting = names.map((name) => executor.submit(jobs.count, [scratch.folder, `not-${name}`]));
      await begun(...names);
      const since = performance.now();
      const ended = executor[end]();
      expect(() => executor.submit(jobs.square, [1])).toThrow(PoolClosedError);
      expect(() => executor.map(jobs.square, [1])).toThrow(PoolClosedError);
      const errors = await Promise.all(running.map((future) => future.exception()));
      for (const error of errors) expect(error).toBeInstanceOf(BrokenExecutorError);
      expect(errors[0]).not.toBe(errors[1]);
      expect(waiting.map((future) => future.cancelled())).toEqual([true, true]);
      await ended;
      expect(performance.now() - since).toBeLessThan(5000);
      expect(names.map((name) => marks(`not-${name}`))).toEqual([0, 0]);
      await executor[end]();
      await executor.shutdown();
    });

    test('ends maps and kernels too', async () => {
      const executor = open({ workers: 1, gracePeriod: 60_000 });
      const results = executor.map((x: number) => new Promise(() => x), [1, 2, 3]);
      const asked = failureOf(results.next());
      const kernel = executor.submit(factorial, [3_000_000]);
      const since = performance.now();
      await executor[end]();
      expect(await asked).toBeInstanceOf(CancelledError);
      expect(await kernel.exception()).toBeInstanceOf(BrokenExecutorError);
      expect(performance.now() - since).toBeLessThan(5000);
    });

    test('does nothing bad to an executor without workers, with dead ones, or shut down', async () => {
      await open()[end]();
      const dying = open({ workers: 1 });
      expect(await dying.submit(() => process.exit(1)).exception()).toBeInstanceOf(WorkerDiedError);
      await dying[end]();
      const starting = open({ workers: 1 });
      const future = starting.submit(jobs.square, [1]);
      await starting[end]();
      expect(future.done()).toBe(true);
      const stopping = open({ workers: 1 });
      const held = stopping.submit(jobs.hold, [scratch.folder, 'held']);
      await begun('held');
      const ended = stopping.shutdown();
      await stopping[end]();
      await ended;
      expect(await held.exception()).toBeInstanceOf(BrokenExecutorError);
    });
  });

  describe('as a program', () => {
    test('pending futures keep it until they have ended, also after shutdown without wait', async () => {
      const lines = await run('executor-exit-program', kind);
      expect(lines.sort()).toEqual([
        'ALLCORES_ERR_EXECUTOR_BROKEN',
        'closing 1',
        'closing 2',
        'open 1',
        'open 2',
        'shut down at once',
      ]);
    });
  });
});

test('the workers of an executor that nobody holds end when its futures have', async () => {
  expect(await run('executor-dropped-program')).toEqual(['[1,4,9]', 'workers ended']);
});
