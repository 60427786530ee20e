/** One table of values for every kind of worker: as an argument, as a result, and inside of others. */

import { type Pool, SerializationError, tasks } from 'allcores';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { checkNested, nest, refusals, rows } from '../fixtures/round-trip.mjs';
import { backends } from './backends.js';

const jobs = tasks<typeof import('../fixtures/round-trip.mjs')>(
  new URL('../fixtures/round-trip.mjs', import.meta.url),
);

describe.each(backends)('values on $name', ({ open, sharesMemory }) => {
  let pool: Pool;
  beforeAll(() => {
    pool = open({ workers: 2 });
  });
  afterAll(() => pool.terminate());

  describe.each(Object.entries(rows))('%s', (name, { make, check }) => {
    test('as an argument', async () => {
      expect(await pool.apply(jobs.checkRow, [name, make()])).toBe('as it should');
    });

    test('as a result', async () => {
      check(await pool.apply(jobs.makeRow, [name]));
    });

    test('in an object, an array, a Map and a Set', async () => {
      expect(await pool.apply(jobs.checkNestedRow, [name, nest(make())])).toBe('as it should');
      checkNested(name, await pool.apply(jobs.makeNestedRow, [name]));
    });

    test('as an item of a map', async () => {
      const items = [make(), make(), make()];
      const arrived = await pool.map((item: unknown) => item, items, { chunkSize: 3 });
      for (const one of arrived) check(one);
    });
  });

  describe('what cannot cross is refused with its path', () => {
    const refused = Object.entries(refusals).filter(
      ([, { threadsTakeIt }]) => !(threadsTakeIt && sharesMemory),
    );

    test.each(refused)('%s', async (name, { make, at, says }) => {
      const asArgument = await failureOf<SerializationError>(pool.apply(jobs.describe, [make()]));
      expect(asArgument).toBeInstanceOf(SerializationError);
      expect(asArgument.path).toBe(`args[0]${at}`);
      expect(asArgument.message).toMatch(says);
      const asResult = await failureOf<SerializationError>(pool.apply(jobs.makeRefused, [name]));
      expect(asResult).toBeInstanceOf(SerializationError);
      expect(asResult.path).toBe(`result${at}`);
      expect(asResult.message).toMatch(says);
      const items = [1, make(), 3];
      const asItem = await failureOf<SerializationError>(
        pool.map((item: unknown) => typeof item, items, { chunkSize: 3 }),
      );
      expect(asItem).toBeInstanceOf(SerializationError);
      expect(asItem.path).toBe(`items[1]${at}`);
    });

    test.each(refused)('%s in a burst fails alone', async (name, { make, at }) => {
      await pool.apply(jobs.describe, [1]);
      const calls = Array.from({ length: 20 }, (_, call) =>
        pool.apply(jobs.describe, [call === 7 ? make() : call]),
      );
      const settled = await Promise.allSettled(calls);
      expect(settled.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([7]);
      expect((settled[7] as PromiseRejectedResult).reason.path).toBe(`args[0]${at}`);

      const lists = Array.from({ length: 20 }, (_, item): [number, number, string] => [item, 11, name]);
      const mapped = pool.starmap(jobs.refusedAt, lists, { chunkSize: 20, errors: 'collect' });
      const { errors, results } = await failureOf<{
        errors: { index: number; reason: Error }[];
        results: [];
      }>(mapped);
      expect(errors.map(({ index }) => index)).toEqual([11]);
      expect(errors[0]?.reason).toMatchObject({ name: 'SerializationError', path: `result${at}` });
      expect(Object.keys(results)).toHaveLength(19);
    });

    test('costs no worker', async () => {
      const stats = await Promise.all([0, 1, 2, 3].map(() => pool.apply(() => process.uptime() > 0)));
      expect(stats).toEqual([true, true, true, true]);
    });
  });

  test('a transferred buffer leaves with its bytes, beside values that are coded', async () => {
    const array = new Float64Array([1, 2, 3]);
    const arg = { array, bytes: Buffer.from('b'), url: new URL('file:///u') };
    const call = pool.apply(
      (given: typeof arg) => [given.array[2], given.bytes.length, given.url.pathname],
      [arg],
      {
        transfer: [array.buffer],
      },
    );
    expect(await call).toEqual([3, 1, '/u']);
    expect(array.length).toBe(0);
  });

  test('a failing transfer is a SerializationError', async () => {
    const buffer = new ArrayBuffer(8);
    const error = await failureOf(pool.apply(() => 1, [], { transfer: [buffer, buffer] }));
    expect(error).toBeInstanceOf(SerializationError);
  });
});

const taken = Object.entries(refusals).filter(([, { threadsTakeIt }]) => threadsTakeIt);

describe.each(backends.filter(({ sharesMemory }) => sharesMemory))('what only $name take', ({ open }) => {
  test.each(taken)('%s crosses both ways', async (name, { make }) => {
    await using pool = open({ workers: 1 });
    const there = await pool.apply(jobs.describe, [make()]);
    expect(there).toBe(await pool.apply(jobs.describe, [await pool.apply(jobs.makeRefused, [name])]));
    expect(there).toMatch(/^\[object /);
  });
});
