/** What CPython's tests of `multiprocessing.Pool` and of executors check, where no other file here does; see ../parity/table.ts. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type Pool,
  PoolClosedError,
  type PoolOptions,
  SerializationError,
  TaskNotFoundError,
  tasks,
  WorkerDiedError,
} from 'allcores';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processOf, until } from '../crash/processes.js';
import { Scratch } from '../parity/scratch.js';
import { backends, failureOf } from './backends.js';

const fixture = (name: string) => new URL(`../fixtures/${name}.mjs`, import.meta.url);
const jobs = tasks<typeof import('../fixtures/parity-jobs.mjs')>(fixture('parity-jobs'));
/** Longer than any test. */
const endless = 600_000;

const upTo = (count: number) => Array.from({ length: count }, (_, item) => item);

describe.each(backends)("CPython's tests of Pool on $name", ({ kind, open: create }) => {
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
      const { setFlagsFromString } = await import('node:v8');
      setFlagsFromString('--expose-gc');
      const gc = (await import('node:vm')).runInNewContext('gc') as () => void;
      // What is still on its way to or from a worker that has just started lets go of them a little later.
      const since = performance.now();
      while (performance.now() - since < 10_000 && marks.some((mark) => mark.deref())) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        gc();
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
