/** A worker's modules, its end, and what is cancelled. */

import { beforeEach, describe, expect, test } from 'vitest';
import { TaskNotFoundError } from '#dist/errors.js';
import { WorkerCell } from '#dist/internal/protocol.js';
import { upTo } from '../up-to.js';
import { channels, Driver, tasksOf } from './worker-driver.ts';

const { module, task } = tasksOf('worker-tasks');

describe.each(channels)('a worker on $channel', ({ looks }) => {
  let worker: Driver;
  beforeEach(() => {
    worker = new Driver({ looks });
    return () => worker[Symbol.asyncDispose]();
  });

  describe('task modules', () => {
    test('a missing module, a missing export and an export that is no function are named', async () => {
      const missing = new URL('../fixtures/worker-nothing.mjs', import.meta.url).href;
      await expect(worker.call(task('double', missing))).rejects.toThrow(TaskNotFoundError);
      await expect(worker.call(task('double', missing))).rejects.toThrow('worker-nothing.mjs');
      await expect(worker.call(task('nope'))).rejects.toThrow(/exports no `nope`; it exports .*`double`/);
      await expect(worker.call(task('notAFunction'))).rejects.toThrow(
        /`notAFunction`, but it is no function/,
      );
      await expect(worker.call(task('x', 'allcores-no-such-package'))).rejects.toThrow(TaskNotFoundError);
    });

    test('a `.js` that is not there names the `.ts` beside it', async () => {
      const url = new URL('../fixtures/worker-sibling.js', import.meta.url).href;
      await expect(worker.call(task('add', url))).rejects.toThrow(/worker-sibling\.ts/);
    });

    test('an error while the module loads arrives as it is, to every call', async () => {
      const url = new URL('../fixtures/worker-broken.mjs', import.meta.url).href;
      const failing = worker.call(task('never', url));
      await expect(failing).rejects.toThrow(ReferenceError);
      await expect(failing).rejects.toThrow('missingWhileLoading is not defined');
      await expect(worker.call(task('never', url))).rejects.toThrow(ReferenceError);
    });

    test('a ReferenceError inside a module stays a ReferenceError', async () => {
      await expect(worker.call(task('readMissing'))).rejects.toThrow(ReferenceError);
    });

    test("an error class that the module exports is told, with its causes and the worker's frames", async () => {
      worker.send(worker.define(task('failWithOrder')), ['gone']);
      await worker.answers(1);
      const error = (await worker.failure(0, module)) as Error & { days: number };
      expect(error.constructor.name).toBe('LateOrderError');
      expect(error).toMatchObject({ name: 'LateOrderError', message: 'gone', days: 3 });
      expect(error.cause).toBeInstanceOf(RangeError);
      expect(error.stack).toContain('worker-tasks.mjs');
      expect(error.stack).not.toContain('/dist/worker/');
      expect(error.stack?.split('\n')).toHaveLength(2);
    });

    test('a built-in and a package can be a task module', async () => {
      expect(await worker.call(task('basename', 'node:path'), '/a/b.txt')).toBe('b.txt');
      expect(await worker.call(task('defineConfig', 'vitest/config'), { a: 1 })).toEqual({ a: 1 });
    });
  });

  describe('the end of a worker', () => {
    test.each([
      ['exitAt', 5, undefined],
      ['throwLaterAt', 1, 'nobody catches this'],
      ['rejectUnhandledAt', 1, 'nobody handles this'],
    ])(
      '%s: what was done before is delivered, and the running item is counted',
      async (name, code, message) => {
        worker.send(worker.define(task(name)), upTo(6));
        const end = await worker.ended;
        expect(end.code).toBe(code);
        expect((end.error as Error | undefined)?.message).toBe(message);
        expect([...worker.results().values()]).toEqual([0, 1, 2]);
        expect(worker.cells[WorkerCell.begun]).toBe(4);
      },
    );

    test('a module that ends the worker as it loads counts as begun', async () => {
      worker.send(
        worker.define(task('x', new URL('../fixtures/worker-exits.mjs', import.meta.url).href)),
        [1, 2],
      );
      expect((await worker.ended).code).toBe(6);
      expect(worker.cells[WorkerCell.begun]).toBe(1);
    });

    test('stop ends it after what has begun; the rest is dropped, answered in ranges', async () => {
      const fn = worker.define(task('sleepThenReturn'));
      worker.send(fn, [0]);
      worker.send(fn, [100, 1, 1], { announce: true });
      worker.send(fn, [1, 1]);
      await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
      worker.post({ type: 'stop' });
      worker.send(fn, [1]);
      const { code } = await worker.ended;
      expect(code).toBe(0);
      expect([...worker.answered()].sort()).toEqual(upTo(7));
      expect([...worker.results().values()]).toEqual([0, 100]);
    });

    test('an idle worker that is stopped ends at once, also when a module keeps a timer', async () => {
      await worker.call(task('keepAlive'));
      worker.post({ type: 'stop' });
      expect((await worker.ended).code).toBe(0);
    });

    test('stop while a module never finishes loading ends it', async () => {
      const url =
        'data:text/javascript,await new Promise((r) => setTimeout(r, 1e9)); export const f = () => 1;';
      worker.send(worker.define(task('f', url)), [1]);
      await worker.until((messages) => messages.length > 0);
      worker.post({ type: 'stop' });
      expect((await worker.ended).code).toBe(0);
      expect(worker.answered()).toEqual([0]);
    });
  });

  describe('cancelling', () => {
    test('an item whose module is still loading has begun: it is announced, and dropped when the module is there', async () => {
      const url =
        'data:text/javascript,await new Promise((r) => setTimeout(r, 200)); export const f = () => 1;';
      const fn = worker.define(task('f', url));
      worker.send(fn, [1, 2, 3], { announce: true });
      await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
      worker.post({ type: 'cancel', seq: 0, count: 2 });
      worker.send(fn, [4]);
      await worker.answers(4);
      expect(
        worker.messages.slice(1).map((message) => [message.type, 'seq' in message && message.seq]),
      ).toEqual([
        ['begin', 0],
        ['dropped', 1],
        ['dropped', 0],
        ['begin', 2],
        ['done', false],
        ['done', false],
      ]);
    });

    test('the clock of an item starts once when its module has to be loaded first', async () => {
      const url = 'data:text/javascript,await null; export const f = () => 7;';
      worker.send(worker.define(task('f', url)), [1, 2], { announce: true });
      await worker.answers(2);
      expect(worker.messages.map(({ type }) => type)).toEqual(['ready', 'begin', 'done', 'begin', 'done']);
    });

    test('drops what has not begun, in waiting runs and in the current one', async () => {
      const fn = worker.define(task('sleepThenReturn'));
      worker.send(fn, [50, 2, 3, 4]);
      worker.send(fn, [5, 6, 7]);
      worker.post({ type: 'cancel', seq: 2, count: 4 });
      worker.post({ type: 'cancel', seq: 1, count: 3 });
      await worker.answers(7);
      expect(worker.messages.filter(({ type }) => type === 'dropped')).toEqual([
        { type: 'dropped', seq: 2, count: 2 },
        { type: 'dropped', seq: 4, count: 2 },
        { type: 'dropped', seq: 1, count: 1 },
      ]);
      expect([...worker.results().keys()]).toEqual([0, 6]);
    });

    test('reaches a chunk of synchronous items in mid-run', async () => {
      const fn = worker.define(task('spin'));
      worker.send(
        fn,
        upTo(2000).map(() => 5),
      );
      await worker.until((messages) => messages.some(({ type }) => type === 'done'));
      worker.post({ type: 'cancel', seq: 0, count: 2000 });
      await worker.until((messages) => messages.some(({ type }) => type === 'dropped'));
      await worker.answers(2000);
      expect(worker.results().size).toBeLessThan(200);
    });

    test('aborts the signal of the running item', async () => {
      // The first item begins with the loading of its module, the second one runs when it begins.
      worker.send(worker.define(task('untilAborted')), [1, 2], { announce: true });
      for (const seq of [0, 1]) {
        await worker.until((messages) => messages.some((said) => said.type === 'begin' && said.seq === seq));
        worker.post({ type: 'cancel', seq, count: 1 });
      }
      await worker.answers(2);
      expect(worker.results().get(1)).toBe('AbortError');
    });

    test('the flag reaches synchronous code, and its signal', async () => {
      worker.send(worker.define(task('untilCancelled')), [1], { announce: true });
      await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
      Atomics.store(worker.cells, WorkerCell.cancelled, 1);
      await worker.answers(1);
      expect(worker.results().get(0)).toEqual({ cancelled: true, aborted: true });
      await worker.call(task('describeTask'));
      expect(worker.results().get(1)).toEqual({ id: 4, name: 'tester', attempt: 1, cancelled: false });
    });

    test('an item that was answered is left alone', async () => {
      await worker.call(task('double'), 2);
      worker.post({ type: 'cancel', seq: 0, count: 1 });
      expect(await worker.call(task('double'), 3)).toBe(6);
      expect(worker.messages.some(({ type }) => type === 'dropped')).toBe(false);
    });
  });
});
