/** Calls that run again, on every kind of worker. */

import { MapError, TaskTimeoutError, WorkerDiedError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { upTo } from '../up-to.js';
import { backends } from './backends.js';
import { parityJobs as jobs } from './jobs.js';
import { poolStage } from './pool-stage.js';

describe.each(backends)('the features of Pool on $name', ({ open: create }) => {
  const { open, scratch } = poolStage(create);

  describe('retries', () => {
    test('a call whose worker dies runs again as often as it says, and knows the attempt', async () => {
      const pool = open();
      expect(await pool.apply(jobs.flaky, [scratch.log, 'a', 3, 'exit'], { retries: 2 })).toBe(3);
      expect(scratch.lines()).toEqual(['a 1', 'a 2', 'a 3']);
    });

    test('without retries nothing runs twice', async () => {
      const pool = open({ workers: 1 });
      const lost = failureOf(pool.apply(jobs.flaky, [scratch.log, 'lost', 2, 'exit']));
      const others = upTo(10).map((x) => pool.apply(jobs.note, [scratch.log, `${x}`]));
      expect(await lost).toBeInstanceOf(WorkerDiedError);
      expect(await Promise.all(others)).toEqual(upTo(10).map(String));
      expect(scratch.lines()).toEqual(['lost 1', ...upTo(10).map(String)]);
    });

    test('an item that ends every worker is given up after its retries, and only it', async () => {
      const pool = open();
      const poison = failureOf(pool.apply(jobs.flaky, [scratch.log, 'poison', 99, 'exit'], { retries: 3 }));
      const others = upTo(20).map((x) => pool.apply(jobs.square, [x]));
      expect(await poison).toBeInstanceOf(WorkerDiedError);
      expect(await Promise.all(others)).toEqual(upTo(20).map((x) => x * x));
      expect(scratch.lines()).toEqual(['poison 1', 'poison 2', 'poison 3', 'poison 4']);
    });

    test('an error is no reason to run again, unless retryOn says so', async () => {
      const pool = open();
      const once = pool.apply(jobs.flaky, [scratch.log, 'once', 2, 'throw'], { retries: 2 });
      await expect(once).rejects.toThrow(new RangeError('attempt 1'));
      const options = { retries: 2, retryOn: 'error' } as const;
      expect(await pool.apply(jobs.flaky, [scratch.log, 'again', 3, 'throw'], options)).toBe(3);
      const never = pool.apply(jobs.flaky, [scratch.log, 'never', 9, 'throw'], options);
      await expect(never).rejects.toThrow(new RangeError('attempt 3'));
      expect(await pool.apply(jobs.flaky, [scratch.log, 'death', 2, 'exit'], options)).toBe(2);
      expect(scratch.lines()).toEqual([
        'once 1',
        ...['again 1', 'again 2', 'again 3'],
        ...['never 1', 'never 2', 'never 3'],
        ...['death 1', 'death 2'],
      ]);
    });

    test('a timeout counts as an error, for each attempt by itself', async () => {
      const pool = open({ workers: 1, gracePeriod: 20 });
      await pool.apply(jobs.me);
      const options = { timeout: 100, retries: 1 };
      const again = { ...options, retryOn: 'error' } as const;
      expect(await pool.apply(jobs.flaky, [scratch.log, 'late', 2, 'hang'], again)).toBe(2);
      const once = pool.apply(jobs.flaky, [scratch.log, 'once', 2, 'hang'], options);
      expect(await failureOf(once)).toBeInstanceOf(TaskTimeoutError);
      expect(scratch.lines()).toEqual(['late 1', 'late 2', 'once 1']);
    });

    test.each(['exit', 'throw'] as const)(
      'in a map only the item that failed (%s) runs again',
      async (way) => {
        const pool = open();
        const lists = upTo(30).map((item): [string, number, number, number, typeof way] => [
          scratch.log,
          item,
          17,
          3,
          way,
        ]);
        const options = { retries: 2, retryOn: 'error', chunkSize: 10 } as const;
        expect(await pool.starmap(jobs.flakyAt, lists, options)).toEqual(upTo(30));
        const expected = upTo(30).map((item) => `${item} 1`);
        expect(scratch.lines().sort()).toEqual([...expected, '17 2', '17 3'].sort());
      },
    );

    test("errors: 'collect' names only the items whose retries are used up", async () => {
      const pool = open();
      const lists = upTo(12).map((item): [string, string, number, 'throw'] => [
        scratch.log,
        `${item}`,
        item === 4 ? 9 : item === 8 ? 2 : 1,
        'throw',
      ]);
      const error = await failureOf<MapError>(
        pool.starmap(jobs.flaky, lists, { errors: 'collect', retries: 1, retryOn: 'error' }),
      );
      expect(error).toBeInstanceOf(MapError);
      expect(error.errors.map(({ index }) => index)).toEqual([4]);
      expect(error.errors[0]?.reason).toMatchObject({ message: 'attempt 2' });
      expect(error.results[8]).toBe(2);
      expect(error.results.filter((attempt) => attempt === 1)).toHaveLength(10);
    });

    test('what was moved to a worker is gone: such a call does not run again', async () => {
      const bytes = new Uint8Array(8);
      const call = open().apply(jobs.flaky, [scratch.log, 'moved', 2, 'exit', bytes] as never, {
        retries: 2,
        transfer: [bytes.buffer],
      });
      expect(await failureOf(call)).toMatchObject({ name: 'WorkerDiedError', exitCode: 5 });
      expect(scratch.lines()).toEqual(['moved 1']);
    });

    test('an aborted call does not run again', async () => {
      const pool = open({ workers: 1, gracePeriod: 10 });
      const stop = new AbortController();
      const call = pool.apply(jobs.flaky, [scratch.log, 'stopped', 9, 'hang'], {
        retries: 5,
        retryOn: 'error',
        signal: stop.signal,
      });
      await scratch.until(1);
      stop.abort();
      await expect(call).rejects.toBe(stop.signal.reason);
      // In its only worker it would run before the second of these at the latest.
      expect(await pool.apply(jobs.square, [3])).toBe(9);
      expect(await pool.apply(jobs.note, [scratch.log, 'after'])).toBe('after');
      expect(scratch.lines()).toEqual(['stopped 1', 'after']);
    });
  });
});
