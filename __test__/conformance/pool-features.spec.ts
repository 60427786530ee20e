/** What `new Pool` and its calls can be told, on every kind of worker. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import {
  MapError,
  type Pool,
  PoolClosedError,
  type PoolOptions,
  QueueFullError,
  TaskTimeoutError,
  tasks,
  WorkerDiedError,
} from 'allcores';
import { factorial } from 'allcores/factorial';
import { sum } from 'allcores/numeric';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scratch } from '../parity/scratch.js';
import { backends, blindProcesses, failureOf } from './backends.js';

const fixture = (name: string) => new URL(`../fixtures/${name}.mjs`, import.meta.url);
const jobs = tasks<typeof import('../fixtures/parity-jobs.mjs')>(fixture('parity-jobs'));

const upTo = (count: number) => Array.from({ length: count }, (_, item) => item);

describe.each(backends)('the features of Pool on $name', ({ kind, open: create }) => {
  const opened: Pool[] = [];
  let scratch: Scratch;
  const open = (options?: PoolOptions): Pool => {
    const pool = create(options);
    opened.push(pool);
    return pool;
  };
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pool) => pool.terminate()));
    scratch.remove();
  });

  /** A call that holds a worker until `scratch.open()`; resolves once it has begun. */
  async function holding(pool: Pool, text = 'holding'): Promise<{ call: Promise<string> }> {
    const before = scratch.lines().length;
    const call = pool.apply(jobs.hold, [scratch.log, scratch.gate, text]);
    await Promise.race([scratch.until(before + 1), call]);
    return { call };
  }

  describe('initializer, preload and finalizer', () => {
    test('the initializer runs once in each worker, with initArgs, before anything else', async () => {
      const pool = open({ workers: 2, initializer: jobs.prepare, initArgs: [scratch.log, 'oven'] as never });
      const seen = await pool.broadcast(jobs.prepared);
      expect(seen).toEqual([
        { value: 'oven', inTask: false },
        { value: 'oven', inTask: false },
      ]);
      await pool.map(jobs.square, upTo(50));
      expect(scratch.lines()).toEqual(['prepare oven', 'prepare oven']);
    });

    test('an initializer that gives a promise is waited for', async () => {
      const pool = open({ initializer: jobs.prepareSlowly, initArgs: [scratch.log, 'slowly'] as never });
      expect(await pool.map(jobs.prepared, upTo(6))).toEqual(
        Array(6).fill({ value: 'slowly', inTask: false }),
      );
    });

    test('an inline function is an initializer too', async () => {
      const pool = open({
        workers: 1,
        initializer: ((key: string) => {
          (globalThis as Record<string, unknown>)[key] = 'set';
        }) as never,
        initArgs: ['ofTheTest'],
      });
      expect(await pool.apply(() => (globalThis as Record<string, unknown>)['ofTheTest'])).toBe('set');
    });

    test('preloaded modules are imported one after the other, before the initializer and the tasks', async () => {
      const pool = open({
        workers: 1,
        preload: [fixture('parity-preload-first'), fixture('parity-preload-second').href],
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
      });
      expect(await pool.apply(jobs.order)).toEqual(['first', 'second', 'jobs']);
    });

    test('a module that cannot be preloaded rejects the calls and no worker takes work', async () => {
      const pool = open({ preload: [fixture('there-is-no-such-module')] });
      const [applied, mapped] = await Promise.all([
        failureOf(pool.apply(jobs.note, [scratch.log, 'ran'])),
        failureOf(pool.map(jobs.square, [1, 2, 3])),
      ]);
      expect(applied.message).toContain('there-is-no-such-module');
      expect(mapped.message).toContain('there-is-no-such-module');
      expect(scratch.lines()).toEqual([]);
    });

    test('a failing initializer rejects the waiting calls with its error and is not tried for ever', async () => {
      const pool = open({
        workers: 2,
        initializer: jobs.prepareOrFail as never,
        initArgs: [scratch.log, scratch.gate],
      });
      const calls = upTo(10).map((x) => failureOf(pool.apply(jobs.square, [x])));
      const mapped = failureOf(pool.map(jobs.square, upTo(100)));
      for (const error of await Promise.all([...calls, mapped])) {
        expect(error).toMatchObject({ name: 'RangeError', message: 'not prepared' });
      }
      pool.close();
      await pool.join();
      // At most one try for each worker that there may be.
      expect(scratch.lines().length).toBeLessThanOrEqual(2);
    });

    test('after a failed initializer the next call tries a new worker', async () => {
      const pool = open({
        workers: 1,
        initializer: jobs.prepareOrFail as never,
        initArgs: [scratch.log, scratch.gate],
      });
      await expect(pool.apply(jobs.square, [2])).rejects.toThrow('not prepared');
      scratch.open();
      expect(await pool.apply(jobs.square, [2])).toBe(4);
      expect(scratch.lines()).toEqual(['prepare', 'prepare']);
    });

    test('the finalizer runs once in each worker that ends in good order, and join waits for it', async () => {
      const pool = open({
        workers: 2,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
        finalizer: jobs.finishSlowly,
      });
      await pool.broadcast(jobs.me);
      pool.close();
      await pool.join();
      expect(scratch.lines()).toEqual(['prepare', 'prepare', 'finish', 'finish']);
    });

    test('the finalizer runs in a worker that was idle for too long, or has done its share', async () => {
      const pool = open({
        workers: 1,
        idleTimeout: 10,
        maxTasksPerWorker: 2,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
        finalizer: jobs.finish,
      });
      await pool.map(jobs.square, [1, 2], { chunkSize: 1 });
      expect(await scratch.until(2)).toEqual(['prepare', 'finish']);
      await pool.apply(jobs.square, [3]);
      expect(await scratch.until(4)).toEqual(['prepare', 'finish', 'prepare', 'finish']);
    });

    test('terminate runs no finalizer', async () => {
      const pool = open({
        workers: 2,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
        finalizer: jobs.finish,
      });
      await pool.broadcast(jobs.me);
      await pool.terminate();
      expect(scratch.lines()).toEqual(['prepare', 'prepare']);
    });

    test('a kernel can be neither', () => {
      expect(() => open({ initializer: sum as never })).toThrow(TypeError);
      expect(() => open({ finalizer: sum as never })).toThrow(TypeError);
    });
  });

  describe('tasksPerWorker', () => {
    test('so many asynchronous tasks overlap in one worker, and no more', async () => {
      const pool = open({ workers: 1, tasksPerWorker: 3 });
      const calls = upTo(5).map((x) => pool.apply(jobs.holdAsync, [scratch.log, scratch.gate, `${x}`]));
      expect(await scratch.until(3)).toEqual(['0', '1', '2']);
      // The worker answers this only after it could have begun the others.
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(scratch.lines()).toEqual(['0', '1', '2']);
      scratch.open();
      expect(await Promise.all(calls)).toEqual(['0', '1', '2', '3', '4']);
    });

    test('items of one map overlap too', async () => {
      const pool = open({ workers: 1, tasksPerWorker: 4 });
      const lists = upTo(4).map((x): [string, string, string] => [scratch.log, scratch.gate, `${x}`]);
      const mapped = pool.starmap(jobs.holdAsync, lists);
      await scratch.until(4);
      scratch.open();
      expect(await mapped).toEqual(['0', '1', '2', '3']);
    });

    test('synchronous tasks never overlap', async () => {
      const pool = open({ workers: 1, tasksPerWorker: 8 });
      await Promise.all(upTo(20).map((x) => pool.apply(jobs.exclusive, [scratch.log, `${x}`])));
      const lines = scratch.lines();
      expect(lines).toHaveLength(40);
      for (let line = 0; line < lines.length; line += 2) {
        expect(lines[line + 1]).toBe(`-${lines[line]?.slice(1)}`);
      }
    });

    test('is 1 by default', async () => {
      const pool = open({ workers: 1 });
      const calls = upTo(2).map((x) => pool.apply(jobs.holdAsync, [scratch.log, scratch.gate, `${x}`]));
      await scratch.until(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(scratch.lines()).toEqual(['0']);
      scratch.open();
      await Promise.all(calls);
    });

    test('a worker that dies takes all the tasks that overlapped in it along, and no other', async () => {
      const pool = open({ workers: 1, tasksPerWorker: 3 });
      const waiting = upTo(2).map((x) => pool.apply(jobs.holdAsync, [scratch.log, scratch.gate, `${x}`]));
      const lost = Promise.all(waiting.map((call) => failureOf(call)));
      await scratch.until(2);
      const deadly = failureOf(pool.apply(jobs.die, [7]));
      const later = upTo(5).map((x) => pool.apply(jobs.square, [x]));
      for (const error of [...(await lost), await deadly]) {
        expect(error).toBeInstanceOf(WorkerDiedError);
        expect(error).toMatchObject({ exitCode: 7 });
      }
      expect(await Promise.all(later)).toEqual([0, 1, 4, 9, 16]);
      expect(scratch.lines()).toEqual(['0', '1']);
    });
  });

  describe('how many workers there are', () => {
    test('minWorkers are started at once and kept, however long they are idle', async () => {
      const pool = open({
        workers: 3,
        minWorkers: 2,
        idleTimeout: 1,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
      });
      await scratch.until(2);
      const before = await pool.apply(jobs.me);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const after = await Promise.all(upTo(2).map(() => pool.apply(jobs.noteWorker, [scratch.log, '', 30])));
      expect(after).toContain(before);
      expect(scratch.lines().filter((line) => line === 'prepare')).toHaveLength(2);
    });

    test('one of minWorkers that dies is replaced without being asked for', async () => {
      const pool = open({
        workers: 1,
        minWorkers: 1,
        initializer: jobs.remember as never,
        initArgs: [scratch.log],
      });
      await expect(pool.apply(jobs.die, [3])).rejects.toThrow(WorkerDiedError);
      expect(await scratch.until(2)).toEqual(['prepare', 'prepare']);
    });

    test('workers are started on demand only, and an idle one is used again', async () => {
      const pool = open({ workers: 4, initializer: jobs.remember as never, initArgs: [scratch.log] });
      const started = () => scratch.lines().filter((line) => line === 'prepare').length;
      const names = new Set<string>();
      for (let round = 0; round < 20; round++) names.add(await pool.apply(jobs.me));
      expect(names.size).toBe(1);
      expect(started()).toBe(1);
      const holders = upTo(3).map((x) => pool.apply(jobs.hold, [scratch.log, scratch.gate, `${x}`]));
      await scratch.until(6);
      scratch.open();
      await Promise.all(holders);
      pool.close();
      await pool.join();
      expect(started()).toBe(3);
    });

    test('each worker has a name of its own that begins with the name of the pool', async () => {
      const pool = open({ workers: 3, name: 'mill' });
      const names = await pool.broadcast(jobs.me);
      expect(new Set(names).size).toBe(3);
      for (const name of names) expect(name).toMatch(/^mill-\d+$/);
      expect(await open({ workers: 1 }).apply(jobs.me)).toMatch(/^pool-\d+$/);
    });

    test('maxTasksPerWorker replaces a worker after so many items, and every result is right', async () => {
      const pool = open({ workers: 2, maxTasksPerWorker: 15 });
      const names = await pool.map(jobs.me, upTo(100));
      const shares = new Map<string, number>();
      for (const name of names) shares.set(name, (shares.get(name) ?? 0) + 1);
      expect(Math.max(...shares.values())).toBeLessThanOrEqual(15);
      expect(shares.size).toBeGreaterThanOrEqual(Math.ceil(100 / 15));
    });

    test.each([undefined, 1, 3, 50])('the same with chunkSize %s', async (chunkSize) => {
      const pool = open({ workers: 2, maxTasksPerWorker: 7 });
      const lists = upTo(30).map((x): [string, string] => [scratch.log, `${x}`]);
      const names = await pool.starmap(jobs.noteWorker, lists, chunkSize === undefined ? {} : { chunkSize });
      const shares = new Map<string, number>();
      for (const name of names) shares.set(name, (shares.get(name) ?? 0) + 1);
      expect(Math.max(...shares.values())).toBeLessThanOrEqual(7);
      const ran = scratch.lines().map((line) => Number(line.split(' ')[0]));
      expect(ran.sort((a, b) => a - b)).toEqual(upTo(30));
    });

    test('maxMemoryPerWorker replaces a worker that leaks, between two tasks', async () => {
      const step = 40 * 2 ** 20;
      const limit = 240 * 2 ** 20;
      const pool = open({ workers: 1, maxMemoryPerWorker: limit });
      const apart: { name: string; times: number }[] = [];
      for (let round = 0; round < 12; round++) apart.push(await pool.apply(jobs.leak, [step]));
      const together = await pool.map(jobs.leak, Array(12).fill(step), { chunkSize: 12 });
      for (const leaks of [apart, together]) {
        expect(new Set(leaks.map(({ name }) => name)).size).toBeGreaterThan(1);
        expect(Math.max(...leaks.map(({ times }) => times))).toBeLessThanOrEqual(limit / step + 1);
      }
    });

    test('a worker below maxMemoryPerWorker stays', async () => {
      const pool = open({ workers: 1, maxMemoryPerWorker: 2 ** 30 });
      expect(new Set(await pool.map(jobs.me, upTo(200))).size).toBe(1);
    });

    test('resourceLimits hold in each worker', async () => {
      const pool = open({ workers: 1, resourceLimits: { maxOldGenerationSizeMb: 48 } });
      // The limit that V8 tells has the young generation and some slack in it.
      expect(await pool.apply(jobs.heapLimit)).toBeLessThan(48 * 2 ** 20 * 3);
      expect(await open({ workers: 1 }).apply(jobs.heapLimit)).toBeGreaterThan(48 * 2 ** 20 * 3);
    });
  });

  describe('maxQueue and ready', () => {
    test('one call more than may wait rejects with QueueFullError, and the others go on', async () => {
      const pool = open({ workers: 1, maxQueue: 2 });
      const { call } = await holding(pool);
      const waiting = [1, 2].map((x) => pool.apply(jobs.square, [x]));
      const error = await failureOf<QueueFullError>(pool.apply(jobs.square, [3]));
      expect(error).toBeInstanceOf(QueueFullError);
      expect(error.code).toBe('ALLCORES_ERR_QUEUE_FULL');
      expect(error.message).toContain('2 calls wait');
      await expect(pool.map(jobs.square, [1])).rejects.toThrow(QueueFullError);
      scratch.open();
      expect(await Promise.all([call, ...waiting])).toEqual(['holding', 1, 4]);
      expect(await pool.apply(jobs.square, [3])).toBe(9);
    });

    test('with a maxQueue of 0 as many calls are taken as there may be workers', async () => {
      const pool = open({ workers: 2, maxQueue: 0 });
      const first = await holding(pool, 'first');
      const second = await holding(pool, 'second');
      await expect(pool.apply(jobs.square, [1])).rejects.toThrow(QueueFullError);
      scratch.open();
      expect(await Promise.all([first.call, second.call])).toEqual(['first', 'second']);
    });

    test('a map is one call, however many items it has', async () => {
      const pool = open({ workers: 1, maxQueue: 1 });
      const { call } = await holding(pool);
      const mapped = pool.map(jobs.square, upTo(100));
      await expect(pool.apply(jobs.square, [1])).rejects.toThrow(QueueFullError);
      scratch.open();
      await call;
      expect((await mapped).at(-1)).toBe(99 * 99);
    });

    test('ready resolves when there is room, for those that wait in turn', async () => {
      const pool = open({ workers: 1, maxQueue: 1 });
      const { call } = await holding(pool);
      const waiting = pool.apply(jobs.square, [2]);
      const turns: number[] = [];
      const ready = upTo(3).map((turn) => pool.ready().then(() => turns.push(turn)));
      await new Promise((resolve) => setImmediate(resolve));
      expect(turns).toEqual([]);
      scratch.open();
      await Promise.all(ready);
      expect(turns).toEqual([0, 1, 2]);
      expect(await Promise.all([call, waiting])).toEqual(['holding', 4]);
    });

    test('a producer that awaits ready before each call never meets a full queue', async () => {
      const pool = open({ workers: 2, maxQueue: 3 });
      const calls: Promise<number>[] = [];
      for (const x of upTo(200)) {
        await pool.ready();
        calls.push(pool.apply(jobs.square, [x]));
      }
      expect(await Promise.all(calls)).toEqual(upTo(200).map((x) => x * x));
    });

    test('ready resolves at once without a limit, and rejects when the pool is closed meanwhile', async () => {
      await open().ready();
      const pool = open({ workers: 1, maxQueue: 0 });
      const { call } = await holding(pool);
      const ready = failureOf(pool.ready());
      pool.close();
      expect(await ready).toBeInstanceOf(PoolClosedError);
      await expect(pool.ready()).rejects.toThrow(PoolClosedError);
      scratch.open();
      expect(await call).toBe('holding');
    });
  });

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

  describe('priority', () => {
    test('calls with a higher number begin first, those with the same in their order', async () => {
      const pool = open({ workers: 1 });
      const { call } = await holding(pool);
      const order = [0, 5, -1, 5, 0, 0.5];
      const calls = order.map((priority, place) =>
        pool.apply(jobs.note, [scratch.log, `${priority} at ${place}`], { priority }),
      );
      scratch.open();
      await Promise.all([call, ...calls]);
      expect(scratch.lines()).toEqual([
        'holding',
        ...['5 at 1', '5 at 3', '0.5 at 5', '0 at 0', '0 at 4', '-1 at 2'],
      ]);
    });

    test('a call overtakes the items of a map that have not been sent', async () => {
      const pool = open({ workers: 1 });
      const lists = upTo(40).map((x): [string, string, string] => [scratch.log, scratch.gate, `item ${x}`]);
      const mapped = pool.starmap(jobs.hold, lists, { chunkSize: 1 });
      await scratch.until(1);
      const urgent = pool.apply(jobs.note, [scratch.log, 'urgent'], { priority: 1 });
      scratch.open();
      await Promise.all([mapped, urgent]);
      expect(scratch.lines().slice(0, 3)).toEqual(['item 0', 'urgent', 'item 1']);
    });

    test('a map can wait for everything else', async () => {
      const pool = open({ workers: 1 });
      const { call } = await holding(pool);
      const lists = upTo(5).map((x): [string, string] => [scratch.log, `map ${x}`]);
      const mapped = pool.starmap(jobs.note, lists, { priority: -1 });
      const calls = upTo(5).map((x) => pool.apply(jobs.note, [scratch.log, `call ${x}`]));
      scratch.open();
      await Promise.all([call, mapped, ...calls]);
      expect(scratch.lines().slice(1)).toEqual([
        ...upTo(5).map((x) => `call ${x}`),
        ...upTo(5).map((x) => `map ${x}`),
      ]);
    });

    test('kernels keep it too', async () => {
      const pool = open({ workers: 1 });
      const ended: number[] = [];
      const run = (n: number, priority: number) =>
        pool.apply(factorial, [n], { priority }).then(() => ended.push(priority));
      const calls = [run(60_000, 9), ...[1, 3, 2, 3].map((priority) => run(2000, priority))];
      await Promise.all(calls);
      expect(ended).toEqual([9, 3, 3, 2, 1]);
    });
  });

  describe('affinity', () => {
    test('calls with the same key run in the same worker', async () => {
      const pool = open({ workers: 4 });
      const keys = ['a', 'b', 'c', 7, 'a long key', -1, 0.5];
      const names = await Promise.all(
        upTo(70).map((call) => pool.apply(jobs.me, [], { affinity: keys[call % 7] as string })),
      );
      for (let key = 0; key < 7; key++) {
        expect(new Set(names.filter((_, call) => call % 7 === key)).size).toBe(1);
      }
    });

    test('numbers go round the workers', async () => {
      const pool = open({ workers: 3 });
      const names = await Promise.all(upTo(9).map((key) => pool.apply(jobs.me, [], { affinity: key })));
      expect(new Set(names).size).toBe(3);
      expect(names.slice(3, 6)).toEqual(names.slice(0, 3));
      expect(names.slice(6)).toEqual(names.slice(0, 3));
    });

    test('a call waits for its worker while others are idle', async () => {
      const pool = open({ workers: 2 });
      const held = pool.apply(jobs.hold, [scratch.log, scratch.gate, 'held'], { affinity: 'key' });
      await scratch.until(1);
      const second = pool.apply(jobs.note, [scratch.log, 'second'], { affinity: 'key' });
      expect(await pool.apply(jobs.note, [scratch.log, 'elsewhere'])).toBe('elsewhere');
      expect(await pool.apply(jobs.note, [scratch.log, 'elsewhere'])).toBe('elsewhere');
      scratch.open();
      await Promise.all([held, second]);
      expect(scratch.lines()).toEqual(['held', 'elsewhere', 'elsewhere', 'second']);
    });

    test('after the end of the worker its calls go to the one that follows it', async () => {
      const pool = open({ workers: 2 });
      await pool.broadcast(jobs.me);
      const ask = () => pool.apply(jobs.me, [], { affinity: 'key' });
      const before = await ask();
      await expect(pool.apply(jobs.die, [3], { affinity: 'key' })).rejects.toThrow(WorkerDiedError);
      const after = await ask();
      expect(after).not.toBe(before);
      expect(await Promise.all(upTo(10).map(ask))).toEqual(Array(10).fill(after));
    });

    test('calls that were behind one that ended the worker run in its successor', async () => {
      const pool = open({ workers: 3 });
      await pool.broadcast(jobs.me);
      const deadly = failureOf(pool.apply(jobs.die, [4], { affinity: 1 }));
      const names = upTo(6).map(() => pool.apply(jobs.napping, [15], { affinity: 1 }));
      expect(await deadly).toBeInstanceOf(WorkerDiedError);
      expect(new Set(await Promise.all(names)).size).toBe(1);
    });
  });

  describe('broadcast', () => {
    test('runs once in every worker that there may be, in the order of the workers', async () => {
      const pool = open({ workers: 3 });
      const names = await pool.broadcast(jobs.noteWorker, [scratch.log, 'here']);
      expect(new Set(names).size).toBe(3);
      expect(scratch.lines().sort()).toEqual(names.map((name) => `here ${name}`).sort());
      expect(await pool.broadcast(jobs.me)).toEqual(names);
      expect(await pool.broadcast((a: number, b: number) => a + b, [1, 2])).toEqual([3, 3, 3]);
    });

    test('reaches busy workers when they are done', async () => {
      const pool = open({ workers: 2 });
      const { call } = await holding(pool);
      const names = pool.broadcast(jobs.me);
      scratch.open();
      expect(await call).toBe('holding');
      expect(new Set(await names).size).toBe(2);
    });

    test('rejects with the first failure, and the others run nevertheless', async () => {
      const pool = open({ workers: 3 });
      const file = scratch.file('once');
      const error = await failureOf(pool.broadcast(jobs.onlyOnce, [file]));
      expect(error).toMatchObject({ name: 'RangeError', message: 'not the first' });
      await expect(pool.broadcast(jobs.die, [6])).rejects.toThrow(WorkerDiedError);
      expect(new Set(await pool.broadcast(jobs.me)).size).toBe(3);
    });

    test('refuses a kernel and what is no function', async () => {
      const pool = open();
      await expect(pool.broadcast(sum as never, [new Float64Array(1)])).rejects.toThrow(TypeError);
      await expect(pool.broadcast('me' as never)).rejects.toThrow(TypeError);
      await expect(pool.broadcast(jobs.me, 1 as never)).rejects.toThrow(TypeError);
      pool.close();
      await expect(pool.broadcast(jobs.me)).rejects.toThrow(PoolClosedError);
    });
  });

  describe('resize', () => {
    test('a pool that grows begins what waits', async () => {
      const pool = open({ workers: 1 });
      const { call } = await holding(pool, 'first');
      const second = pool.apply(jobs.hold, [scratch.log, scratch.gate, 'second']);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(scratch.lines()).toEqual(['first']);
      pool.resize(2);
      expect(await scratch.until(2)).toEqual(['first', 'second']);
      scratch.open();
      expect(await Promise.all([call, second])).toEqual(['first', 'second']);
      expect(await pool.broadcast(jobs.me)).toHaveLength(2);
    });

    test('a pool that shrinks under long tasks loses nothing and runs nothing twice', async () => {
      const pool = open({ workers: 3 });
      const long = await Promise.all(upTo(3).map((x) => holding(pool, `long ${x}`)));
      const short = upTo(30).map((x) => pool.apply(jobs.note, [scratch.log, `short ${x}`]));
      const mapped = pool.starmap(
        jobs.note,
        upTo(30).map((x): [string, string] => [scratch.log, `item ${x}`]),
        { chunkSize: 5 },
      );
      pool.resize(1);
      scratch.open();
      await Promise.all([...long.map(({ call }) => call), ...short, mapped]);
      const expected = [
        ...upTo(3).map((x) => `long ${x}`),
        ...upTo(30).map((x) => `short ${x}`),
        ...upTo(30).map((x) => `item ${x}`),
      ];
      expect(scratch.lines().sort()).toEqual(expected.sort());
      expect(await pool.broadcast(jobs.me)).toHaveLength(1);
      const names = await Promise.all(upTo(10).map(() => pool.apply(jobs.me)));
      expect(new Set(names).size).toBe(1);
    });

    test('calls with an affinity and broadcasts that wait for workers which are no more run in the others', async () => {
      const pool = open({ workers: 4 });
      await pool.broadcast(jobs.me);
      const holders = upTo(4).map((x) => pool.apply(jobs.hold, [scratch.log, scratch.gate, `${x}`]));
      await scratch.until(4);
      const calls = upTo(12).map((x) => pool.apply(jobs.square, [x], { affinity: x }));
      const everywhere = pool.broadcast(jobs.square, [3]);
      pool.resize(1);
      scratch.open();
      expect(await Promise.all(holders)).toEqual(['0', '1', '2', '3']);
      expect(await Promise.all(calls)).toEqual(upTo(12).map((x) => x * x));
      expect(await everywhere).toEqual([9, 9, 9, 9]);
    });

    test('up and down in the middle of a map', async () => {
      const pool = open({ workers: 2 });
      await pool.broadcast(jobs.me);
      const lists = upTo(120).map((item): [string, string, number] => [scratch.log, `${item}`, 5]);
      let ended = false;
      const mapped = pool.starmap(jobs.noteWorker, lists, { chunkSize: 4 }).finally(() => {
        ended = true;
      });
      for (let turn = 0; !ended; turn++) {
        const workers = [3, 1, 4, 2, 1][turn % 5] as number;
        pool.resize(workers);
        do await new Promise((resolve) => setTimeout(resolve, 10));
        while (!ended && pool.stats().busy < workers);
      }
      expect(await mapped).toHaveLength(120);
      const ran = scratch.lines().map((line) => Number(line.split(' ')[0]));
      expect(ran.sort((a, b) => a - b)).toEqual(upTo(120));
    });

    test('refuses what is no number of workers, and a pool that is closed', async () => {
      const pool = open();
      for (const workers of [0, -1, 1.5, 5000, Number.NaN])
        expect(() => pool.resize(workers)).toThrow(RangeError);
      expect(() => pool.resize('2' as never)).toThrow(TypeError);
      pool.close();
      expect(() => pool.resize(3)).toThrow(PoolClosedError);
    });
  });

  describe('onReport', () => {
    test('gets every report of a call in order, before the result', async () => {
      const seen: unknown[] = [];
      const result = await open().apply(jobs.reportUpTo, [300], {
        onReport: (value, { index }) => {
          expect(index).toBe(0);
          seen.push(value);
        },
      });
      expect(result).toBe(300);
      expect(seen).toEqual(upTo(300));
    });

    test('gets the index of the item in a map', async () => {
      const seen = new Map<number, unknown[]>();
      const items = [10, 20, 30, 40, 50];
      await open().map(jobs.reportItem, items, {
        chunkSize: 2,
        onReport: (value, { index }) => seen.set(index, [...(seen.get(index) ?? []), value]),
      });
      for (const [index, item] of items.entries()) {
        expect(seen.get(index)).toEqual([{ item }, `${item} again`]);
      }
    });

    test('what it throws rejects the call, and the pool stays usable', async () => {
      const pool = open();
      const onReport = () => {
        throw new Error('no ear');
      };
      await expect(pool.apply(jobs.reportUpTo, [3], { onReport })).rejects.toThrow('no ear');
      await expect(pool.map(jobs.reportItem, [1, 2, 3], { onReport })).rejects.toThrow('no ear');
      expect(await pool.apply(jobs.square, [3])).toBe(9);
    });

    test('is not called after its call has settled', async () => {
      const pool = open({ workers: 1, gracePeriod: 10_000 });
      const seen: unknown[] = [];
      const stop = new AbortController();
      const call = pool.apply(jobs.reportAfterAbort, [scratch.log], {
        signal: stop.signal,
        onReport: (value) => seen.push(value),
      });
      await scratch.until(1);
      stop.abort();
      await expect(call).rejects.toBe(stop.signal.reason);
      await scratch.until(2);
      await pool.apply(jobs.square, [1]);
      expect(seen).toEqual(['before']);
    });

    test('a task may report without anybody listening', async () => {
      expect(await open().apply(jobs.reportUpTo, [5])).toBe(5);
    });

    test('callbacks run in the async context of the caller', async () => {
      const pool = open();
      const context = new AsyncLocalStorage<string>();
      const seen = new Set<string | undefined>();
      const listen = () => {
        seen.add(context.getStore());
      };
      const first = context.run('first', () => pool.apply(jobs.reportUpTo, [2], { onReport: listen }));
      const second = context.run('second', () =>
        pool.map(jobs.square, upTo(10), { onProgress: listen, chunkSize: 2 }),
      );
      const third = context.run('third', () => pool.map(jobs.reportItem, [1, 2], { onReport: listen }));
      await Promise.all([first, second, third]);
      expect([...seen].sort()).toEqual(['first', 'second', 'third']);
    });
  });

  describe('stats', () => {
    test('of a pool that has done nothing are zero', () => {
      const stats = open({ workers: 3 }).stats();
      expect(stats).toMatchObject({ workers: 0, busy: 0, queued: 0, running: 0, utilization: 0 });
      expect(stats).toMatchObject({ completed: 0, failed: 0, cancelled: 0, deaths: 0, perWorker: [] });
      expect(stats.run).toMatchObject({ count: 0 });
    });

    test('count items that succeeded, failed and were cancelled, and workers that died', async () => {
      const pool = open({ workers: 2, gracePeriod: 10 });
      await pool.map(jobs.square, upTo(50));
      await pool.apply(jobs.square, [1]);
      await failureOf(pool.apply(jobs.throwValue, [1]));
      await failureOf(pool.starmap(jobs.flaky, [[scratch.log, 'x', 9, 'throw']], { errors: 'collect' }));
      expect(pool.stats()).toMatchObject({ completed: 51, failed: 2, cancelled: 0, deaths: 0 });
      await failureOf(pool.apply(jobs.die, [3]));
      expect(pool.stats()).toMatchObject({ completed: 51, failed: 3, deaths: 1 });
      const stop = new AbortController();
      const lines = scratch.lines().length;
      const stuck = failureOf(
        pool.apply(jobs.hold, [scratch.log, scratch.gate, 'stuck'], { signal: stop.signal }),
      );
      await scratch.until(lines + 1);
      stop.abort();
      await stuck;
      // That worker is ended by the pool: no death.
      expect(await pool.broadcast(jobs.square, [2])).toEqual([4, 4]);
      expect(pool.stats()).toMatchObject({ completed: 53, failed: 3, cancelled: 1, deaths: 1 });
    });

    test('say what runs and what waits', async () => {
      const pool = open({ workers: 2 });
      await pool.broadcast(jobs.me);
      const { call } = await holding(pool, 'first');
      const second = await holding(pool, 'second');
      const waiting = upTo(3).map((x) => pool.apply(jobs.square, [x]));
      await new Promise((resolve) => setImmediate(resolve));
      const stats = pool.stats();
      expect(stats).toMatchObject({ workers: 2, busy: 2, running: 2, queued: 3 });
      expect(stats.perWorker.map(({ state }) => state)).toEqual(['busy', 'busy']);
      scratch.open();
      await Promise.all([call, second.call, ...waiting]);
      expect(pool.stats()).toMatchObject({ workers: 2, busy: 0, running: 0, queued: 0 });
      expect(pool.stats().perWorker.map(({ state }) => state)).toEqual(['idle', 'idle']);
      expect(pool.stats().utilization).toBeGreaterThan(0);
      expect(pool.stats().utilization).toBeLessThanOrEqual(1);
    });

    test('tell each worker by its number, name and process', async () => {
      const pool = open({ workers: 2, name: 'mill' });
      const names = await pool.broadcast(jobs.me);
      const pids = await pool.broadcast(jobs.pid);
      const { perWorker } = pool.stats();
      expect(perWorker.map(({ name }) => name)).toEqual(names);
      expect(perWorker.map(({ pid }) => pid)).toEqual(pids);
      expect(perWorker.map(({ id, name }) => name === `mill-${id}`)).toEqual([true, true]);
      expect(perWorker.map(({ tasks }) => tasks)).toEqual([2, 2]);
      for (const { threadId } of perWorker) {
        expect(typeof threadId).toBe(kind === 'thread' ? 'number' : 'undefined');
      }
    });

    test('measure how long items ran and waited, in milliseconds', async () => {
      const pool = open({ workers: 1 });
      await pool.broadcast(jobs.me);
      await Promise.all([30, 30, 30].map((ms) => pool.apply(jobs.napping, [ms])));
      const { run, wait } = pool.stats();
      expect(run.count).toBe(4);
      expect(wait.count).toBe(4);
      // Buckets are some percent wide.
      expect(run.max).toBeGreaterThan(28);
      expect(run.p50).toBeGreaterThan(28);
      expect(run.min).toBeLessThanOrEqual(run.mean);
      // The third call waited for the two before it.
      expect(wait.max).toBeGreaterThan(56);
      expect(wait.p99).toBeLessThanOrEqual(wait.max);
    });

    test('count the bytes that cross a pipe, and none where there is no pipe', async () => {
      const pool = open({ workers: 1 });
      await pool.apply((text: string) => text, ['x'.repeat(100_000)]);
      const { bytesSent, bytesReceived } = pool.stats();
      if (kind === 'thread') expect([bytesSent, bytesReceived]).toEqual([0, 0]);
      else {
        expect(bytesSent).toBeGreaterThan(100_000);
        expect(bytesReceived).toBeGreaterThan(100_000);
      }
    });

    test('know the memory of a worker that has worked', async () => {
      const pool = open({ workers: 1 });
      await pool.apply(jobs.leak, [30 * 2 ** 20]);
      // It is told at most every 100 ms.
      while ((pool.stats().perWorker[0]?.memory ?? 0) < 30 * 2 ** 20) {
        await new Promise((resolve) => setTimeout(resolve, 120));
        await pool.apply(jobs.me);
      }
    });

    test('are printed as a table that names each worker', async () => {
      const pool = open({ workers: 1, name: 'mill' });
      await pool.map(jobs.square, upTo(20));
      const text = inspect(pool.stats());
      expect(text).toContain('0 of 1 workers busy');
      expect(text).toContain('completed 20, failed 0');
      expect(text).toMatch(/^ +mill-1 +\d+/m);
    });
  });

  describe('fair chunks', () => {
    // A worker of four sleeps at a time; one after the other the 8 would take 1,200 ms, spread 300 ms.
    const long = Array(8).fill(150);
    const sequentialMs = 8 * 150;

    test('after 5,000 tiny items, 8 long ones spread over all workers', async () => {
      const pool = open({ workers: 4 });
      await pool.broadcast(jobs.me);
      await pool.map(jobs.napping, Array(5000).fill(0));
      const since = performance.now();
      const names = await pool.map(jobs.napping, long);
      const elapsed = performance.now() - since;
      expect(new Set(names).size).toBe(4);
      expect(elapsed).toBeLessThan(0.75 * sequentialMs);
    });

    test('also when they are the last of one map', async () => {
      const pool = open({ workers: 4 });
      await pool.broadcast(jobs.me);
      const since = performance.now();
      const names = await pool.map(jobs.napping, [...Array(5000).fill(0), ...long]);
      const elapsed = performance.now() - since;
      expect(new Set(names.slice(5000)).size).toBe(4);
      expect(elapsed).toBeLessThan(0.75 * sequentialMs + 300);
    });

    test('also when they are calls of their own', async () => {
      const pool = open({ workers: 4 });
      await pool.broadcast(jobs.me);
      await Promise.all(upTo(2000).map(() => pool.apply(jobs.napping, [0])));
      const since = performance.now();
      const names = await Promise.all(long.map((ms) => pool.apply(jobs.napping, [ms])));
      const elapsed = performance.now() - since;
      expect(new Set(names).size).toBe(4);
      expect(elapsed).toBeLessThan(0.75 * sequentialMs);
    });

    test('items that came back from a busy worker run once', async () => {
      const pool = open({ workers: 3 });
      const lists = (ms: number[]) =>
        ms.map((one, item): [string, string, number] => [scratch.log, `${item}`, one]);
      await pool.starmap(jobs.noteWorker, lists(Array(1000).fill(0)));
      const mixed = upTo(300).map((item) => (item % 40 === 39 ? 30 : 0));
      await pool.starmap(jobs.noteWorker, lists(mixed));
      const ran = scratch.lines().slice(1000);
      expect(ran.map((line) => Number(line.split(' ')[0])).sort((a, b) => a - b)).toEqual(upTo(300));
    });
  });
});

describe('a Pool on child processes of which nobody sees what they have begun', () => {
  let pool: Pool;
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(async () => {
    await pool.terminate();
    scratch.remove();
  });

  test('takes the rest of a chunk back from a worker that leaks', async () => {
    const step = 40 * 2 ** 20;
    pool = blindProcesses.open({ workers: 1, maxMemoryPerWorker: 6 * step });
    const leaks = await pool.map(jobs.leak, Array(12).fill(step), { chunkSize: 12 });
    expect(new Set(leaks.map(({ name }) => name)).size).toBeGreaterThan(1);
    expect(Math.max(...leaks.map(({ times }) => times))).toBeLessThanOrEqual(7);
  });

  test('takes the rest of a chunk back from a worker that is one too many', async () => {
    pool = blindProcesses.open({ workers: 2 });
    await pool.broadcast(jobs.me);
    const lists = upTo(60).map((item): [string, string, number] => [scratch.log, `${item}`, 10]);
    const mapped = pool.starmap(jobs.noteWorker, lists, { chunkSize: 30 });
    await scratch.until(4);
    pool.resize(1);
    const names = await mapped;
    const shares = new Map<string, number>();
    for (const name of names) shares.set(name, (shares.get(name) ?? 0) + 1);
    // The one that left has not done its whole chunk, and nothing ran twice.
    expect(Math.min(...shares.values())).toBeLessThan(30);
    const ran = scratch.lines().map((line) => Number(line.split(' ')[0]));
    expect(ran.sort((a, b) => a - b)).toEqual(upTo(60));
  });
});
