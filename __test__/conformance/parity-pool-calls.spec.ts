/** What CPython's tests of `multiprocessing.Pool` check of calls, where no other file here does; see ../parity/table.ts. */

import { readFileSync } from 'node:fs';
import { SerializationError, TaskNotFoundError, tasks } from 'allcores';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { upTo } from '../up-to.js';
import { backends } from './backends.js';
import { fixture, parityJobs as jobs } from './jobs.js';
import { poolStage } from './pool-stage.js';

describe.each(backends)("CPython's tests of Pool on $name", ({ open: create }) => {
  const { open, scratch } = poolStage(create);

  describe('apply and map', () => {
    test('apply passes every argument, and an object in place of keyword arguments', async () => {
      const pool = open();
      expect(await pool.apply(jobs.spread, [1, 'two', [3], { self: 4, fn: 5 }])).toEqual([
        1,
        'two',
        [3],
        { self: 4, fn: 5 },
      ]);
      expect(await pool.apply(jobs.spread)).toEqual([]);
      expect(await pool.apply(jobs.spread, [undefined, null])).toEqual([undefined, null]);
    });

    test.each([undefined, 1, 5, 50, 500])('map and starmap equal a loop with chunkSize %s', async (size) => {
      const pool = open();
      const options = size === undefined ? {} : { chunkSize: size };
      const items = upTo(100);
      expect(await pool.map(jobs.square, items, options)).toEqual(items.map((x) => x * x));
      const lists = items.map((x): [number, number] => [x, -x]);
      expect(await pool.starmap(jobs.add, lists, options)).toEqual(items.map(() => 0));
    });

    test.each([0, -1, 1.5, Number.NaN, '5'])(
      'refuses a chunkSize of %s before any work',
      async (chunkSize) => {
        const pool = open();
        const options = { chunkSize } as never;
        const lists: [string, string][] = [[scratch.log, 'ran']];
        for (const call of [
          pool.starmap(jobs.note, lists, options),
          pool.map(jobs.square, [1], options),
          pool.map((x: number) => x, new Float64Array(4), options),
        ]) {
          const error = await failureOf<TypeError & { code: string }>(call);
          expect(error.code).toBe(
            typeof chunkSize === 'string' ? 'ERR_INVALID_ARG_TYPE' : 'ERR_OUT_OF_RANGE',
          );
        }
        expect(scratch.lines()).toEqual([]);
      },
    );

    test.each([undefined, 1, 20])('empty input does not stall with chunkSize %s', async (size) => {
      const pool = open();
      const options = size === undefined ? {} : { chunkSize: size };
      function* nothing(): Generator<number> {}
      async function* nothingLater(): AsyncGenerator<number> {}
      for (const input of [[], new Set<number>(), nothing(), nothingLater()]) {
        expect(await pool.map(jobs.square, input, options)).toEqual([]);
      }
      expect(await pool.starmap(jobs.add, [], options)).toEqual([]);
      for (const input of [[], nothing(), nothingLater()]) {
        expect((await pool.imap(jobs.square, input, options).next()).done).toBe(true);
        expect((await pool.imapUnordered(jobs.square, input, options).next()).done).toBe(true);
      }
      expect(await pool.map((x: number) => x, new Float64Array(0), options)).toHaveLength(0);
    });

    test('a result arrives after the time of its task, and long before another one ends', async () => {
      const pool = open({ workers: 2 });
      await pool.broadcast(jobs.me);
      const since = performance.now();
      const held = pool.apply(jobs.hold, [scratch.log, scratch.gate, 'held']);
      await pool.apply(jobs.napping, [100]);
      const elapsed = performance.now() - since;
      expect(elapsed).toBeGreaterThanOrEqual(99);
      expect(elapsed).toBeLessThan(5000);
      scratch.open();
      expect(await held).toBe('held');
    });

    test('a map settles once: with the whole list, or with the error', async () => {
      const pool = open();
      const seen: unknown[] = [];
      const listen = (call: Promise<unknown>) =>
        call.then(
          (results) => seen.push(['results', results]),
          (error: Error) => seen.push(['error', error.name]),
        );
      await listen(pool.map(jobs.square, [1, 2, 3]));
      await listen(pool.starmap(jobs.flaky, Array(20).fill([scratch.log, 'x', 9, 'throw'])));
      await pool.apply(jobs.me);
      expect(seen).toEqual([
        ['results', [1, 4, 9]],
        ['error', 'RangeError'],
      ]);
    });

    test('Pool(3) has three workers', async () => {
      const pool = open({ workers: 3 });
      expect(new Set(await pool.broadcast(jobs.me)).size).toBe(3);
      const calls = upTo(4).map((x) => pool.apply(jobs.hold, [scratch.log, scratch.gate, `${x}`]));
      expect((await scratch.until(3)).sort()).toEqual(['0', '1', '2']);
      // All three hold: the fourth can only begin when one of them is free.
      expect(scratch.lines()).toHaveLength(3);
      scratch.open();
      expect(await Promise.all(calls)).toEqual(['0', '1', '2', '3']);
    });
  });

  describe('an input iterable that throws', () => {
    class Failing {
      readonly length: number | undefined;
      readonly #at: number;

      constructor(at: number, length?: number) {
        this.#at = at;
        this.length = length;
      }

      *[Symbol.iterator](): Generator<number> {
        for (let item = 0; ; item++) {
          if (item === this.#at) throw new RangeError(`input ${item}`);
          yield item;
        }
      }
    }

    test.each([
      ['at once', 0, undefined],
      ['at once, with a length', 0, 20],
      ['in the middle', 7, undefined],
      ['in the middle, with a length', 7, 20],
      ['after many items', 1000, undefined],
    ])('%s: its error rejects the map, again and again', async (_, at, length) => {
      const pool = open();
      for (let round = 0; round < 3; round++) {
        for (const chunkSize of [1, 3, 100]) {
          const input = new Failing(at, length);
          const mapped = pool.map(jobs.square, input, { chunkSize });
          await expect(mapped).rejects.toThrow(new RangeError(`input ${at}`));
          const lists = {
            *[Symbol.iterator]() {
              for (const x of input) yield [x, x] as [number, number];
            },
          };
          await expect(pool.starmap(jobs.add, lists, { chunkSize })).rejects.toThrow(`input ${at}`);
        }
      }
      expect(await pool.map(jobs.square, [1, 2, 3])).toEqual([1, 4, 9]);
    });

    test('when it is asked for its iterator: that rejects too', async () => {
      const pool = open();
      const input = {
        [Symbol.iterator](): Iterator<number> {
          throw new RangeError('no iterator');
        },
      };
      await expect(pool.map(jobs.square, input)).rejects.toThrow(new RangeError('no iterator'));
      expect(await pool.apply(jobs.square, [3])).toBe(9);
    });

    test('its error is not marked as remote: it is the very object, with its own stack', async () => {
      const pool = open();
      const thrown = new RangeError('here');
      const stack = thrown.stack;
      function* input() {
        yield 1;
        throw thrown;
      }
      expect(await failureOf(pool.map(jobs.square, input()))).toBe(thrown);
      expect(thrown.stack).toBe(stack);
      expect(thrown.cause).toBeUndefined();
    });
  });

  describe('errors', () => {
    test("the stack names the line of the throw in the worker, then the caller's; the user's cause is untouched", async () => {
      const pool = open();
      const source = readFileSync(fixture('parity-jobs'), 'utf8').split('\n');
      const line = source.findIndex((text) => text.includes('the line of the throw')) + 1;
      const error = await (async function whoCalls() {
        return await failureOf(pool.apply(jobs.failWithCause));
      })();
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toBe('outer');
      const remote = error.stack?.indexOf(`parity-jobs.mjs:${line}:`) ?? -1;
      expect(remote).toBeGreaterThan(0);
      expect(error.stack?.indexOf('whoCalls')).toBeGreaterThan(remote);
      expect(error.cause).toBeInstanceOf(TypeError);
      expect(error.cause).toMatchObject({ name: 'TypeError', message: 'inner' });
      expect((error.cause as Error).cause).toBeUndefined();
    });

    test('the same in a map', async () => {
      const error = await failureOf(open().map(jobs.failWithCause, upTo(8)));
      expect(error).toMatchObject({ name: 'RangeError', message: 'outer' });
      expect(error.stack).toContain('parity-jobs.mjs:');
      expect(error.cause).toMatchObject({ name: 'TypeError', message: 'inner' });
    });

    test.each([undefined, null, 0, '', false])('a thrown %s is not swallowed', async (value) => {
      const pool = open();
      const applied = pool.apply(jobs.throwValue, [value]).then(
        () => 'a result',
        (reason: unknown) => ({ reason }),
      );
      expect(await applied).toEqual({ reason: value });
      const mapped = pool.map(jobs.throwValue, [value]).then(
        () => 'a result',
        (reason: unknown) => ({ reason }),
      );
      expect(await mapped).toEqual({ reason: value });
    });

    test('20 results that cannot be sent reject with what and why, and both workers stay', async () => {
      const pool = open({ workers: 2 });
      const before = await pool.broadcast(jobs.me);
      const calls = upTo(20).map(() => failureOf<SerializationError>(pool.apply(jobs.unserialisable)));
      for (const error of await Promise.all(calls)) {
        expect(error).toBeInstanceOf(SerializationError);
        expect(error.path).toBe('result.deep[0]');
        expect(error.message).toContain('function');
      }
      await expect(pool.map(jobs.unserialisable, upTo(20))).rejects.toThrow(SerializationError);
      expect(await pool.broadcast(jobs.me)).toEqual(before);
    });

    test('a function that has captured something rejects at its call and says what, also as initializer', async () => {
      const rate = 2;
      const captured = { name: 'TaskCaptureError', variable: 'rate' };
      const pool = open();
      await expect(pool.apply((x: number) => x * rate, [1])).rejects.toMatchObject(captured);
      await expect(pool.map((x: number) => x * rate, [1, 2])).rejects.toMatchObject(captured);
      expect(await pool.apply(jobs.square, [3])).toBe(9);
      const broken = open({ initializer: () => rate });
      await expect(broken.apply(jobs.square, [3])).rejects.toMatchObject(captured);
    });

    test('a buffer that was moved before is refused with its path, and costs no worker', async () => {
      const pool = open({ workers: 1 });
      const length = (bytes: Uint8Array) => bytes.length;
      const bytes = new Uint8Array(8);
      const transfer = [bytes.buffer];
      const worker = await pool.apply(jobs.me);
      // The second call finds the buffer whole at the call, and gone when it is sent.
      const [first, second] = await Promise.allSettled([
        pool.apply(length, [bytes], { transfer }),
        pool.apply(length, [bytes], { transfer }),
      ]);
      expect(first).toEqual({ status: 'fulfilled', value: 8 });
      for (const error of [
        (second as PromiseRejectedResult).reason,
        await failureOf(pool.apply(length, [bytes], { transfer })),
        await failureOf(pool.apply(length, [bytes])),
      ]) {
        expect(error).toBeInstanceOf(SerializationError);
        expect(error.path).toBe('args[0]');
        expect(error.message).toContain('transferred away');
      }
      const elsewhere = await failureOf(pool.apply(length, [new Uint8Array(1)], { transfer }));
      expect(elsewhere).toBeInstanceOf(SerializationError);
      expect(elsewhere.message).toContain('transfer[0]');
      expect(await pool.apply(jobs.me)).toBe(worker);
    });

    test('methods, bound and native functions are refused at the call', async () => {
      const pool = open();
      const object = {
        one: 1,
        get() {
          return super.toString();
        },
      };
      for (const fn of [object.get, object.get.bind(object), Math.max, class Job {}]) {
        await expect(pool.apply(fn as never)).rejects.toBeInstanceOf(TypeError);
        expect(() => open({ initializer: fn as never })).toThrow(TypeError);
      }
    });

    test('a function that is not in the module rejects its call only', async () => {
      const pool = open();
      const missing = tasks<{ nobody(): void }>(fixture('parity-jobs'));
      await expect(pool.apply(missing.nobody)).rejects.toThrow(TaskNotFoundError);
      expect(await pool.apply(jobs.square, [3])).toBe(9);
    });
  });
});
