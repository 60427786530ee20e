/** Maps over lists and typed arrays, on every kind of worker. */

import { MapError, sharedArray } from 'allcores';
import { describe, expect, test } from 'vitest';
import { endedAfterEach } from '../ended-after-each.js';
import { type Board, raised } from '../fixtures/board.mjs';
import { backends, blindProcesses } from './backends.js';
import { openBoard } from './boards.js';
import { poolJobs as jobs } from './jobs.js';
import { tinyThenLong } from './tiny-then-long.js';

describe.each([...backends, blindProcesses])('Pool on $name', ({ open: create }) => {
  const open = endedAfterEach(create, (pool) => pool.terminate());

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
});
