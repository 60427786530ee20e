/** What CPython's tests of `multiprocessing.Pool` and of executors check of the life of workers and the end of a pool, where no other file here does; see ../parity/table.ts. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Pool, PoolClosedError, SerializationError, WorkerDiedError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { collectGarbage } from '../collect-garbage.js';
import { processOf, until } from '../crash/processes.js';
import { failureOf } from '../failure-of.js';
import { upTo } from '../up-to.js';
import { backends } from './backends.js';
import { fixture, parityJobs as jobs } from './jobs.js';
import { poolStage } from './pool-stage.js';

const endless = 600_000;

describe.each(backends)("CPython's tests of Pool on $name", ({ kind, open: create }) => {
  const { open, scratch } = poolStage(create);

  describe('the life of workers', () => {
    test('100 tasks in workers of limited life are right, the workers are replaced and all alive', async () => {
      const pool = open({ workers: 3, maxTasksPerWorker: 10 });
      const first = await pool.broadcast(jobs.me);
      const calls = upTo(100).map((x) => pool.apply(jobs.square, [x]));
      expect(await Promise.all(calls)).toEqual(upTo(100).map((x) => x * x));
      const last = await pool.broadcast(jobs.me);
      expect(new Set(last).size).toBe(3);
      expect(last.filter((name) => first.includes(name))).toEqual([]);
      const pids = await pool.broadcast(jobs.pid);
      expect(new Set(pids).size).toBe(kind === 'process' ? 3 : 1);
    });

    test('close and join while workers of limited life are being replaced: all results, and no hang', async () => {
      const pool = open({ workers: 3, maxTasksPerWorker: 1 });
      const calls = upTo(6).map((x) => pool.apply(jobs.napping, [x * 3]));
      const squares = pool.map(jobs.square, upTo(6), { chunkSize: 3 });
      pool.close();
      await pool.join();
      expect(new Set(await Promise.all(calls)).size).toBe(6);
      expect(await squares).toEqual([0, 1, 4, 9, 16, 25]);
    });

    test('terminate while they are being replaced ends at once', async () => {
      const pool = open({ workers: 3, maxTasksPerWorker: 1 });
      const calls = upTo(30).map((x) => pool.apply(jobs.napping, [x]));
      const settled = Promise.allSettled(calls);
      await calls[4];
      const since = performance.now();
      await pool.terminate();
      expect(performance.now() - since).toBeLessThan(5000);
      for (const one of await settled) {
        if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(PoolClosedError);
      }
    });

    test('a replacement that cannot be had rejects what waits instead of hanging', async () => {
      const ticket = scratch.file('ticket');
      const pool = open({
        workers: 1,
        maxTasksPerWorker: 1,
        initializer: jobs.prepareFirst as never,
        initArgs: [scratch.log, ticket, 1],
      });
      const calls = await Promise.allSettled(upTo(4).map((x) => pool.apply(jobs.square, [x])));
      expect(calls[0]).toEqual({ status: 'fulfilled', value: 0 });
      for (const one of calls.slice(1)) {
        expect((one as PromiseRejectedResult).reason).toMatchObject({ message: 'no ticket' });
      }
    });

    test('when a later worker fails to start, the earlier ones work on and end with the pool', async () => {
      const pool = open({
        workers: 4,
        minWorkers: 4,
        initializer: (async (log: string, ticket: string, module: string) => {
          const { note, prepareFirst, remember } = await import(module);
          prepareFirst(log, ticket, 2);
          remember(log);
          note(log, 'started');
        }) as never,
        initArgs: [scratch.log, scratch.file('ticket'), fixture('parity-jobs').href],
        finalizer: jobs.finish,
      });
      const works = async () => {
        for (;;) {
          const squares = await pool.map(jobs.square, [1, 2, 3]).catch(() => undefined);
          if (squares !== undefined) return squares;
        }
      };
      expect(await works()).toEqual([1, 4, 9]);
      while (scratch.lines().filter((line) => line === 'started').length < 2) await works();
      pool.close();
      await pool.join();
      expect(scratch.lines().filter((line) => line === 'finish')).toHaveLength(2);
    });

    test('a worker that ends while a native kernel runs that it has started takes nothing along', async () => {
      const pool = open({ workers: 2 });
      const busy = pool.apply(jobs.napping, [300]);
      for (const way of ['exit', 'uncaught'] as const) {
        const died = failureOf(pool.apply(jobs.dieUnderKernel, [way]));
        expect(await died).toBeInstanceOf(WorkerDiedError);
        expect(await pool.apply(jobs.square, [5])).toBe(25);
      }
      expect(await busy).toMatch(/^pool-/);
    });

    test('terminate while a native kernel runs in a worker is as quick as otherwise', async () => {
      const pool = open({ workers: 1 });
      const running = failureOf(pool.apply(jobs.kernelWithout, [scratch.log]));
      await scratch.until(1);
      const since = performance.now();
      await pool.terminate();
      expect(performance.now() - since).toBeLessThan(5000);
      expect(await running).toBeInstanceOf(PoolClosedError);
    });

    test('arguments and results are released after the task', async () => {
      const pool = open();
      const marks: WeakRef<object>[] = [];
      const same = (item: { item: number }) => item;
      await (async () => {
        const items = upTo(6).map((item) => ({ item }));
        for (const item of items) marks.push(new WeakRef(item));
        for (const result of await pool.map(same, items)) marks.push(new WeakRef(result));
        for await (const result of pool.imap(same, items)) marks.push(new WeakRef(result));
        const lost = { lost: true };
        marks.push(new WeakRef(lost));
        await pool.apply(jobs.throwValue, [lost]).catch(() => {});
      })();
      // What is still on its way to or from a worker that has just started lets go of them a little later.
      const since = performance.now();
      while (performance.now() - since < 10_000 && marks.some((mark) => mark.deref())) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        collectGarbage();
      }
      expect(marks.filter((mark) => mark.deref())).toEqual([]);
      expect(await pool.apply(jobs.square, [3])).toBe(9);
    });
  });

  describe('the end', () => {
    test('terminate and join return within 2 s with 10,000 long tasks queued', async () => {
      const pool = open();
      const calls = Promise.allSettled(upTo(10_000).map(() => pool.apply(jobs.napping, [endless])));
      const mapped = failureOf(pool.map(jobs.napping, Array(10_000).fill(endless), { chunkSize: 1 }));
      await pool.ready();
      const since = performance.now();
      await pool.terminate();
      await pool.join();
      expect(performance.now() - since).toBeLessThan(2000);
      expect(await mapped).toBeInstanceOf(PoolClosedError);
      for (const one of await calls) {
        expect((one as PromiseRejectedResult).reason).toBeInstanceOf(PoolClosedError);
      }
    });

    test('await using closes and joins, and later calls of every kind reject', async () => {
      let left: Pool | undefined;
      let pending: Promise<string> | undefined;
      {
        await using pool = open();
        left = pool;
        pending = pool.apply(jobs.napping, [50]);
      }
      expect(await Promise.race([pending, 'not done'])).not.toBe('not done');
      const pool = left;
      for (const call of [
        () => pool.apply(jobs.square, [1]),
        () => pool.map(jobs.square, [1]),
        () => pool.map((x: number) => x, new Float64Array(1)),
        () => pool.starmap(jobs.add, [[1, 2]]),
        () => pool.broadcast(jobs.me),
        () => pool.ready(),
        async () => pool.imap(jobs.square, [1]).next(),
        async () => pool.imapUnordered(jobs.square, [1]).next(),
        async () => pool.resize(2),
      ]) {
        await expect(call()).rejects.toThrow(PoolClosedError);
      }
    });

    test('a pool that has ended stays ended: to dispose of it again, close and join resolve', async () => {
      const pool = open();
      await pool.apply(jobs.me);
      await pool.terminate();
      await pool[Symbol.asyncDispose]();
      pool.close();
      await pool.join();
      await expect(pool.apply(jobs.me)).rejects.toThrow(PoolClosedError);
    });

    test('close races with new calls without loss: each is done, or refused', async () => {
      for (let round = 0; round < 3; round++) {
        const pool = open();
        const calls: Promise<number>[] = [];
        const submit = async (first: number) => {
          for (let x = first; x < first + 100; x++) {
            const call = pool.apply(jobs.square, [x]);
            // Refused before all are made, and looked at after that.
            call.catch(() => {});
            calls.push(call);
            if (x % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          }
        };
        const submitting = Promise.all([submit(0), submit(100)]);
        for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
        pool.close();
        await submitting;
        const settled = await Promise.allSettled(calls);
        await pool.join();
        expect(settled).toHaveLength(200);
        expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['fulfilled', 'rejected']));
        for (const [x, one] of settled.entries()) {
          if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(PoolClosedError);
          else expect(Number.isInteger(Math.sqrt(one.value)), `call ${x}`).toBe(true);
        }
      }
    });

    test('close and join return after a worker has died and a value could not be sent', async () => {
      const pool = open();
      const died = failureOf(pool.apply(jobs.die, [7]));
      const refused = failureOf(pool.apply(jobs.identity, [() => 1]));
      const unsent = failureOf(pool.apply(jobs.unserialisable));
      pool.close();
      await pool.join();
      expect(await died).toBeInstanceOf(WorkerDiedError);
      expect(await refused).toBeInstanceOf(SerializationError);
      expect(await unsent).toBeInstanceOf(SerializationError);
    });

    test('a worker that dies with megabytes on their way to it does not hold up the caller', async () => {
      const pool = open({ workers: 1 });
      // The time of the function is known, so that calls travel together.
      for (let round = 0; round < 20; round++) await pool.apply(jobs.lengthOrDie, ['short', 0]);
      const big = 'x'.repeat(4 * 2 ** 20);
      const died = failureOf<WorkerDiedError>(pool.apply(jobs.lengthOrDie, [big, 5]));
      const lengths = upTo(6).map(() => pool.apply(jobs.lengthOrDie, [big, 0]));
      expect(await died).toMatchObject({ name: 'WorkerDiedError', exitCode: 5 });
      expect(await Promise.all(lengths)).toEqual(Array(6).fill(big.length));
    });

    test('10,000 calls while every worker is held do not block the caller', async () => {
      const pool = open({ workers: 1 });
      const held = pool.apply(jobs.hold, [scratch.log, scratch.gate, 'held']);
      await scratch.until(1);
      const since = performance.now();
      const calls = upTo(10_000).map((x) => pool.apply(jobs.square, [x]));
      await new Promise((resolve) => setImmediate(resolve));
      expect(performance.now() - since).toBeLessThan(5000);
      scratch.open();
      expect(await held).toBe('held');
      expect((await Promise.all(calls)).at(-1)).toBe(9999 ** 2);
    });

    test('calls that a program makes as it ends are no error, and do not keep it', async () => {
      const program = fileURLToPath(fixture('parity-exit-program'));
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, kind], {
        timeout: 20_000,
      });
      expect(stderr.split('\n').filter((line) => !line.includes('AllcoresWarning'))).toEqual(['']);
      expect(stdout).toBe('2 3\nending\n');
    });

    test('a pool that is left in a global does not keep the program, and no worker is left', async () => {
      const program = fileURLToPath(fixture('parity-global-program'));
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, kind], {
        timeout: 20_000,
      });
      expect(stderr).toBe('');
      const pids: number[] = JSON.parse(stdout);
      expect(pids.length).toBeGreaterThanOrEqual(1);
      const left = () => pids.filter((pid) => processOf(pid) !== undefined);
      await until(2000, left, ({ length }) => length === 0);
    });
  });
});
