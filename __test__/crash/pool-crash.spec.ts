import { type Pool, type PoolOptions, tasks, WorkerDiedError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { backends, blindProcesses } from '../conformance/backends.js';
import { openBoard } from '../conformance/boards.js';
import { fixture, poolJobs as jobs } from '../conformance/jobs.js';
import { endedAfterEach } from '../ended-after-each.js';
import { type Board, raised } from '../fixtures/board.mjs';

const crashes = tasks<typeof import('../fixtures/pool-crashes.mjs')>(fixture('pool-crashes'));

/** Each way to go wrong, and the class and reason that the call must reject with. */
const ways = [
  { way: 'throw', thrown: 'RangeError', uncaught: 'abort' },
  { way: 'exit', thrown: undefined, uncaught: 'exit' },
  { way: 'reject', thrown: undefined, uncaught: 'abort' },
  { way: 'oom', thrown: undefined, uncaught: 'oom' },
] as const;

describe.each([...backends, blindProcesses])(
  'Pool on $name, when a worker comes to its end',
  ({ open: create }) => {
    const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
    const open = endedAfterEach(
      (options?: PoolOptions) => create({ resourceLimits, ...options }),
      (pool) => pool.terminate(),
    );

    async function stillWorks(pool: Pool): Promise<void> {
      expect(await pool.map(crashes.ok, [1, 2, 3, 4])).toEqual([2, 3, 4, 5]);
    }

    describe.each(ways)('$way', ({ way, thrown, uncaught }) => {
      const expectLoss = (error: unknown) => {
        if (thrown !== undefined) expect(error).toMatchObject({ name: thrown, message: 'from the task' });
        else {
          expect(error).toBeInstanceOf(WorkerDiedError);
          expect(error).toMatchObject({ reason: uncaught });
          if (way === 'exit') expect(error).toMatchObject({ exitCode: 3 });
          if (way === 'reject') expect(error).toMatchObject({ cause: { message: 'nobody handles this' } });
        }
      };

      test('at the import of the module: apply and map reject', async () => {
        const pool = open();
        const broken = tasks<{ never(x?: number): string }>(fixture(`pool-${way}-at-import`));
        const called = await pool.apply(broken.never).catch((reason) => reason);
        const mapped = await pool.map(broken.never, [1, 2, 3]).catch((reason) => reason);
        for (const error of [called, mapped]) {
          if (way === 'throw') expect(error).toMatchObject({ name: 'RangeError', message: 'broken module' });
          else expectLoss(error);
        }
        await stillWorks(pool);
      });

      test('in the task: apply rejects and the calls beside it do not', async () => {
        const pool = open();
        const [lost, ...others] = await Promise.allSettled([
          pool.apply(crashes.during, [way]),
          ...[1, 2, 3, 4].map((x) => pool.apply(crashes.ok, [x])),
        ]);
        expectLoss((lost as PromiseRejectedResult).reason);
        expect(others.map((one) => (one as PromiseFulfilledResult<number>).value)).toEqual([2, 3, 4, 5]);
        await stillWorks(pool);
      });

      test('in the task: map rejects', async () => {
        const pool = open();
        const lists = [0, 1, 2, 3, 4, 5].map((item): [typeof way, number] => [way, item]);
        expectLoss(await pool.starmap(crashes.during, lists).catch((reason) => reason));
        await stillWorks(pool);
      });

      test("in the task: under 'collect' only what had begun and was not answered is lost", async () => {
        const pool = open();
        const lists = [0, 1, 2, 3, 4, 5, 6, 7].map((item): [typeof way, number] => [way, item]);
        const error = await pool
          .starmap(crashes.during, lists, { chunkSize: 4, errors: 'collect' })
          .catch((reason) => reason);
        const indexes: number[] = error.errors.map(({ index }: { index: number }) => index);
        expect(indexes).toContain(3);
        // Out of memory there is no moment to post what has gathered.
        if (way !== 'oom') expect(indexes).toEqual([3]);
        expect(error.results.slice(4)).toEqual([4, 5, 6, 7]);
        expectLoss(error.errors.at(-1).reason);
        await stillWorks(pool);
      });

      test('after the result, from a timer: the result stands and the pool goes on', async () => {
        const pool = open({ workers: 1 });
        expect(await pool.apply(crashes.after, [way])).toBe(3);
        // Whether the next call meets the old worker or the new one, it settles.
        const next = await pool.apply(crashes.alive).catch((reason) => reason);
        if (next !== 'alive') {
          expect(next).toBeInstanceOf(WorkerDiedError);
          expect(next).toMatchObject({ reason: uncaught });
        }
        await stillWorks(pool);
      });

      test('after the results of a map: they stand', async () => {
        const pool = open();
        const lists = [0, 1, 2, 3, 4, 5].map((item): [typeof way, number] => [way, item]);
        expect(await pool.starmap(crashes.after, lists, { chunkSize: 1 })).toEqual([0, 1, 2, 3, 4, 5]);
        const next = await pool.apply(crashes.alive).catch((reason) => reason);
        if (next !== 'alive') expect(next).toBeInstanceOf(WorkerDiedError);
        await stillWorks(pool);
      });
    });

    test('5,000 calls of one turn, one of which ends its worker: one rejection, and each ran once', async () => {
      const pool = open();
      const board = openBoard();
      const settled = await Promise.allSettled(
        Array.from({ length: 5000 }, (_, index) => pool.apply(jobs.countAndExitAt, [board, index, 2500])),
      );
      const lost = settled.flatMap((one, index) => (one.status === 'rejected' ? [index] : []));
      expect(lost).toEqual([2500]);
      expect((settled[2500] as PromiseRejectedResult).reason).toMatchObject({ reason: 'exit', exitCode: 9 });
      expect(Array.from({ length: 5000 }, (_, index) => raised(board, index))).toEqual(Array(5000).fill(1));
    });

    test('the same in a map of 5,000 items in chunks', async () => {
      const pool = open();
      const board = openBoard();
      const lists = Array.from({ length: 5000 }, (_, index): [Board, number, number] => [board, index, 2500]);
      const error = await pool
        .starmap(jobs.countAndExitAt, lists, { chunkSize: 100, errors: 'collect' })
        .catch((reason) => reason);
      expect(error.errors.map(({ index }: { index: number }) => index)).toEqual([2500]);
      expect(Array.from({ length: 5000 }, (_, index) => raised(board, index))).toEqual(Array(5000).fill(1));
    });

    test('the results of tiny items before the one that ends its worker are delivered', async () => {
      const pool = open({ workers: 1 });
      const run = (x: number) => {
        if (x === 60) process.exit(6);
        return x * 2;
      };
      const items = Array.from({ length: 100 }, (_, x) => x);
      const error = await pool
        .map(run, items, { chunkSize: 100, errors: 'collect' })
        .catch((reason) => reason);
      expect(error.errors.map(({ index }: { index: number }) => index)).toEqual([60]);
      expect(error.results).toEqual(items.map((x) => (x === 60 ? undefined : x * 2)));
      await stillWorks(pool);
    });

    test('the end of a worker in a map over a typed array rejects the map', async () => {
      const pool = open();
      const run = (x: number, index: number) => {
        if (index === 600) process.exit(6);
        return x;
      };
      const error = await pool.map(run, new Float64Array(1000)).catch((reason) => reason);
      expect(error).toBeInstanceOf(WorkerDiedError);
      expect(error).toMatchObject({ exitCode: 6 });
      await stillWorks(pool);
    });

    test('a worker that cannot start rejects the calls after a few attempts', async () => {
      const pool = open({ execArgv: ['--import', 'data:text/javascript,process.exit(8)'] });
      const settled = await Promise.allSettled([pool.apply(crashes.ok, [1]), pool.map(crashes.ok, [1, 2])]);
      for (const one of settled) {
        expect((one as PromiseRejectedResult).reason).toBeInstanceOf(WorkerDiedError);
        expect((one as PromiseRejectedResult).reason).toMatchObject({ exitCode: 8 });
      }
    });

    test('an argument that no worker has the memory for rejects its call and no other', async () => {
      const pool = open({ workers: 1 });
      const huge = Array.from({ length: 600_000 }, (_, x) => ({ x, text: `number ${x}` }));
      const before = pool.apply(crashes.ok, [1]);
      const poison = pool.apply((list: unknown[]) => list.length, [huge]).catch((reason) => reason);
      const after = [2, 3, 4].map((x) => pool.apply(crashes.ok, [x]));
      expect(await Promise.all([before, ...after])).toEqual([2, 3, 4, 5]);
      const error = await poison;
      expect(error).toBeInstanceOf(WorkerDiedError);
      expect(error).toMatchObject({ reason: 'oom' });
      await stillWorks(pool);
    });

    test('a pool whose every second call ends a worker settles them all', async () => {
      const pool = open({ workers: 2 });
      const settled = await Promise.allSettled(
        Array.from({ length: 40 }, (_, call) =>
          pool.apply(crashes.during, ['exit', call % 2 === 0 ? 3 : call]),
        ),
      );
      expect(settled.map(({ status }) => status === 'rejected')).toEqual(
        Array.from({ length: 40 }, (_, call) => call % 2 === 0 || call === 3),
      );
    });
  },
);
