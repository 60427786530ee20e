/** Maps of an executor, and waiting for several futures, on every kind of worker. */

import { asCompleted, TimeoutError, wait } from 'allcores';
import { factorial } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { until } from '../waits.js';
import { backends } from './backends.js';
import { executorStage, listOf } from './executor-stage.js';
import { executorJobs as jobs } from './jobs.js';

describe.each(backends)('Executor on $name', ({ kind }) => {
  const { open, scratch, marks, begun, letGo } = executorStage(kind);

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
      const marked = executor.map(jobs.visit, [scratch.file('unread')]);
      await until(() => marks('unread') > 0);
      expect(await listOf(named)).toEqual(['A', 'B', 'C']);
      expect(await listOf(results)).toEqual([1, 4]);
      expect(await listOf(marked)).toEqual([scratch.file('unread')]);
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
      const files = ['quick', 'slow', 'after'].map((name) => scratch.file(name));
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
      const names = Array.from({ length: 100 }, (_, index) => scratch.file(`item-${index}`));
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
      const held = one.submit(jobs.hold, [scratch.folder, 'held']);
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
      const held = ['a', 'b'].map((name) => one.submit(jobs.hold, [scratch.folder, name]));
      await begun('a', 'b');
      const failing = two.submit(jobs.fail, ['no']);
      const iterator = asCompleted([...held, failing, failing]);
      expect((await iterator.next()).value).toBe(failing);
      letGo('b');
      expect((await iterator.next()).value).toBe(held[1]);
      letGo('a');
      expect(await listOf(iterator)).toEqual([held[0]]);
      const late = open().submit(jobs.hold, [scratch.folder, 'late']);
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
});
