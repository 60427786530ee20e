import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type ImapOptions,
  type Pool,
  PoolClosedError,
  type PoolOptions,
  type Progress,
  TaskTimeoutError,
  tasks,
  WorkerDiedError,
} from 'allcores';
import { afterEach, describe, expect, test } from 'vitest';
import { backends, blindProcesses, failureOf, tinyThenLong } from './backends.js';

const jobs = tasks<typeof import('../fixtures/imap-jobs.mjs')>(
  new URL('../fixtures/imap-jobs.mjs', import.meta.url),
);

const square = (x: number) => x * x;
const identity = (x: number) => x;
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Both methods, and whether results come in the order of the items. */
const methods = [
  { method: 'imap', ordered: true },
  { method: 'imapUnordered', ordered: false },
] as const;

/** An endless input of numbers that knows how far it was pulled and how often it was closed. */
function source(
  kind: 'generator' | 'async generator',
  { failAt = Number.POSITIVE_INFINITY, onPull = () => {} } = {},
) {
  const state = { pulled: 0, closed: 0 };
  const pull = () => {
    state.pulled++;
    onPull();
    return state.pulled - 1;
  };
  function* plain() {
    try {
      while (state.pulled < failAt) yield pull();
    } finally {
      state.closed++;
    }
    throw new RangeError('the input');
  }
  async function* later() {
    try {
      while (state.pulled < failAt) {
        if (state.pulled % 7 === 3) await turn();
        yield pull();
      }
    } finally {
      state.closed++;
    }
    throw new RangeError('the input');
  }
  return { state, items: kind === 'generator' ? plain() : later() };
}
const kinds = ['generator', 'async generator'] as const;

/** Reads to the end, and gives what came with the error that ended it. */
async function drain<T>(results: AsyncIterable<T>): Promise<{ values: T[]; error: unknown }> {
  const values: T[] = [];
  try {
    for await (const value of results) values.push(value);
  } catch (error) {
    return { values, error };
  }
  return { values, error: undefined };
}

const sorted = (values: number[]) => [...values].sort((a, b) => a - b);

/** Runs a program to its end and gives its last line; a program that hangs is killed and fails the test. */
async function run(name: string, ...args: string[]): Promise<string> {
  const file = fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { timeout: 25_000 });
  return stdout.trim();
}

/** Resolves when the condition holds; the test's time limit is the bound. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe.each(backends)('imap on $name', ({ open: create, kind }) => {
  const opened: Pool[] = [];
  const folders: string[] = [];
  const open = (options?: PoolOptions): Pool => {
    const pool = create(options);
    opened.push(pool);
    return pool;
  };
  /** Where tasks leave their marks. */
  const marks = () => {
    const folder = mkdtempSync(join(tmpdir(), 'allcores-imap-'));
    folders.push(folder);
    const has = (name: string) => existsSync(join(folder, name));
    return {
      folder,
      has,
      put: (name: string) => writeFileSync(join(folder, name), ''),
      ran: () => readdirSync(folder).filter((name) => name.startsWith('ran-')).length,
    };
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pool) => pool.terminate()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  describe.each(methods)('$method', ({ method, ordered }) => {
    const inOrder = (values: number[]) => (ordered ? values : sorted(values));

    test.each([undefined, 1, 7, 100])(
      'gives what a loop would give, with chunkSize %s',
      async (chunkSize) => {
        const options: ImapOptions = chunkSize === undefined ? {} : { chunkSize };
        const { values, error } = await drain(open()[method](square, range(1000), options));
        expect(error).toBeUndefined();
        expect(inOrder(values)).toEqual(range(1000).map(square));
      },
    );

    test('takes every kind of iterable, also of nothing', async () => {
      const pool = open();
      async function* later() {
        for (const item of range(30)) {
          if (item % 10 === 0) await turn();
          yield item;
        }
      }
      const inputs = [range(30), new Set(range(30)), new Uint8Array(range(30)), later()];
      for (const items of inputs) {
        expect(inOrder((await drain(pool[method](square, items))).values)).toEqual(range(30).map(square));
      }
      async function* none(): AsyncGenerator<number> {}
      for (const items of [[], new Set<number>(), none()]) {
        expect(await drain(pool[method](square, items, { chunkSize: 5 }))).toEqual({
          values: [],
          error: undefined,
        });
      }
    });

    test('starts at the call, and nobody who reads means no more than bufferSize items', async () => {
      const pool = open();
      for (const kind of kinds) {
        const { folder, ran } = marks();
        const { state, items } = source(kind);
        async function* named() {
          for await (const index of items) yield { folder, index };
        }
        const results = pool[method](jobs.hold, named(), { bufferSize: 5 });
        await until(() => ran() === 5);
        // Everything that could run has run; what comes later than this would have come before it.
        await pool.apply(() => 0);
        await turn();
        expect(state.pulled).toBe(5);
        await results.next();
        await until(() => ran() === 6);
        await results.return?.();
      }
    });

    // With chunks of more than one the buffer may have room for less than a chunk.
    const buffers: { options: ImapOptions; least: number; most: number }[] = [
      { options: { bufferSize: 1 }, least: 1, most: 1 },
      { options: { bufferSize: 5 }, least: 5, most: 5 },
      { options: { bufferSize: 9, chunkSize: 3 }, least: 7, most: 9 },
      { options: { bufferSize: 2, chunkSize: 10 }, least: 1, most: 2 },
      { options: { chunkSize: 5 }, least: 16, most: 20 },
      { options: {}, least: 7, most: 8 },
    ];
    test.each(kinds.flatMap((kind) => buffers.map((buffer) => ({ kind, ...buffer }))))(
      'never pulls a $kind more than $most items ahead of its reader with $options',
      async ({ kind, options, least, most }) => {
        const pool = open({ workers: 2 });
        let consumed = 0;
        let ahead = 0;
        const look = () => {
          ahead = Math.max(ahead, state.pulled - consumed);
        };
        const { state, items } = source(kind, { onPull: look });
        for await (const _ of pool[method](square, items as Iterable<number>, options)) {
          consumed++;
          if (consumed % 50 === 0) await until(() => state.pulled - consumed >= least);
          if (consumed === 400) break;
        }
        expect(ahead).toBeLessThanOrEqual(most);
        await until(() => state.closed === 1);
      },
    );

    test('an infinite bufferSize pulls everything at the call, where an error of the input is thrown', async () => {
      const pool = open();
      const bufferSize = Number.POSITIVE_INFINITY;
      let pulled = 0;
      function* items() {
        for (; pulled < 100; pulled++) yield pulled;
      }
      const results = pool[method](square, items(), { bufferSize });
      expect(pulled).toBe(100);
      pool.close();
      await pool.join();
      expect(inOrder((await drain(results)).values)).toEqual(range(100).map(square));
      const failing = source('generator', { failAt: 3 }).items as Iterable<number>;
      expect(() => open()[method](square, failing, { bufferSize })).toThrow(new RangeError('the input'));
      const later = source('async generator', { failAt: 30 });
      const { values } = await drain(
        open()[method](square, later.items as AsyncIterable<number>, { bufferSize }),
      );
      expect(values).toHaveLength(30);
    });

    test('the first result does not wait for its chunk', async () => {
      const { folder, put } = marks();
      const items = range(4).map((index) => ({ folder, index, ...(index === 1 && { until: 'go' }) }));
      const results = open({ workers: 1 })[method](jobs.hold, items, { chunkSize: 4 });
      expect(await results.next()).toEqual({ value: 0, done: false });
      put('go');
      expect((await drain(results)).values).toEqual([1, 2, 3]);
    });

    test('answers several reads at a time in their order, and after the end every read is done', async () => {
      const results = open()[method](square, range(5));
      const reads = await Promise.all(range(8).map(() => results.next()));
      expect(inOrder(reads.slice(0, 5).map(({ value }) => value))).toEqual(range(5).map(square));
      expect(reads.slice(5)).toEqual(range(3).map(() => ({ value: undefined, done: true })));
      expect(await results.next()).toEqual({ value: undefined, done: true });
      expect(await results.return?.()).toEqual({ value: undefined, done: true });
      expect(results[Symbol.asyncIterator]()).toBe(results);
    });

    test.each(kinds)(
      'a break closes a %s once and leaves the pool usable, close and join return',
      async (kind) => {
        const pool = open();
        const { state, items } = source(kind);
        const seen: number[] = [];
        for await (const value of pool[method](identity, items as Iterable<number>)) {
          seen.push(value);
          if (seen.length === 20) break;
        }
        await until(() => state.closed === 1);
        expect(state.pulled).toBeLessThanOrEqual(20 + 8);
        expect(await pool.map(square, [1, 2, 3])).toEqual([1, 4, 9]);
        pool.close();
        await pool.join();
        expect(state.closed).toBe(1);
      },
    );

    test('a break cancels what runs and drops what waits', async () => {
      const pool = open({ workers: 1, gracePeriod: 20_000 });
      const before = await pool.apply(() => process.pid);
      const { folder, has, ran } = marks();
      const results = pool[method](
        jobs.untilAborted,
        range(4).map((index) => ({ folder, index })),
      );
      const read = results.next();
      await until(() => has('ran-0'));
      expect(await results.return?.()).toEqual({ value: undefined, done: true });
      expect(await read).toEqual({ value: undefined, done: true });
      await until(() => has('aborted-0'));
      expect(await pool.apply(() => process.pid)).toBe(before);
      expect(ran()).toBe(1);
    });

    test('a break does not wait for an input that never answers', async () => {
      const pool = open();
      let closed = 0;
      const stuck: AsyncIterable<number> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => {}),
          return() {
            closed++;
            throw new Error('of no interest');
          },
        }),
      };
      const results = pool[method](identity, stuck);
      const read = results.next();
      await results.return?.();
      expect(await read).toEqual({ value: undefined, done: true });
      expect(closed).toBe(1);
    });

    test('throw() ends it like a break and rejects, asyncDispose ends it', async () => {
      const pool = open();
      const [first, second] = [source('generator'), source('async generator')];
      const error = new Error('mine');
      const thrown = pool[method](identity, first.items as Iterable<number>);
      await thrown.next();
      await expect(thrown.throw?.(error)).rejects.toBe(error);
      expect(await thrown.next()).toEqual({ value: undefined, done: true });
      const results = pool[method](
        identity,
        second.items as AsyncIterable<number>,
      ) as AsyncIterableIterator<number> & AsyncDisposable;
      await results.next();
      await results[Symbol.asyncDispose]();
      expect(await results.next()).toEqual({ value: undefined, done: true });
      // A generator in the middle of a read closes when that has ended.
      await until(() => second.state.closed > 0);
      expect([first.state.closed, second.state.closed]).toEqual([1, 1]);
    });

    test.each(
      kinds.flatMap((kind) =>
        [
          { chunkSize: 1, complete: 7 },
          { chunkSize: 2, complete: 6 },
          { chunkSize: 4, complete: 4 },
          { chunkSize: undefined, complete: 7 },
        ].map((one) => ({ kind, ...one })),
      ),
    )(
      'a $kind that fails at 7: with chunkSize $chunkSize first come $complete results, then its error',
      async ({ kind, chunkSize, complete }) => {
        const pool = open();
        for (let round = 0; round < 3; round++) {
          const { items, state } = source(kind, { failAt: 7 });
          const options: ImapOptions = chunkSize === undefined ? {} : { chunkSize };
          const results = pool[method](square, items as Iterable<number>, options);
          const { values, error } = await drain(results);
          expect(inOrder(values)).toEqual(range(complete).map(square));
          expect(error).toStrictEqual(new RangeError('the input'));
          expect((error as Error).stack).not.toContain('worker');
          expect(state.closed).toBe(1);
          expect(await results.next()).toEqual({ value: undefined, done: true });
        }
        expect(await pool.apply(square, [3])).toBe(9);
      },
    );

    test('an error of the function ends it and closes the input; the error has the frames of both sides', async () => {
      const pool = open();
      let closed = 0;
      function* items() {
        try {
          for (let index = 0; ; index++) yield { index, at: 7 };
        } finally {
          closed++;
        }
      }
      const results = (function theCaller() {
        return pool[method](jobs.failAt, items());
      })();
      const { values, error } = await drain(results);
      if (ordered) expect(values).toEqual(range(7));
      else expect(values).not.toContain(7);
      expect(error).toMatchObject({ name: 'RangeError', message: 'item 7' });
      expect((error as Error).stack).toMatch(/imap-jobs\.mjs.*theCaller/s);
      expect(await results.next()).toEqual({ value: undefined, done: true });
      expect(closed).toBe(1);
      expect(await pool.apply(square, [3])).toBe(9);
    });

    test("errors: 'collect' gives failures as values with their index and goes on", async () => {
      const fn = (x: number) => {
        if (x % 10 === 3) throw new RangeError(`item ${x}`);
        return -x;
      };
      const { values, error } = await drain(open()[method](fn, range(40), { errors: 'collect' }));
      expect(error).toBeUndefined();
      const byIndex = ordered ? values : [...values].sort((a, b) => a.index - b.index);
      expect(byIndex).toHaveLength(40);
      for (const [index, outcome] of byIndex.entries()) {
        expect(outcome.index).toBe(index);
        if (index % 10 === 3) {
          expect((outcome as { reason: Error }).reason).toMatchObject({
            name: 'RangeError',
            message: `item ${index}`,
          });
        } else {
          expect(outcome).toEqual({ index, value: -index });
        }
      }
    });

    test('an abort rejects the next read with its reason, drops what is ready and closes the input', async () => {
      const pool = open();
      const stop = new AbortController();
      const { state, items } = source('generator');
      const results = pool[method](identity, items as Iterable<number>, {
        signal: stop.signal,
        bufferSize: 4,
      });
      await results.next();
      await until(() => state.pulled === 5);
      const reason = new Error('enough');
      stop.abort(reason);
      await expect(results.next()).rejects.toBe(reason);
      expect(await results.next()).toEqual({ value: undefined, done: true });
      expect(state.closed).toBe(1);
      expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
      // Also when all results are ready and the pool has nothing to do with it any more.
      const late = new AbortController();
      const short = pool[method](identity, [1, 2, 3], { signal: late.signal });
      await short.next();
      await until(() => getEventListeners(late.signal, 'abort').length === 0);
      late.abort(reason);
      await expect(short.next()).rejects.toBe(reason);
      // And when it comes before the call: nothing is pulled.
      const { state: untouched, items: more } = source('async generator');
      await expect(
        pool[method](identity, more as AsyncIterable<number>, { signal: stop.signal }).next(),
      ).rejects.toBe(reason);
      expect(untouched.pulled).toBe(0);
    });

    test('an abort rejects a read that waits', async () => {
      const { folder, has } = marks();
      const stop = new AbortController();
      const results = open()[method](jobs.untilAborted, [{ folder, index: 0 }], { signal: stop.signal });
      const read = results.next();
      const second = results.next();
      await until(() => has('ran-0'));
      stop.abort(new Error('enough'));
      await expect(read).rejects.toThrow('enough');
      expect(await second).toEqual({ value: undefined, done: true });
      await until(() => has('aborted-0'));
    });

    test('timeout is per item and does not count waiting', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const sleep = (ms: number) => new Promise<number>((resolve) => setTimeout(resolve, ms, ms));
      const { values } = await drain(pool[method](sleep, Array(8).fill(30), { timeout: 200, chunkSize: 4 }));
      expect(values).toHaveLength(8);
      const items = [1, 60_000, 2];
      const { values: outcomes } = await drain(
        pool[method](sleep, items, { timeout: 200, errors: 'collect', chunkSize: 3 }),
      );
      expect(outcomes).toHaveLength(3);
      expect(outcomes.find(({ index }) => index === 1)).toEqual({
        index: 1,
        reason: expect.any(TaskTimeoutError),
      });
    });

    test('reports progress up to the end, and what onProgress throws ends it', async () => {
      const pool = open();
      const seen: Progress[] = [];
      await drain(
        pool[method](square, range(20), { chunkSize: 5, onProgress: (progress) => seen.push(progress) }),
      );
      expect(seen.at(-1)).toMatchObject({ done: 20, total: 20, failed: 0 });
      const done = seen.map((progress) => progress.done);
      expect(done).toEqual(sorted(done));
      const { error } = await drain(
        pool[method](square, range(20), {
          onProgress: () => {
            throw new Error('no display');
          },
        }),
      );
      expect(error).toMatchObject({ message: 'no display' });
    });

    test('the input and onProgress run in the async context of the call', async () => {
      const pool = open();
      await pool.apply(() => 0);
      const storage = new AsyncLocalStorage<string>();
      const seen = new Set<string | undefined>();
      const note = () => seen.add(storage.getStore());
      function* plain() {
        for (const index of range(30)) {
          note();
          yield index;
        }
      }
      async function* later() {
        for (const index of range(30)) {
          await turn();
          note();
          yield index;
        }
      }
      for (const items of [plain(), later()]) {
        const results = storage.run('the caller', () => pool[method](square, items, { onProgress: note }));
        await storage.run('the reader', () => drain(results));
      }
      expect([...seen]).toEqual(['the caller']);
    });

    test('bad arguments are thrown at the call', () => {
      const pool = open();
      const call = pool[method].bind(pool) as (...args: unknown[]) => unknown;
      for (const [options, error] of [
        [{ bufferSize: 0 }, { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }],
        [{ bufferSize: 1.5 }, { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }],
        [{ bufferSize: '4' }, { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }],
        [{ chunkSize: 0 }, { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }],
        [{ buffersize: 4 }, { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }],
      ] as const) {
        expect(() => call(square, [1], options)).toThrow(expect.objectContaining(error));
      }
      expect(() => call(square, 5)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
      expect(() => call(5, [1])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
    });

    test('options are read as own properties only', async () => {
      const pool = open();
      Object.assign(Object.prototype, { bufferSize: 0, errors: 'collect' });
      try {
        expect((await drain(pool[method](square, [2], {}))).values).toEqual([4]);
      } finally {
        Reflect.deleteProperty(Object.prototype, 'bufferSize');
        Reflect.deleteProperty(Object.prototype, 'errors');
      }
    });

    test('an item that cannot cross fails by itself and names its path', async () => {
      const items = range(12).map((item) => (item === 5 ? { deep: [() => 1] } : item)) as number[];
      const pool = open();
      const { values } = await drain(pool[method](identity, items, { errors: 'collect', chunkSize: 4 }));
      expect(values).toHaveLength(12);
      expect(values.filter((outcome) => 'reason' in outcome)).toMatchObject([
        { index: 5, reason: { name: 'SerializationError', path: 'items[5].deep[0]' } },
      ]);
    });

    test('a worker that dies fails the item that it ran; the others are given', async () => {
      const items = range(30).map((index) => ({ index, at: 11 }));
      const pool = open();
      const { values } = await drain(pool[method](jobs.exitAt, items, { errors: 'collect', chunkSize: 5 }));
      expect(values).toHaveLength(30);
      const failed = values.filter((outcome) => 'reason' in outcome);
      expect(failed).toEqual([{ index: 11, reason: expect.any(WorkerDiedError) }]);
      const { error } = await drain(pool[method](jobs.exitAt, items));
      expect(error).toBeInstanceOf(WorkerDiedError);
    });

    test('a closed pool goes on as it is read, and takes no new call', async () => {
      const pool = open();
      const results = pool[method](square, range(100), { bufferSize: 4 });
      pool.close();
      const joined = pool.join();
      const { state, items } = source('generator');
      const refused = pool[method](identity, items as Iterable<number>);
      expect(await failureOf(refused.next())).toBeInstanceOf(PoolClosedError);
      expect(state.pulled).toBe(0);
      expect(inOrder((await drain(results)).values)).toEqual(range(100).map(square));
      await joined;
    });

    test('what is finished can be read after join, and after terminate before its error', async () => {
      const pool = open();
      const results = pool[method](square, range(8), { bufferSize: 8 });
      pool.close();
      await pool.join();
      expect(inOrder((await drain(results)).values)).toEqual(range(8).map(square));

      const stopped = open();
      const { folder, ran } = marks();
      const items = range(6).map((index) => ({ folder, index, ...(index > 1 && { until: 'never' }) }));
      const cut = stopped[method](jobs.hold, items);
      await until(() => ran() === 4);
      await stopped.terminate();
      const { values, error } = await drain(cut);
      expect(sorted(values)).toEqual([0, 1]);
      expect(error).toBeInstanceOf(PoolClosedError);
    });

    test('join does not wait for ever for a reader who does not come', async () => {
      const pool = open();
      const { state, items } = source('generator');
      const results = pool[method](identity, items as Iterable<number>, { bufferSize: 4 });
      await results.next();
      pool.close();
      await pool.join();
      expect(state).toEqual({ pulled: 5, closed: 1 });
      const { values, error } = await drain(results);
      expect(sorted(values)).toHaveLength(4);
      expect(error).toBeInstanceOf(PoolClosedError);
      expect((error as Error).message).toContain('nobody read');
    });

    test('join waits for a reader who is slow', async () => {
      const pool = open();
      const results = pool[method](identity, range(12), { bufferSize: 2 });
      pool.close();
      const joined = pool.join();
      const values: number[] = [];
      // Longer in all than an imap that nobody reads may hold up a pool.
      for await (const value of results) {
        values.push(value);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      expect(inOrder(values)).toEqual(range(12));
      await joined;
    });

    test('an iterator that was dropped ends its call when it is collected', async () => {
      setFlagsFromString('--expose-gc');
      const gc = runInNewContext('gc') as () => void;
      const pool = open();
      const { state, items } = source('generator');
      // A read that nobody holds the iterator of is answered nevertheless.
      const read = (() => pool[method](identity, items as Iterable<number>, { bufferSize: 4 }).next())();
      gc();
      expect((await read).done).toBe(false);
      while (state.closed === 0) {
        gc();
        await turn();
      }
      expect(await pool.apply(square, [3])).toBe(9);
    });
  });

  test('imap keeps the order when later items finish first, imapUnordered gives them first', async () => {
    const pool = open({ workers: 2 });
    for (const { method, ordered } of methods) {
      const { folder, put } = marks();
      const items = range(6).map((index) => ({ folder, index, ...(index === 0 && { until: 'go' }) }));
      const results = pool[method](jobs.hold, items, { chunkSize: 1 });
      const values: number[] = [];
      if (!ordered) for (let read = 0; read < 5; read++) values.push((await results.next()).value);
      put('go');
      values.push(...(await drain(results)).values);
      if (ordered) expect(values).toEqual(range(6));
      else expect([...sorted(values.slice(0, 5)), values[5]]).toEqual([1, 2, 3, 4, 5, 0]);
    }
  });

  test('with order, the items before one that failed still come, and those after it do not', async () => {
    const pool = open({ workers: 2 });
    const { folder, put, has } = marks();
    async function* items() {
      yield { folder, index: 0, until: 'go' };
      while (!has('ran-0')) await turn();
      yield { folder: join(folder, 'missing'), index: 1 };
      yield { folder, index: 2 };
    }
    const results = pool.imap(jobs.hold, items(), { chunkSize: 1 });
    const first = results.next();
    const second = results.next();
    second.catch(() => {});
    // The second has failed when the worker that ran it does something else.
    await until(() => has('ran-0'));
    await pool.apply(() => 0);
    put('go');
    expect(await first).toEqual({ value: 0, done: false });
    await expect(second).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await results.next()).toEqual({ value: undefined, done: true });
  });

  describe('a program', () => {
    test.each(methods)(
      '$method over endless 1 MB buffers pulls within bufferSize, closes the input once, and the program ends by itself',
      async ({ method }) => {
        const state = JSON.parse(await run('imap-endless-program', kind, method, '100'));
        expect(state).toMatchObject({ consumed: 100, closed: 1 });
        expect(state.ahead).toBe(6);
        expect(state.pulled).toBeLessThanOrEqual(106);
      },
    );

    test('that brings 600 MB through an imap never holds a third of it', async () => {
      const state = JSON.parse(await run('imap-endless-program', kind, 'imap', '600'));
      expect(state).toMatchObject({ consumed: 600, closed: 1 });
      expect(state.rss).toBeLessThan(200 * 2 ** 20);
    });

    test('ends although it left imaps unread', async () => {
      expect(await run('imap-left-program', kind)).toBe('6');
    });
  });
});

describe.each([...backends, blindProcesses])('long items after tiny ones, on $name', ({ open }) => {
  test.each(methods)('do not keep back what is done from $method', async ({ method }) => {
    await using pool = open({ workers: 1 });
    const { tiny, items, run, mayBeLateMs } = tinyThenLong;
    let seen = 0;
    let latestMs = 0;
    for await (const endedAt of pool[method](run, items, { chunkSize: items.length, bufferSize: Infinity })) {
      latestMs = Math.max(latestMs, Date.now() - endedAt);
      if (++seen === tiny + 3) break;
    }
    expect(latestMs).toBeLessThan(mayBeLateMs);
  });
});
