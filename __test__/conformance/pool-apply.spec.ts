/** Single calls, on every kind of worker. */

import { SerializationError, WorkerDiedError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { collectGarbage } from '../collect-garbage.js';
import { endedAfterEach } from '../ended-after-each.js';
import { failureOf } from '../failure-of.js';
import { raise } from '../fixtures/board.mjs';
import { backends, blindProcesses } from './backends.js';
import { openBoard, reached } from './boards.js';
import { poolJobs as jobs } from './jobs.js';

describe.each([...backends, blindProcesses])('Pool on $name', ({ open: create }) => {
  const open = endedAfterEach(create, (pool) => pool.terminate());

  describe('apply', () => {
    test('gives the result of an inline function and of a task', async () => {
      const pool = open();
      expect(await pool.apply((a: number, b: number) => a + b, [1, 2])).toBe(3);
      expect(await pool.apply(jobs.add, [3, 4])).toBe(7);
      expect(await pool.apply(() => 'no arguments')).toBe('no arguments');
    });

    test('waits for a promise that the function gives', async () => {
      expect(await open().apply(jobs.sleepThenReturn, [20])).toBe(20);
    });

    test('delivers results while longer calls are still running', async () => {
      const pool = open();
      const board = openBoard();
      const long = pool.apply(jobs.block, [board, 0, 1]);
      await reached(board, 0);
      expect(await pool.apply(jobs.square, [5])).toBe(25);
      raise(board, 1);
      expect(await long).toBe(0);
    });

    test('spreads calls over all its workers and not more', async () => {
      const pool = open({ workers: 3 });
      const board = openBoard();
      const calls = [0, 1, 2].map((begun) => pool.apply(jobs.block, [board, begun, 3]));
      await Promise.all([0, 1, 2].map((begun) => reached(board, begun)));
      const fourth = pool.apply(jobs.thread);
      raise(board, 3);
      await Promise.all(calls);
      const names = await Promise.all(Array.from({ length: 20 }, () => pool.apply(jobs.workerName)));
      expect(new Set(names).size).toBeLessThanOrEqual(3);
      expect(typeof (await fourth)).toBe('number');
    });

    test('moves what stands in `transfer`', async () => {
      const bytes = new Uint8Array([1, 2, 3]);
      const call = open().apply((given: Uint8Array) => given.length, [bytes], { transfer: [bytes.buffer] });
      expect(await call).toBe(3);
      expect(bytes.byteLength).toBe(0);
    });

    test('keeps the class, properties and both stacks of an error', async () => {
      const pool = open();
      const error = await (async function theCaller() {
        return await failureOf<Error & { stack: string }>(pool.apply(jobs.fail, ['too much', 19]));
      })();
      expect(error.constructor.name).toBe('TariffError');
      expect(error).toMatchObject({ name: 'TariffError', message: 'too much', rate: 19 });
      expect(error.cause).toBeUndefined();
      const worker = error.stack.indexOf('pool-jobs.mjs');
      const caller = error.stack.indexOf('theCaller');
      expect(worker).toBeGreaterThan(0);
      expect(caller).toBeGreaterThan(worker);
    });

    test('gives every call of a burst frames of its caller', async () => {
      const pool = open();
      const calls = Array.from({ length: 200 }, () =>
        failureOf<Error & { stack: string }>(pool.apply(jobs.fail, ['many', 0])),
      );
      const errors = await Promise.all(calls);
      for (const { stack } of errors) expect(stack.split('pool-apply.spec').length).toBeGreaterThan(1);
    });

    test('an argument that cannot cross rejects its own call only and names the path', async () => {
      const pool = open();
      const wrong = { list: [1, { callback: () => 1 }] };
      const calls = [1, wrong, 3].map((value) => pool.apply(jobs.identity, [value]));
      const [first, second, third] = await Promise.allSettled(calls);
      expect(first).toEqual({ status: 'fulfilled', value: 1 });
      expect(third).toEqual({ status: 'fulfilled', value: 3 });
      const { reason } = second as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(SerializationError);
      expect(reason.path).toBe('args[0].list[1].callback');
      // The same in a batch, once the time of the function is known.
      const batch = await Promise.allSettled(
        Array.from({ length: 50 }, (_, call) => pool.apply(jobs.identity, [call === 25 ? wrong : call])),
      );
      expect(batch.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
      expect(batch[25]?.status).toBe('rejected');
    });

    test('20 results that cannot cross reject their calls and cost no worker', async () => {
      const pool = open();
      const before = await pool.apply(jobs.workerName);
      for (let round = 0; round < 20; round++) {
        await expect(pool.apply(jobs.unserialisable)).rejects.toThrow(SerializationError);
      }
      expect(await pool.apply(jobs.workerName)).toBe(before);
    });

    test('bad arguments reject with a typed error and are never thrown', async () => {
      const pool = open();
      const apply = (...args: unknown[]) =>
        (pool.apply as (...given: unknown[]) => Promise<unknown>).apply(pool, args);
      await expect(apply(42)).rejects.toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
      await expect(apply(Math.max.bind(null), [1])).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
      await expect(apply(() => 1, 7)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
      await expect(apply(() => 1, [], { retry: 1 })).rejects.toThrow('Unknown option `retry`');
      await expect(apply(() => 1, [], { retries: -1 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
      await expect(apply(() => 1, [], { retryOn: 'never' })).rejects.toThrow(TypeError);
      await expect(apply(() => 1, [], { priority: Number.NaN })).rejects.toThrow(RangeError);
      await expect(apply(() => 1, [], { affinity: {} })).rejects.toThrow(TypeError);
      await expect(apply(() => 1, [], { onReport: 1 })).rejects.toThrow(TypeError);
      await expect(apply(() => 1, [], { timeout: 0 })).rejects.toMatchObject({ name: 'RangeError' });
      await expect(apply(() => 1, [], { signal: {} })).rejects.toMatchObject({
        code: 'ERR_INVALID_ARG_TYPE',
      });
    });

    test('options are read as own properties only', async () => {
      const pool = open();
      Object.assign(Object.prototype, { timeout: 1, chunkSize: 0 });
      try {
        expect(await pool.apply(jobs.sleepThenReturn, [30], {})).toBe(30);
        expect(await pool.map(jobs.square, [1, 2], {})).toEqual([1, 4]);
      } finally {
        Reflect.deleteProperty(Object.prototype, 'timeout');
        Reflect.deleteProperty(Object.prototype, 'chunkSize');
      }
    });
  });

  test('releases arguments and results of calls that are done', async () => {
    const pool = open();
    const marks: WeakRef<object>[] = [];
    await (async () => {
      for (let round = 0; round < 5; round++) {
        const arg = { round };
        marks.push(new WeakRef(arg));
        marks.push(new WeakRef((await pool.apply(jobs.identity, [arg])) as object));
      }
    })();
    for (let round = 0; round < 20 && marks.some((mark) => mark.deref()); round++) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    expect(marks.filter((mark) => mark.deref())).toEqual([]);
  });

  test('a dead worker is replaced and the pool goes on', async () => {
    const pool = open({ workers: 1 });
    await expect(pool.apply(() => process.exit(4))).rejects.toThrow(WorkerDiedError);
    expect(await pool.apply(jobs.square, [3])).toBe(9);
  });
});
