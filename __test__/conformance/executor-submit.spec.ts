/** Calls of an executor and their futures, on every kind of worker. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import {
  asCompleted,
  CancelledError,
  Executor,
  type Future,
  QueueFullError,
  SerializationError,
  TaskTimeoutError,
  TimeoutError,
  type WaitResult,
  wait,
} from 'allcores';
import { factorial } from 'allcores/factorial';
import { sum } from 'allcores/numeric';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { collectGarbage } from '../collect-garbage.js';
import { failureOf } from '../failure-of.js';
import { until } from '../waits.js';
import { backends } from './backends.js';
import { executorStage, listOf } from './executor-stage.js';
import { executorJobs as jobs } from './jobs.js';

describe.each(backends)('Executor on $name', ({ kind }) => {
  const { open, scratch, marks, begun, letGo } = executorStage(kind);

  describe('submit', () => {
    test('gives a future of what an inline function, a task and an async function return', async () => {
      const executor = open();
      expect(await executor.submit((a: number, b: number) => a + b, [1, 2])).toBe(3);
      expect(await executor.submit(jobs.add, [3, 4]).result()).toBe(7);
      expect(await executor.submit(jobs.sleepThenReturn, [5]).result({ timeout: 20_000 })).toBe(5);
      const nothing = executor.submit(() => {});
      expect(await nothing).toBeUndefined();
      expect(await nothing.exception()).toBeUndefined();
      expect(nothing.done()).toBe(true);
    });

    test('gives a future of what the function throws, with its class and both stacks', async () => {
      const future = (function theCaller(executor) {
        return executor.submit(jobs.fail, ['too much']);
      })(open());
      const error = (await future.exception()) as Error & { stack: string };
      expect(error).toMatchObject({ name: 'TariffError', message: 'too much' });
      expect(error.constructor.name).toBe('TariffError');
      expect(error.stack.indexOf('executor-jobs.mjs')).toBeGreaterThan(0);
      expect(error.stack.indexOf('theCaller')).toBeGreaterThan(error.stack.indexOf('executor-jobs.mjs'));
      expect(await failureOf(future)).toBe(error);
      expect(inspect(future)).toBe('Future <failed: TariffError>');
    });

    test('falsy values that are thrown are failures', async () => {
      const executor = open();
      const throwing = (value: unknown) => {
        throw value;
      };
      for (const value of [undefined, null, 0, '', false]) {
        const future = executor.submit(throwing, [value]);
        expect(await failureOf(future)).toBe(value);
        expect(await future.exception()).toBe(value);
        await expect(listOf(executor.map(throwing, [value]))).rejects.toBe(value);
      }
    });

    test('runs kernels in this process', async () => {
      const executor = open();
      expect(await executor.submit(sum, [new Float64Array([1, 2, 3.5])])).toBe(6.5);
      expect(await executor.submit(factorial, [20])).toBe(2432902008176640000n);
      const wrong = executor.submit(factorial, [-1]);
      expect(await wrong.exception()).toBeInstanceOf(RangeError);
    });

    test('throws for bad arguments, before anything is submitted', () => {
      const executor = open();
      const submit =
        (...args: unknown[]) =>
        () =>
          (executor.submit as (...given: unknown[]) => unknown).apply(executor, args);
      expect(submit(42)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
      expect(submit(Math.max.bind(null), [1])).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }),
      );
      expect(submit(() => 1, 7)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
      expect(submit(() => 1, [], { wait: 1 })).toThrow('Unknown option `wait` of submit');
      expect(submit(() => 1, [], { timeout: 0 })).toThrow(RangeError);
    });

    test('an argument or a result that cannot cross fails its own future only', async () => {
      const executor = open();
      const echo = (value: unknown) => value;
      const futures = [1, { deep: [() => 1] }, 3].map((value) => executor.submit(echo, [value]));
      const result = executor.submit(() => ({ deep: [() => 1] }));
      expect(await futures[0]).toBe(1);
      expect(await futures[2]).toBe(3);
      expect(await futures[1]?.exception()).toMatchObject({ path: 'args[0].deep[0]' });
      expect(await result.exception()).toBeInstanceOf(SerializationError);
      expect(await executor.submit(jobs.square, [4])).toBe(16);
    });

    test('takes signal and timeout: the future fails with the reason or with TaskTimeoutError', async () => {
      const executor = open({ workers: 1, gracePeriod: 30 });
      const stop = new AbortController();
      const stopped = executor.submit(jobs.hold, [scratch.folder, 'stopped'], { signal: stop.signal });
      await begun('stopped');
      stop.abort(new Error('enough'));
      expect(await stopped.exception()).toBe(stop.signal.reason);
      expect(stopped.cancelled()).toBe(false);
      const late = executor.submit(jobs.spin, [scratch.folder, 'late'], { timeout: 50 });
      expect(await late.exception()).toBeInstanceOf(TaskTimeoutError);
      const never = executor.submit(jobs.square, [1], { signal: AbortSignal.abort(7) });
      expect(never.done()).toBe(true);
      expect(await never.exception()).toBe(7);
    });

    test('beyond maxQueue the future fails with QueueFullError', async () => {
      const executor = open({ workers: 1, maxQueue: 1 });
      const first = executor.submit(jobs.hold, [scratch.folder, 'first']);
      await begun('first');
      const second = executor.submit(jobs.square, [2]);
      const third = executor.submit(jobs.square, [3]);
      expect(await third.exception()).toBeInstanceOf(QueueFullError);
      letGo('first');
      expect(await Promise.all([first, second])).toEqual(['first', 4]);
    });

    test('starts workers on demand, uses idle ones again, and names them', async () => {
      const executor = open({ workers: 3, name: 'mill' });
      const names = new Set<string>();
      for (let round = 0; round < 10; round++) names.add(await executor.submit(jobs.workerName));
      expect([...names]).toEqual(['mill-1']);
      const held = ['a', 'b', 'c'].map((name) => executor.submit(jobs.hold, [scratch.folder, name]));
      await begun('a', 'b', 'c');
      letGo('a', 'b', 'c');
      expect(await Promise.all(held)).toEqual(['a', 'b', 'c']);
      expect(await open().submit(jobs.workerName)).toBe('pool-1');
    });

    test('takes a burst of 20,000 calls without blocking, and ends them all at a shutdown', async () => {
      const executor = open();
      const futures = Array.from({ length: 20_000 }, (_, x) => executor.submit(jobs.square, [x]));
      await executor.shutdown();
      expect(futures.every((future) => future.done())).toBe(true);
      expect((await Promise.all(futures)).at(-1)).toBe(19_999 ** 2);
    });

    test('replaces a worker after maxTasksPerWorker tasks, and nothing that waits is lost', async () => {
      const executor = open({ workers: 1, maxTasksPerWorker: 3 });
      const futures = Array.from({ length: 10 }, () => executor.submit(jobs.workerName));
      const names = await Promise.all(futures);
      const runs = new Map<string, number>();
      for (const name of names) runs.set(name, (runs.get(name) ?? 0) + 1);
      expect(runs.size).toBeGreaterThanOrEqual(4);
      expect(Math.max(...runs.values())).toBeLessThanOrEqual(3);
    });
  });

  describe('a future', () => {
    test('is pending, then running, then finished; only a pending one can be cancelled', async () => {
      const executor = open({ workers: 1 });
      const first = executor.submit(jobs.hold, [scratch.folder, 'first']);
      const second = executor.submit(jobs.count, [scratch.folder, 'second']);
      const third = executor.submit(jobs.square, [3]);
      await begun('first');
      await until(() => first.running());
      expect([first.done(), second.running(), second.done()]).toEqual([false, false, false]);
      expect(inspect([first, second])).toBe('[ Future <running>, Future <pending> ]');
      expect(first.cancel()).toBe(false);
      expect(second.cancel()).toBe(true);
      expect(await failureOf(second)).toBeInstanceOf(CancelledError);
      letGo('first');
      expect(await first).toBe('first');
      expect(await third).toBe(9);
      expect([first.cancel(), first.running(), first.cancelled()]).toEqual([false, false, false]);
      expect(marks('second')).toBe(0);
    });

    test.each(['first', 'last'] as const)(
      'that was sent to a busy worker can be cancelled and never runs, the %s one first',
      async (order) => {
        const executor = open({ workers: 1 });
        // From here on the pool knows the function as a quick one, and sends ahead.
        await Promise.all(
          Array.from({ length: 300 }, () =>
            executor.submit(jobs.holdAtTimes, [scratch.folder, 'quick', false]),
          ),
        );
        const names = Array.from({ length: 40 }, (_, index) => `sent-${index}`);
        const held = executor.submit(jobs.holdAtTimes, [scratch.folder, 'held', true]);
        const futures = names.map((name) => executor.submit(jobs.holdAtTimes, [scratch.folder, name, false]));
        await begun('held');
        await until(() => held.running());
        expect(held.cancel()).toBe(false);
        const unwanted = futures.filter((_, index) => index % 2 === 0);
        if (order === 'last') unwanted.reverse();
        expect(unwanted.map((future) => future.cancel())).toEqual(unwanted.map(() => true));
        letGo('held');
        expect(await held).toBe('held');
        for (const [index, future] of futures.entries()) {
          if (index % 2 === 0) expect(await failureOf(future)).toBeInstanceOf(CancelledError);
          else expect(await future).toBe(names[index]);
        }
        expect(names.map((name) => marks(`${name}.begun`))).toEqual(names.map((_, index) => index % 2));
        expect(marks('held.begun')).toBe(1);
      },
    );

    test('of a kernel that waits for its turn can be cancelled, one of a kernel that runs cannot', async () => {
      const executor = open({ workers: 1 });
      const first = executor.submit(factorial, [300_000]);
      const second = executor.submit(factorial, [300_000]);
      expect(first.running()).toBe(true);
      expect(second.running()).toBe(false);
      expect(first.cancel()).toBe(false);
      expect(second.cancel()).toBe(true);
      expect((await first) > 0n).toBe(true);
      expect(second.cancelled()).toBe(true);
    });

    test('waits no longer than its timeout, and goes on', async () => {
      const future = open().submit(jobs.hold, [scratch.folder, 'held']);
      expect(await failureOf(future.result({ timeout: 20 }))).toBeInstanceOf(TimeoutError);
      expect(await failureOf(future.exception({ timeout: 0 }))).toBeInstanceOf(TimeoutError);
      letGo('held');
      expect(await future.result({ timeout: 20_000 })).toBe('held');
    });

    test('that has ended is forgotten by its executor, however it ended', async () => {
      const executor = open({ workers: 1, maxQueue: 2 });
      const futures: WeakRef<Future<unknown>>[] = [];
      await (async () => {
        const held = executor.submit(jobs.hold, [scratch.folder, 'held']);
        await begun('held');
        const cancelled = executor.submit(jobs.square, [1]);
        const failing = executor.submit(jobs.fail, ['no']);
        const refused = executor.submit(jobs.square, [2]);
        for (const future of [held, cancelled, failing, refused]) futures.push(new WeakRef(future));
        cancelled.cancel();
        letGo('held');
        await wait([held, cancelled, failing, refused]);
      })();
      for (let round = 0; round < 20 && futures.some((future) => future.deref()); round++) {
        await new Promise((resolve) => setImmediate(resolve));
        collectGarbage();
      }
      expect(futures.map((future) => future.deref())).toEqual([undefined, undefined, undefined, undefined]);
      expect(await executor.submit(jobs.square, [3])).toBe(9);
    });

    test('calls back on a result, an error and a cancel, in the context of the caller', async () => {
      const executor = open({ workers: 1 });
      const context = new AsyncLocalStorage<string>();
      const seen: unknown[] = [];
      const watch = (name: string, future: Future<unknown>) => {
        context.run(name, () =>
          future.addDoneCallback((done) => seen.push([context.getStore(), done === future, done.done()])),
        );
        return future;
      };
      const held = watch('result', executor.submit(jobs.hold, [scratch.folder, 'held']));
      const failing = watch('error', executor.submit(jobs.fail, ['no']));
      const waiting = watch('cancel', executor.submit(jobs.square, [1]));
      await begun('held');
      waiting.cancel();
      letGo('held');
      await wait([held, failing]);
      expect(seen).toEqual([
        ['cancel', true, true],
        ['result', true, true],
        ['error', true, true],
      ]);
    });
  });
});

describe('the constructor', () => {
  test.each([
    [{ workers: 0 }, RangeError],
    [{ workers: -1 }, RangeError],
    [{ workers: '2' }, TypeError],
    [{ maxWorkers: 2 }, TypeError],
    [{ maxTasksPerWorker: 0 }, RangeError],
    [{ kind: 'interpreter' }, TypeError],
    [{ initializer: Math.max.bind(null) }, TypeError],
  ])('refuses %o', (options, Class) => {
    expect(() => new Executor(options as never)).toThrow(Class as typeof TypeError);
  });
});

// Checked by `npm run types`; running it shows that the values are what the types say.
test('futures, waits and maps have the types of what the functions give', async () => {
  await using executor = new Executor({ workers: 1 });
  const number = executor.submit((x: number) => x * 2, [1]);
  const text = executor.submit(async (x: number) => String(x), [1]);
  expectTypeOf(number).toEqualTypeOf<Future<number>>();
  expectTypeOf(text).toEqualTypeOf<Future<string>>();
  expectTypeOf(executor.submit(jobs.square)).toEqualTypeOf<Future<number>>();
  // @ts-expect-error square takes a number
  expect(await executor.submit(jobs.square, ['3'])).toBe(9);
  expectTypeOf(executor.map(jobs.sleepThenReturn, [1])).toEqualTypeOf<AsyncIterableIterator<number>>();
  expectTypeOf(wait([number])).resolves.toEqualTypeOf<WaitResult<number>>();
  expectTypeOf(asCompleted([number, text])).toEqualTypeOf<AsyncIterableIterator<Future<number | string>>>();
  const { done } = await wait([number, text]);
  expectTypeOf(done).toEqualTypeOf<Set<Future<number | string>>>();
  const values: (number | string)[] = await Promise.all(done);
  expect(values).toEqual([2, '1']);
});
