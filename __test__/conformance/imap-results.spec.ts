/** What comes out of an imap, and in which order, on every kind of worker. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { type ImapOptions, type Progress, WorkerDiedError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { endedAfterEach } from '../ended-after-each.js';
import { upTo } from '../up-to.js';
import { turn, until } from '../waits.js';
import { backends, blindProcesses } from './backends.js';
import { drain, identity, inputKinds, marks, methods, sorted, source, square } from './imap-stage.js';
import { imapJobs as jobs } from './jobs.js';
import { tinyThenLong } from './tiny-then-long.js';

describe.each(backends)('imap on $name', ({ open: create }) => {
  const open = endedAfterEach(create, (pool) => pool.terminate());

  describe.each(methods)('$method', ({ method, ordered }) => {
    const inOrder = (values: number[]) => (ordered ? values : sorted(values));

    test.each([undefined, 1, 7, 100])(
      'gives what a loop would give, with chunkSize %s',
      async (chunkSize) => {
        const options: ImapOptions = chunkSize === undefined ? {} : { chunkSize };
        const { values, error } = await drain(open()[method](square, upTo(1000), options));
        expect(error).toBeUndefined();
        expect(inOrder(values)).toEqual(upTo(1000).map(square));
      },
    );

    test('takes every kind of iterable, also of nothing', async () => {
      const pool = open();
      async function* later() {
        for (const item of upTo(30)) {
          if (item % 10 === 0) await turn();
          yield item;
        }
      }
      const inputs = [upTo(30), new Set(upTo(30)), new Uint8Array(upTo(30)), later()];
      for (const items of inputs) {
        expect(inOrder((await drain(pool[method](square, items))).values)).toEqual(upTo(30).map(square));
      }
      async function* none(): AsyncGenerator<number> {}
      for (const items of [[], new Set<number>(), none()]) {
        expect(await drain(pool[method](square, items, { chunkSize: 5 }))).toEqual({
          values: [],
          error: undefined,
        });
      }
    });

    test('the first result does not wait for its chunk', async () => {
      const { folder, put } = marks();
      const items = upTo(4).map((index) => ({ folder, index, ...(index === 1 && { until: 'go' }) }));
      const results = open({ workers: 1 })[method](jobs.hold, items, { chunkSize: 4 });
      expect(await results.next()).toEqual({ value: 0, done: false });
      put('go');
      expect((await drain(results)).values).toEqual([1, 2, 3]);
    });

    test('answers several reads at a time in their order, and after the end every read is done', async () => {
      const results = open()[method](square, upTo(5));
      const reads = await Promise.all(upTo(8).map(() => results.next()));
      expect(inOrder(reads.slice(0, 5).map(({ value }) => value))).toEqual(upTo(5).map(square));
      expect(reads.slice(5)).toEqual(upTo(3).map(() => ({ value: undefined, done: true })));
      expect(await results.next()).toEqual({ value: undefined, done: true });
      expect(await results.return?.()).toEqual({ value: undefined, done: true });
      expect(results[Symbol.asyncIterator]()).toBe(results);
    });

    test.each(
      inputKinds.flatMap((kind) =>
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
          expect(inOrder(values)).toEqual(upTo(complete).map(square));
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
      if (ordered) expect(values).toEqual(upTo(7));
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
      const { values, error } = await drain(open()[method](fn, upTo(40), { errors: 'collect' }));
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

    test('reports progress up to the end, and what onProgress throws ends it', async () => {
      const pool = open();
      const seen: Progress[] = [];
      await drain(
        pool[method](square, upTo(20), { chunkSize: 5, onProgress: (progress) => seen.push(progress) }),
      );
      expect(seen.at(-1)).toMatchObject({ done: 20, total: 20, failed: 0 });
      const done = seen.map((progress) => progress.done);
      expect(done).toEqual(sorted(done));
      const { error } = await drain(
        pool[method](square, upTo(20), {
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
        for (const index of upTo(30)) {
          note();
          yield index;
        }
      }
      async function* later() {
        for (const index of upTo(30)) {
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
      const items = upTo(12).map((item) => (item === 5 ? { deep: [() => 1] } : item)) as number[];
      const pool = open();
      const { values } = await drain(pool[method](identity, items, { errors: 'collect', chunkSize: 4 }));
      expect(values).toHaveLength(12);
      expect(values.filter((outcome) => 'reason' in outcome)).toMatchObject([
        { index: 5, reason: { name: 'SerializationError', path: 'items[5].deep[0]' } },
      ]);
    });

    test('a worker that dies fails the item that it ran; the others are given', async () => {
      const items = upTo(30).map((index) => ({ index, at: 11 }));
      const pool = open();
      const { values } = await drain(pool[method](jobs.exitAt, items, { errors: 'collect', chunkSize: 5 }));
      expect(values).toHaveLength(30);
      const failed = values.filter((outcome) => 'reason' in outcome);
      expect(failed).toEqual([{ index: 11, reason: expect.any(WorkerDiedError) }]);
      const { error } = await drain(pool[method](jobs.exitAt, items));
      expect(error).toBeInstanceOf(WorkerDiedError);
    });
  });

  test('imap keeps the order when later items finish first, imapUnordered gives them first', async () => {
    const pool = open({ workers: 2 });
    for (const { method, ordered } of methods) {
      const { folder, put } = marks();
      const items = upTo(6).map((index) => ({ folder, index, ...(index === 0 && { until: 'go' }) }));
      const results = pool[method](jobs.hold, items, { chunkSize: 1 });
      const values: number[] = [];
      if (!ordered) for (let read = 0; read < 5; read++) values.push((await results.next()).value);
      put('go');
      values.push(...(await drain(results)).values);
      if (ordered) expect(values).toEqual(upTo(6));
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
