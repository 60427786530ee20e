import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Worker } from 'node:worker_threads';
import {
  asCompleted,
  BrokenExecutorError,
  CancelledError,
  Executor,
  type Future,
  PoolClosedError,
  type PoolOptions,
  QueueFullError,
  SerializationError,
  TaskTimeoutError,
  TimeoutError,
  tasks,
  type WaitResult,
  WorkerDiedError,
  wait,
} from 'allcores';
import { factorial } from 'allcores/factorial';
import { sum } from 'allcores/numeric';
import { afterEach, beforeEach, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { backends } from './backends.js';

const jobs = tasks<typeof import('../fixtures/executor-jobs.mjs')>(
  new URL('../fixtures/executor-jobs.mjs', import.meta.url),
);

/** What a future or a promise fails with. */
async function failureOf<E = Error>(promise: PromiseLike<unknown>): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error(`Expected a failure, got ${inspect(value)}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Notes the threads that are started from now on, to the end of the test. */
function noteWorkers(): { alive(pid: number): boolean } {
  let threads = 0;
  const note = (worker: Worker) => {
    threads++;
    worker.once('exit', () => threads--);
  };
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const runs = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  return { alive: (pid) => (pid === process.pid ? threads > 0 : runs(pid)) };
}

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe.each(backends)('Executor on $name', ({ kind }) => {
  const opened: Executor[] = [];
  const open = (options?: PoolOptions): Executor => {
    const executor = new Executor({ workers: 2, ...options, kind });
    opened.push(executor);
    return executor;
  };

  let folder = '';
  /** Whether, and how often, something was marked by a task. */
  const marks = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
  };
  const begun = (...names: string[]) => until(() => names.every((name) => marks(`${name}.begun`) > 0));
  const letGo = (...names: string[]) => {
    for (const name of names) writeFileSync(join(folder, `${name}.go`), '');
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'allcores-executor-'));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((executor) => executor.killWorkers()));
    rmSync(folder, { recursive: true, force: true });
  });

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
      const stopped = executor.submit(jobs.hold, [folder, 'stopped'], { signal: stop.signal });
      await begun('stopped');
      stop.abort(new Error('enough'));
      expect(await stopped.exception()).toBe(stop.signal.reason);
      expect(stopped.cancelled()).toBe(false);
      const late = executor.submit(jobs.spin, [folder, 'late'], { timeout: 50 });
      expect(await late.exception()).toBeInstanceOf(TaskTimeoutError);
      const never = executor.submit(jobs.square, [1], { signal: AbortSignal.abort(7) });
      expect(never.done()).toBe(true);
      expect(await never.exception()).toBe(7);
    });

    test('beyond maxQueue the future fails with QueueFullError', async () => {
      const executor = open({ workers: 1, maxQueue: 1 });
      const first = executor.submit(jobs.hold, [folder, 'first']);
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
      const held = ['a', 'b', 'c'].map((name) => executor.submit(jobs.hold, [folder, name]));
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
      const first = executor.submit(jobs.hold, [folder, 'first']);
      const second = executor.submit(jobs.count, [folder, 'second']);
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
          Array.from({ length: 300 }, () => executor.submit(jobs.holdAtTimes, [folder, 'quick', false])),
        );
        const names = Array.from({ length: 40 }, (_, index) => `sent-${index}`);
        const held = executor.submit(jobs.holdAtTimes, [folder, 'held', true]);
        const futures = names.map((name) => executor.submit(jobs.holdAtTimes, [folder, name, false]));
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
      const future = open().submit(jobs.hold, [folder, 'held']);
      expect(await failureOf(future.result({ timeout: 20 }))).toBeInstanceOf(TimeoutError);
      expect(await failureOf(future.exception({ timeout: 0 }))).toBeInstanceOf(TimeoutError);
      letGo('held');
      expect(await future.result({ timeout: 20_000 })).toBe('held');
    });

    test('that has ended is forgotten by its executor, however it ended', async () => {
      const executor = open({ workers: 1, maxQueue: 2 });
      const futures: WeakRef<Future<unknown>>[] = [];
      await (async () => {
        const held = executor.submit(jobs.hold, [folder, 'held']);
        await begun('held');
        const cancelled = executor.submit(jobs.square, [1]);
        const failing = executor.submit(jobs.fail, ['no']);
        const refused = executor.submit(jobs.square, [2]);
        for (const future of [held, cancelled, failing, refused]) futures.push(new WeakRef(future));
        cancelled.cancel();
        letGo('held');
        await wait([held, cancelled, failing, refused]);
      })();
      setFlagsFromString('--expose-gc');
      const gc = runInNewContext('gc') as () => void;
      for (let round = 0; round < 20 && futures.some((future) => future.deref()); round++) {
        await new Promise((resolve) => setImmediate(resolve));
        gc();
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
      const held = watch('result', executor.submit(jobs.hold, [folder, 'held']));
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

  describe('map', () => {
    test.each([1, 5, 50, 500, undefined])('keeps the order with chunkSize %s', async (chunkSize) => {
      const items = Array.from({ length: 500 }, (_, item) => item);
      const options = chunkSize === undefined ? {} : { chunkSize };
      expect(await listOf(open().map(jobs.square, items, options))).toEqual(items.map((x) => x * x));
    });

    test('takes all its items at the call, and works before anybody reads', async () => {
      const executor = open();
      let taken = 0;
      function* items() {
        for (const name of ['a', 'b', 'c']) {
          taken++;
          yield name;
        }
      }
      const results = executor.map(jobs.square, [1, 2]);
      const named = executor.map((name: string) => name.toUpperCase(), items());
      expect(taken).toBe(3);
      const marked = executor.map(jobs.visit, [join(folder, 'unread')]);
      await until(() => marks('unread') > 0);
      expect(await listOf(named)).toEqual(['A', 'B', 'C']);
      expect(await listOf(results)).toEqual([1, 4]);
      expect(await listOf(marked)).toEqual([join(folder, 'unread')]);
    });

    test('with bufferSize takes so many items ahead and no more, also of an endless input', async () => {
      const executor = open();
      let taken = 0;
      function* endless() {
        for (;;) yield taken++;
      }
      let read = 0;
      for await (const square of executor.map(jobs.square, endless(), { bufferSize: 4 })) {
        expect(square).toBe(read * read);
        expect(taken).toBeLessThanOrEqual(++read + 4);
        if (read === 50) break;
      }
      expect(await listOf(executor.map(jobs.square, [], { bufferSize: 4 }))).toEqual([]);
      expect(await listOf(executor.map(jobs.square, []))).toEqual([]);
    });

    test('throws for bad arguments at the call', () => {
      const executor = open();
      const map =
        (...args: unknown[]) =>
        () =>
          (executor.map as (...given: unknown[]) => unknown).apply(executor, args);
      expect(map(jobs.square, [1], { chunkSize: 0 })).toThrow(RangeError);
      expect(map(jobs.square, [1], { bufferSize: 0 })).toThrow(RangeError);
      expect(map(jobs.square, [1], { bufferSize: '1' })).toThrow(TypeError);
      expect(map(jobs.square, [1], { timeout: -1 })).toThrow(RangeError);
      expect(map(jobs.square, [1], { errors: 'collect' })).toThrow('Unknown option `errors` of Executor.map');
      expect(map(jobs.square, 7)).toThrow(TypeError);
      expect(map(7, [1])).toThrow(TypeError);
    });

    test('gives the results before a failure, then the failure, and is at its end', async () => {
      const executor = open();
      const run = (x: number) => {
        if (x === 2) throw new RangeError('two');
        return x;
      };
      const results = executor.map(run, [0, 1, 2, 3], { chunkSize: 1 });
      expect([await results.next(), await results.next()].map(({ value }) => value)).toEqual([0, 1]);
      expect(await failureOf(results.next())).toEqual(new RangeError('two'));
      expect(await results.next()).toEqual({ done: true, value: undefined });
    });

    test('with a timeout gives the results before it, then TimeoutError, and the rest never runs', async () => {
      const executor = open({ workers: 1, gracePeriod: 30 });
      await executor.submit(jobs.square, [1]);
      const files = ['quick', 'slow', 'after'].map((name) => join(folder, name));
      const since = performance.now();
      const results = executor.map(jobs.visit, files, { timeout: 500, chunkSize: 1 });
      expect((await results.next()).value).toBe(files[0]);
      expect(await failureOf(results.next())).toBeInstanceOf(TimeoutError);
      expect(performance.now() - since).toBeLessThan(10_000);
      expect(await results.next()).toEqual({ done: true, value: undefined });
      expect(await executor.submit(jobs.square, [5])).toBe(25);
      expect([marks('quick'), marks('slow'), marks('after')]).toEqual([1, 1, 0]);
    });

    test('that is left early cancels what has not begun, and the executor goes on', async () => {
      const executor = open({ workers: 1 });
      const names = Array.from({ length: 100 }, (_, index) => join(folder, `item-${index}`));
      for await (const file of executor.map(jobs.visit, names, { chunkSize: 1 })) {
        expect(file).toBe(names[0]);
        break;
      }
      expect(await executor.submit(jobs.square, [6])).toBe(36);
      const ran = names.filter((_, index) => marks(`item-${index}`) > 0).length;
      expect(ran).toBeLessThan(50);
      await executor.shutdown();
      expect(names.filter((_, index) => marks(`item-${index}`) > 0)).toHaveLength(ran);
    });

    test('can be left while somebody waits for its next result', async () => {
      const executor = open({ workers: 1, gracePeriod: 30 });
      for (const options of [{}, { timeout: 60_000 }]) {
        const results = executor.map((x: number) => new Promise(() => x), [1, 2], options);
        const asked = results.next();
        await results.return?.();
        expect(await asked).toEqual({ done: true, value: undefined });
      }
      expect(await executor.submit(jobs.square, [7])).toBe(49);
    });

    test('runs kernels', async () => {
      const executor = open();
      expect(await listOf(executor.map(factorial, [3, 4, 5]))).toEqual([6n, 24n, 120n]);
      expect(await listOf(executor.map(factorial, [3, 4, 5], { timeout: 20_000, bufferSize: 1 }))).toEqual([
        6n,
        24n,
        120n,
      ]);
    });
  });

  describe('wait and asCompleted', () => {
    test('wait for futures of several executors', async () => {
      const [one, two] = [open(), open()];
      const held = one.submit(jobs.hold, [folder, 'held']);
      const failing = two.submit(jobs.fail, ['no']);
      const quick = two.submit(jobs.square, [2]);
      const first = await wait([held, failing, quick], { returnWhen: 'FIRST_EXCEPTION' });
      expect(first.done.has(failing)).toBe(true);
      expect(first.notDone.has(held)).toBe(true);
      expect(await quick).toBe(4);
      const over = await wait([held, failing, quick, held], { timeout: 20 });
      expect([over.done.size, over.notDone.size]).toEqual([2, 1]);
      letGo('held');
      const all = await wait([held, failing, quick]);
      expect([all.done.size, all.notDone.size]).toEqual([3, 0]);
    });

    test('asCompleted gives each future when it ends', async () => {
      const [one, two] = [open(), open()];
      const held = ['a', 'b'].map((name) => one.submit(jobs.hold, [folder, name]));
      await begun('a', 'b');
      const failing = two.submit(jobs.fail, ['no']);
      const iterator = asCompleted([...held, failing, failing]);
      expect((await iterator.next()).value).toBe(failing);
      letGo('b');
      expect((await iterator.next()).value).toBe(held[1]);
      letGo('a');
      expect(await listOf(iterator)).toEqual([held[0]]);
      const late = open().submit(jobs.hold, [folder, 'late']);
      expect(await failureOf(listOf(asCompleted([late], { timeout: 20 })))).toBeInstanceOf(TimeoutError);
      letGo('late');
    });

    test('no wake-up is lost between many futures and many waits', async () => {
      const executor = open();
      for (let round = 0; round < 50; round++) {
        const futures = Array.from({ length: 10 }, (_, x) => executor.submit(jobs.square, [x]));
        const [waited, completed] = await Promise.all([wait(futures), listOf(asCompleted(futures))]);
        expect(waited.done.size).toBe(10);
        expect(new Set(completed).size).toBe(10);
      }
    });
  });

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
      const held = executor.submit(jobs.hold, [folder, 'held']);
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
      const held = executor.submit(jobs.hold, [folder, 'held']);
      const others = ['a', 'b', 'c'].map((name) => executor.submit(jobs.count, [folder, name]));
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
      const held = ['a', 'b'].map((name) => executor.submit(jobs.hold, [folder, name]));
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
      const running = names.map((name) => executor.submit(jobs.spin, [folder, name]));
      const waiting = names.map((name) => executor.submit(jobs.count, [folder, `not-${name}`]));
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
      const held = stopping.submit(jobs.hold, [folder, 'held']);
      await begun('held');
      const ended = stopping.shutdown();
      await stopping[end]();
      await ended;
      expect(await held.exception()).toBeInstanceOf(BrokenExecutorError);
    });
  });

  describe('when workers die or fail', () => {
    test('each future that ran fails with an error of its own that names the exit code; others go on', async () => {
      const executor = open();
      const names = ['a', 'b'];
      const dying = names.map((name) => executor.submit(jobs.dieTogether, [folder, name, names]));
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
      const executor = open({ initializer: jobs.prepare, initArgs: [folder, 5] });
      const held = ['a', 'b'].map((name) => executor.submit(jobs.hold, [folder, name]));
      await begun('a', 'b');
      expect(marks('prepared')).toBe(2);
      letGo('a', 'b');
      await Promise.all(held);
      expect(await Promise.all([1, 2, 3].map(() => executor.submit(jobs.whatWasPrepared)))).toEqual([
        5, 5, 5,
      ]);
    });

    test('an initializer that fails breaks the executor: all futures and all later ones fail', async () => {
      const executor = open({ initializer: jobs.failToPrepare, initArgs: [folder] });
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
        initArgs: [folder],
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
      const executor = open({ gracePeriod: 60_000, initializer: jobs.prepareOnce, initArgs: [folder] });
      const pid = await executor.submit(() => process.pid);
      const held = executor.submit(jobs.hold, [folder, 'held']);
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

  describe('as a program', () => {
    const run = async (name: string, ...args: string[]) => {
      const file = fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { timeout: 20_000 });
      return stdout.trim().split('\n');
    };

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
  const file = fileURLToPath(new URL('../fixtures/executor-dropped-program.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
  expect(stdout.trim().split('\n')).toEqual(['[1,4,9]', 'workers ended']);
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
