import { getEventListeners } from 'node:events';
import {
  InvalidStateError,
  MapError,
  Pool,
  PoolClosedError,
  type PoolOptions,
  SerializationError,
  sharedArray,
  TaskTimeoutError,
  tasks,
  WorkerDiedError,
} from 'allcores';
import { afterEach, describe, expect, test } from 'vitest';
import { type Board, raise, raised } from '../fixtures/board.mjs';
import { backends, blindProcesses, failureOf, openBoard, reached, tinyThenLong } from './backends.js';

const jobs = tasks<typeof import('../fixtures/pool-jobs.mjs')>(
  new URL('../fixtures/pool-jobs.mjs', import.meta.url),
);

const hanging = (board?: Board) => {
  const url = new URL('../fixtures/pool-hangs-at-import.mjs', import.meta.url);
  if (board !== undefined) url.searchParams.set('board', board);
  return tasks<{ never(): string }>(url);
};

/** Cancels a call that is running: its function sees it, and the worker that runs it goes on. */
async function expectSeen(pool: Pool, waits: typeof jobs.waitForSignal): Promise<void> {
  const before = await pool.apply(jobs.workerName);
  const board = openBoard();
  const stop = new AbortController();
  const call = pool.apply(waits, [board, 0, 1], { signal: stop.signal });
  await reached(board, 0);
  stop.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  expect(await pool.apply(jobs.workerName)).toBe(before);
  expect(raised(board, 1)).toBe(1);
}

describe.each([...backends, blindProcesses])('Pool on $name', ({ open: create }) => {
  const opened: Pool[] = [];
  const open = (options?: PoolOptions): Pool => {
    const pool = create(options);
    opened.push(pool);
    return pool;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pool) => pool.terminate()));
  });

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
      for (const { stack } of errors) expect(stack.split('pool-calls.spec').length).toBeGreaterThan(1);
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

  describe('map', () => {
    test.each([undefined, 1, 7, 100])('equals the sequential map with chunkSize %s', async (chunkSize) => {
      const items = Array.from({ length: 100 }, (_, item) => item);
      const options = chunkSize === undefined ? {} : { chunkSize };
      expect(await open().map(jobs.square, items, options)).toEqual(items.map((x) => x * x));
    });

    test('keeps input order when later items finish first', async () => {
      expect(await open().map(jobs.sleepThenReturn, [30, 10, 20])).toEqual([30, 10, 20]);
    });

    test('of nothing is an empty array, also with a chunkSize', async () => {
      const pool = open();
      expect(await pool.map(jobs.square, [])).toEqual([]);
      expect(await pool.map(jobs.square, new Set<number>(), { chunkSize: 5 })).toEqual([]);
      async function* none(): AsyncGenerator<number> {}
      expect(await pool.map(jobs.square, none())).toEqual([]);
      expect(await pool.starmap(jobs.add, [])).toEqual([]);
    });

    test('takes every kind of iterable', async () => {
      const pool = open();
      async function* later() {
        for (let item = 0; item < 50; item++) {
          if (item % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
          yield item;
        }
      }
      const expected = Array.from({ length: 50 }, (_, item) => item * item);
      expect(await pool.map(jobs.square, later())).toEqual(expected);
      expect(await pool.map(jobs.square, new Set(Array.from({ length: 50 }, (_, item) => item)))).toEqual(
        expected,
      );
      expect(await pool.map(jobs.identity, 'abc')).toEqual(['a', 'b', 'c']);
    });

    test.each([1, 5, 64])(
      'gives every number back with its bits, also beside other values, with chunkSize %s',
      async (chunkSize) => {
        const edges = [0, 1, 0.5, 2 ** 30, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, Number.MIN_VALUE];
        const numbers = [...edges, ...edges.map((x) => -x), 2 ** 31 - 1, Number.NaN, Infinity, -Infinity];
        const items = [...numbers, ...numbers];
        const pool = open();
        // `toEqual` tells 0 from -0.
        expect(await pool.map(jobs.identity, items, { chunkSize })).toEqual(items);
        const others = [undefined, null, true, 'text', 7n];
        const mixed = [...items, ...others, ...items, ...others];
        expect(await pool.map(jobs.identity, mixed, { chunkSize })).toEqual(mixed);
      },
    );

    test('what is done is not kept back by long items after tiny ones', async () => {
      const pool = open({ workers: 1 });
      const { tiny, longMs, items, run, mayBeLateMs } = tinyThenLong;
      await pool.apply(run, [0]);
      const startedAt = Date.now();
      let longAt = 0;
      const mapped = pool.map(run, items, {
        chunkSize: items.length,
        onProgress: ({ done }) => {
          if (done <= tiny) return;
          longAt = Date.now();
          throw new Error('seen');
        },
      });
      await expect(mapped).rejects.toThrow('seen');
      expect(longAt - startedAt).toBeLessThan(longMs + mayBeLateMs);
    });

    test('holds the items of an array as they were at the call', async () => {
      const items = Array.from({ length: 1000 }, (_, item) => item);
      const mapped = open().map(jobs.identity, items);
      items.fill(-1);
      expect((await mapped).at(-1)).toBe(999);
    });

    test('starmap spreads each list over the arguments', async () => {
      const pool = open();
      expect(
        await pool.starmap(jobs.add, [
          [1, 2],
          [3, 4],
        ]),
      ).toEqual([3, 7]);
      await expect(pool.starmap(jobs.add, [[1, 2], 3] as never)).rejects.toThrow('argLists[1]');
    });

    test('an error of the input iterable rejects the map, again and again, and the pool stays usable', async () => {
      const pool = open();
      for (let round = 0; round < 3; round++) {
        function* failing() {
          yield 1;
          yield 2;
          throw new RangeError('input');
        }
        await expect(pool.map(jobs.square, failing())).rejects.toThrow(new RangeError('input'));
        async function* failingLater() {
          yield 1;
          throw new RangeError('later input');
        }
        await expect(pool.map(jobs.square, failingLater())).rejects.toThrow('later input');
      }
      expect(await pool.apply(jobs.square, [3])).toBe(9);
    });

    test('closes its input when it fails early', async () => {
      const pool = open();
      let closed = 0;
      function* endless() {
        try {
          for (let item = 0; ; item++) yield item;
        } finally {
          closed++;
        }
      }
      async function* endlessLater() {
        try {
          for (let item = 0; ; item++) yield item;
        } finally {
          closed++;
        }
      }
      const failing = (items: Iterable<number> | AsyncIterable<number>) =>
        pool.map((x: number) => {
          if (x === 5) throw new Error('five');
          return x;
        }, items);
      await expect(failing(endless())).rejects.toThrow('five');
      await expect(failing(endlessLater())).rejects.toThrow('five');
      while (closed < 2) await new Promise((resolve) => setImmediate(resolve));
    });

    test('the first failure rejects and what has not begun never runs', async () => {
      const pool = open({ workers: 1 });
      const board = openBoard();
      const lists = Array.from({ length: 1000 }, (_, index): [Board, number, number] => [board, index, 3]);
      await expect(pool.starmap(jobs.countAndFailAt, lists, { chunkSize: 10 })).rejects.toThrow('item 3');
      await pool.apply(() => 0);
      const counts = Array.from({ length: 1000 }, (_, index) => raised(board, index));
      expect(counts.slice(0, 4)).toEqual([1, 1, 1, 0]);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThan(1000);
    });

    test("errors: 'collect' runs everything and gives all failures by index", async () => {
      const items = Array.from({ length: 40 }, (_, item) => item);
      const run = (item: number) => {
        if (item % 10 === 3) throw new RangeError(`item ${item}`);
        return item;
      };
      const error: MapError = await open()
        .map(run, items, { errors: 'collect' })
        .catch((reason) => reason);
      expect(error).toBeInstanceOf(MapError);
      expect(error.errors.map(({ index }) => index)).toEqual([3, 13, 23, 33]);
      expect(error.errors[1]?.reason).toMatchObject({ name: 'RangeError', message: 'item 13' });
      expect(error.results).toHaveLength(40);
      expect(3 in error.results).toBe(false);
      expect(error.results[39]).toBe(39);
    });

    test('reports progress up to the end, and what onProgress throws rejects the map', async () => {
      const pool = open();
      const seen: { done: number; total?: number; failed: number; elapsed: number }[] = [];
      await pool.map(jobs.square, [1, 2, 3, 4], {
        chunkSize: 1,
        onProgress: (progress) => seen.push(progress),
      });
      expect(seen.at(-1)).toMatchObject({ done: 4, total: 4, failed: 0 });
      expect(seen.map(({ done }) => done)).toEqual([...seen.map(({ done }) => done)].sort((a, b) => a - b));
      expect(seen.every(({ elapsed }) => elapsed >= 0)).toBe(true);
      const broken = pool.map(jobs.square, [1, 2], {
        onProgress: () => {
          throw new Error('no display');
        },
      });
      await expect(broken).rejects.toThrow('no display');
    });

    test('an item that cannot cross fails with its index in the path', async () => {
      const pool = open();
      const items = Array.from({ length: 30 }, (_, item) => (item === 17 ? { bad: Symbol('x') } : item));
      await expect(pool.map(jobs.identity, items, { chunkSize: 30 })).rejects.toMatchObject({
        path: 'items[17].bad',
      });
      const error: MapError = await pool
        .map(jobs.identity, items, { chunkSize: 30, errors: 'collect' })
        .catch((reason) => reason);
      expect(error.errors).toHaveLength(1);
      expect(error.results.filter((value) => typeof value === 'number')).toHaveLength(29);
    });
  });

  describe('map over a typed array', () => {
    const length = 10_000;

    test('gives a shared array of the same type, and fn gets the element and its index', async () => {
      const items = Float64Array.from({ length }, (_, index) => index / 4);
      const result = await open().map((x: number, index: number) => x * 2 + index, items);
      expect(result).toEqual(items.map((x, index) => x * 2 + index));
      expect(result.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(items[5]).toBe(1.25);
    });

    test('works in place, and into `out` of another type, shared or plain', async () => {
      const pool = open();
      const items = sharedArray(
        Int32Array,
        Array.from({ length }, (_, index) => index),
      );
      const halves = new Float32Array(length);
      expect(await pool.map((x: number) => x / 2, items, { out: halves })).toBe(halves);
      expect(halves[9999]).toBe(4999.5);
      expect(await pool.map((x: number) => -x, items, { out: items })).toBe(items);
      expect(items[9999]).toBe(-9999);
    });

    test('fills an `out` that overlaps its input at another place as if it did not', async () => {
      const memory = sharedArray(
        Int32Array,
        Array.from({ length: 1001 }, (_, index) => index),
      );
      const out = memory.subarray(1);
      await open().map((x: number) => x, memory.subarray(0, 1000), { out });
      expect([...out.subarray(0, 3), out[999]]).toEqual([0, 1, 2, 999]);
    });

    test('gives bigints to fn for BigInt arrays', async () => {
      const items = BigInt64Array.from({ length: 100 }, (_, index) => BigInt(index));
      expect(await open().map((x: bigint) => x * x, items)).toEqual(items.map((x) => x * x));
    });

    test('a result that is no number is a TypeError with the index', async () => {
      const pool = open();
      const items = new Float64Array(length).fill(1);
      const run = (x: number, index: number) => (index === 777 ? ('text' as never) : x);
      for (const options of [{}, { timeout: 10_000 }]) {
        const error = await pool.map(run, items.subarray(0, 1000), options).catch((reason) => reason);
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toContain('777');
      }
    });

    test('rejects with what fn throws and reports progress', async () => {
      const pool = open();
      const items = new Float64Array(length);
      const failing = (x: number, index: number) => {
        if (index === 5000) throw new RangeError('middle');
        return x;
      };
      await expect(pool.map(failing, items)).rejects.toThrow(new RangeError('middle'));
      const seen: number[] = [];
      await pool.map((x: number) => x, items, { onProgress: ({ done }) => seen.push(done) });
      expect(seen.at(-1)).toBe(length);
    });

    test("errors: 'collect' gives all failures", async () => {
      const items = Float64Array.from({ length: 20 }, (_, index) => index);
      const run = (x: number) => {
        if (x % 7 === 3) throw new RangeError(`at ${x}`);
        return x;
      };
      const error = await open()
        .map(run, items, { errors: 'collect' })
        .catch((reason) => reason);
      expect(error.errors.map(({ index }: { index: number }) => index)).toEqual([3, 10, 17]);
    });

    test('of nothing is an empty array; an `out` of another length is refused', async () => {
      const pool = open();
      expect(await pool.map((x: number) => x, new Uint8Array(0))).toEqual(new Uint8Array(0));
      const out = new Float64Array(3);
      await expect(pool.map((x: number) => x, new Float64Array(4), { out })).rejects.toThrow(RangeError);
      await expect(pool.map((x: number) => x, [1, 2], { out } as never)).rejects.toThrow(
        'Unknown option `out`',
      );
    });

    test('stops for its signal', async () => {
      const pool = open({ gracePeriod: 10_000 });
      const stop = new AbortController();
      const slow = (x: number) => {
        const until = performance.now() + 1;
        while (performance.now() < until);
        return x;
      };
      const mapped = pool.map(slow, new Float64Array(100_000), { signal: stop.signal });
      setTimeout(() => stop.abort(), 50);
      await expect(mapped).rejects.toMatchObject({ name: 'AbortError' });
      expect(await pool.apply(jobs.square, [4])).toBe(16);
    });
  });

  describe('signal and timeout', () => {
    test('an aborted signal rejects without running anything', async () => {
      const board = openBoard();
      const reason = new Error('never');
      const call = open().apply(jobs.count, [board, 0], { signal: AbortSignal.abort(reason) });
      await expect(call).rejects.toBe(reason);
      expect(raised(board, 0)).toBe(0);
    });

    test('an abort drops what has not begun', async () => {
      const pool = open({ workers: 1 });
      const board = openBoard();
      const first = pool.apply(jobs.block, [board, 0, 1]);
      await reached(board, 0);
      const stop = new AbortController();
      const second = pool.apply(jobs.count, [board, 2], { signal: stop.signal });
      stop.abort();
      await expect(second).rejects.toBe(stop.signal.reason);
      raise(board, 1);
      await first;
      await pool.apply(jobs.count, [board, 3]);
      expect([0, 1, 2, 3].map((index) => raised(board, index))).toEqual([1, 1, 0, 1]);
    });

    test('a signal that is waited for sees the abort, and its worker is kept', async () => {
      await expectSeen(open({ workers: 1, gracePeriod: 10_000 }), jobs.waitForSignal);
    });

    test('a task that does not see it is stopped after gracePeriod, and only its call is lost', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const board = openBoard();
      const stop = new AbortController();
      const stuck = pool.apply(jobs.spin, [board, 0], { signal: stop.signal });
      const others = [1, 2, 3].map((x) => pool.apply(jobs.square, [x]));
      await reached(board, 0);
      stop.abort();
      await expect(stuck).rejects.toBe(stop.signal.reason);
      expect(await Promise.all(others)).toEqual([1, 4, 9]);
    });

    test('an item of a map that spins is stopped too, and the map rejects at once', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const board = openBoard();
      const stop = new AbortController();
      const lists = Array.from({ length: 10 }, (_, index): [Board, number, number] => [board, index, 2]);
      const mapped = pool.starmap(jobs.countAndSpinAt, lists, { chunkSize: 10, signal: stop.signal });
      await reached(board, 0, 3);
      stop.abort();
      await expect(mapped).rejects.toBe(stop.signal.reason);
      expect(await pool.apply(jobs.square, [2])).toBe(4);
      expect(raised(board, 0)).toBe(3);
    });

    test('timeout rejects with TaskTimeoutError and frees the worker', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const board = openBoard();
      const error = await failureOf<TaskTimeoutError>(pool.apply(jobs.spin, [board, 0], { timeout: 50 }));
      expect(error).toBeInstanceOf(TaskTimeoutError);
      expect(error.timeout).toBe(50);
      expect(await pool.apply(jobs.square, [6])).toBe(36);
    });

    test('a module that never finishes loading holds up nobody: an abort ends its worker', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const board = openBoard();
      const stop = new AbortController();
      const stuck = pool.apply(hanging(board).never, [], { signal: stop.signal });
      await reached(board, 0);
      stop.abort();
      await expect(stuck).rejects.toBe(stop.signal.reason);
      expect(await pool.apply(jobs.square, [5], { timeout: 10_000 })).toBe(25);
    });

    test('timeout counts the loading of the module', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const stuck = pool.apply(hanging().never, [], { timeout: 50 });
      expect(await failureOf(stuck)).toBeInstanceOf(TaskTimeoutError);
      expect(await pool.apply(jobs.square, [7])).toBe(49);
    });

    test('timeout is per item of a map and does not count waiting', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const run = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, ms));
      expect(await pool.map(run, Array(10).fill(20), { timeout: 150, chunkSize: 10 })).toHaveLength(10);
      const error = await pool
        .map(run, [1, 60_000, 2], { timeout: 100, errors: 'collect', chunkSize: 3 })
        .catch((reason) => reason);
      expect(error.errors).toEqual([{ index: 1, reason: expect.any(TaskTimeoutError) }]);
      expect(error.results).toEqual([1, undefined, 2]);
    });

    test('one signal of many calls has one listener, gone when they have settled', async () => {
      const pool = open();
      const { signal } = new AbortController();
      const calls = Array.from({ length: 100 }, (_, x) => pool.apply(jobs.square, [x], { signal }));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await Promise.all(calls);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });
  });

  describe('end', () => {
    test('close lets pending calls finish and refuses new ones', async () => {
      const pool = open();
      const pending = [10, 20, 30].map((ms) => pool.apply(jobs.sleepThenReturn, [ms]));
      pool.close();
      await expect(pool.apply(jobs.square, [1])).rejects.toThrow(PoolClosedError);
      await expect(pool.map(jobs.square, [1])).rejects.toThrow(PoolClosedError);
      await pool.join();
      expect(await Promise.all(pending)).toEqual([10, 20, 30]);
    });

    test('join refuses a pool that is open', async () => {
      await expect(open().join()).rejects.toThrow(InvalidStateError);
    });

    test('asyncDispose drains, and everything that ends a pool can be called twice', async () => {
      const pool = open();
      const pending = pool.apply(jobs.sleepThenReturn, [20]);
      await pool[Symbol.asyncDispose]();
      expect(await pending).toBe(20);
      await pool[Symbol.asyncDispose]();
      pool.close();
      await pool.join();
      await pool.terminate();
      await pool.terminate();
    });

    test('terminate with 10,000 long tasks queued rejects them all within 5 seconds', async () => {
      const pool = open();
      const board = openBoard();
      const calls = Array.from({ length: 10_000 }, () => pool.apply(jobs.spin, [board, 0]));
      const settled = Promise.allSettled(calls);
      await reached(board, 0);
      const since = performance.now();
      await pool.terminate();
      expect(performance.now() - since).toBeLessThan(5000);
      const reasons = (await settled).map((one) => (one as PromiseRejectedResult).reason);
      expect(reasons.every((reason) => reason instanceof PoolClosedError)).toBe(true);
      await pool.join();
    });

    test('a pool that never ran anything ends at once', async () => {
      const pool = open();
      pool.close();
      await pool.join();
    });

    test('idle workers end after idleTimeout and the pool goes on', async () => {
      const pool = open({ workers: 1, idleTimeout: 20 });
      const first = await pool.apply(jobs.workerName);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await pool.apply(jobs.workerName)).not.toBe(first);
    });
  });

  describe('constructor', () => {
    test.each([
      [{ workers: 0 }, RangeError],
      [{ workers: -1 }, RangeError],
      [{ workers: 1.5 }, RangeError],
      [{ workers: '2' }, TypeError],
      [{ workers: 2, minWorkers: 3 }, RangeError],
      [{ initializer: 'setUp' }, TypeError],
      [{ finalizer: Math.max.bind(null) }, TypeError],
      [{ initArgs: 1 }, TypeError],
      [{ initArgs: [() => 1] }, SerializationError],
      [{ preload: ['./relative.js'] }, TypeError],
      [{ preload: 'allcores' }, TypeError],
      [{ tasksPerWorker: 0 }, RangeError],
      [{ maxTasksPerWorker: 0 }, RangeError],
      [{ maxMemoryPerWorker: '1 GB' }, TypeError],
      [{ maxQueue: -1 }, RangeError],
      [{ tagOutput: 1 }, TypeError],
      [{ kind: 'fibre' }, TypeError],
      [{ filename: 'worker.js' }, TypeError],
      [{ idleTimeout: Number.NaN }, RangeError],
      [{ gracePeriod: -1 }, RangeError],
      [{ resourceLimits: { heap: 1 } }, TypeError],
    ])('refuses %o', (options, Class) => {
      expect(() => new Pool(options as never)).toThrow(Class as typeof TypeError);
    });

    test('takes a number of workers, and gives them env and names', async () => {
      const pool = open({ name: 'mill', env: { COLOUR: 'blue' } });
      expect(await pool.apply(jobs.env, ['COLOUR'])).toBe('blue');
      expect(await pool.apply(jobs.workerName)).toMatch(/^mill-\d+$/);
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
    const { setFlagsFromString } = await import('node:v8');
    setFlagsFromString('--expose-gc');
    const gc = (await import('node:vm')).runInNewContext('gc') as () => void;
    for (let round = 0; round < 20 && marks.some((mark) => mark.deref()); round++) {
      await new Promise((resolve) => setImmediate(resolve));
      gc();
    }
    expect(marks.filter((mark) => mark.deref())).toEqual([]);
  });

  test('a dead worker is replaced and the pool goes on', async () => {
    const pool = open({ workers: 1 });
    await expect(pool.apply(() => process.exit(4))).rejects.toThrow(WorkerDiedError);
    expect(await pool.apply(jobs.square, [3])).toBe(9);
  });
});

describe.each(backends)('Synchronous code in a Pool on $name', ({ open }) => {
  test('sees the abort, and its worker is kept', async () => {
    await using pool = open({ workers: 1, gracePeriod: 10_000 });
    await expectSeen(pool, jobs.pollUntilCancelled as unknown as typeof jobs.waitForSignal);
  });

  test('an item in the middle of a chunk sees the abort in synchronous code', async () => {
    await using pool = open({ workers: 1, gracePeriod: 10_000 });
    const board = openBoard();
    const stop = new AbortController();
    const lists = [0, 1, 2, 3].map((index): [Board, number] => [board, index]);
    const mapped = pool.starmap(jobs.pollAt, lists, { chunkSize: 4, signal: stop.signal });
    await reached(board, 0);
    stop.abort();
    await expect(mapped).rejects.toBe(stop.signal.reason);
    await reached(board, 1);
    expect(await pool.apply(jobs.square, [2])).toBe(4);
  });
});
