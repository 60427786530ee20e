import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SerializationError, TaskNotFoundError } from '#dist/errors.js';
import { WorkerCell } from '#dist/internal/protocol.js';
import { sharedArray } from '#dist/shared/shared-array.js';
import { channels, Driver } from './worker-driver.ts';

const module = new URL('../fixtures/worker-tasks.mjs', import.meta.url).href;
const task = (name: string, url = module) => ({ kind: 'task', module: url, name }) as const;
const inline = (source: string) => ({ kind: 'inline', source }) as const;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe.each(channels)('a worker on $channel', ({ looks }) => {
  let worker: Driver;

  beforeEach(() => {
    worker = new Driver({ looks });
  });

  afterEach(() => worker[Symbol.asyncDispose]());

  const allAnswered = (count: number) => () => worker.answered().length >= count;

  describe('items', () => {
    test('run in order and are answered in order, each once', async () => {
      const double = worker.define(task('double'));
      const square = worker.define(inline('async (x) => x * x'));
      worker.send(double, upTo(100));
      worker.send(square, [2, 3], { gather: false });
      worker.send(double, [['a']]);
      await worker.until(allAnswered(103));
      expect(worker.answered()).toEqual(upTo(103));
      expect([...worker.results().values()]).toEqual([...upTo(100).map((x) => x * 2), 4, 9, Number.NaN]);
      expect(worker.messages[0]).toEqual({ type: 'ready' });
      // Those of a chunk come together, as far as they are ready within two milliseconds.
      expect(worker.messages.filter((message) => message.type === 'done').length).toBeLessThan(50);
    });

    test('an async item is awaited before the next one begins', async () => {
      const fn = worker.define(
        inline(`async (x) => {
        globalThis.running = (globalThis.running ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, x));
        return globalThis.running--;
      }`),
      );
      worker.send(fn, [20, 1, 5, 1]);
      await worker.until(allAnswered(4));
      expect([...worker.results().values()]).toEqual([1, 1, 1, 1]);
    });

    test('lists of arguments are spread, and an item is one argument', async () => {
      const fn = worker.define(inline('(...args) => args'));
      worker.send(fn, [[1, 2], []], { spread: 'args' });
      worker.send(fn, [[1, 2]]);
      await worker.until(allAnswered(3));
      expect([...worker.results().values()]).toEqual([[1, 2], [], [[1, 2]]]);
    });

    test('the count of begun items is raised before each item', async () => {
      const fn = worker.define(inline('(cells) => Atomics.load(cells, 0)'));
      worker.send(fn, [worker.cells, worker.cells, worker.cells]);
      await worker.until(allAnswered(3));
      expect([...worker.results().values()]).toEqual([1, 2, 3]);
    });

    test('an announced item is announced after the results before it and before it runs', async () => {
      worker.send(worker.define(task('double')), [1, 2], { announce: true });
      await worker.until(allAnswered(2));
      expect(worker.messages.map(({ type }) => type)).toEqual(['ready', 'begin', 'done', 'begin', 'done']);
    });

    test('a result of its own is posted before the next item of its run begins', async () => {
      const fn = worker.define(inline('(x) => { if (x) for (;;); return x; }'));
      worker.send(fn, [0, 1], { gather: false });
      await worker.until(allAnswered(1));
      expect(worker.results().get(0)).toBe(0);
    });

    test('gathered results are posted after some milliseconds, and not at the end of a long chunk', async () => {
      const spin = worker.define(task('spin'));
      worker.send(spin, [...upTo(20).map(() => 5), 20_000]);
      await worker.until((messages) => messages.filter(({ type }) => type === 'done').length > 5);
      expect(worker.results().size).toBeLessThan(21);
    });

    test('an awaited item that is slow does not hold back the results before it', async () => {
      const fn = worker.define(
        inline('(x) => new Promise((resolve) => (x ? setTimeout(resolve, 1e9) : setImmediate(resolve)))'),
      );
      const quick = worker.define(inline('(x) => x'));
      // Tiny items first: the worker does not look at the clock after each of them.
      worker.send(quick, upTo(40));
      const first = worker.send(fn, [...upTo(9).map(() => 0), 1]);
      await worker.until(allAnswered(first + 9));
    });

    test.each(['item', 'args'] as const)(
      'a nudge has what is done posted after the item that runs, also after many tiny ones (spread: %s)',
      async (spread) => {
        const fn = worker.define(
          inline(`(...given) => {
            const [cells, at] = given.flat();
            if (at === 70) { Atomics.store(cells, 0, 1); while (Atomics.load(cells, 1) === 0); }
            if (at === 71) for (;;);
            return at;
          }`),
        );
        const cells = new Int32Array(new SharedArrayBuffer(8));
        worker.send(
          fn,
          upTo(72).map((at) => [cells, at]),
          { spread },
        );
        while (Atomics.load(cells, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        worker.nudge();
        Atomics.store(cells, 1, 1);
        await worker.until(allAnswered(71));
      },
    );

    test('results before an item that ends the worker are posted, also when all are tiny', async () => {
      const fn = worker.define(inline('(x) => { if (x === 80) process.exit(5); return x; }'));
      worker.send(fn, upTo(100));
      expect((await worker.ended).code).toBe(5);
      expect(worker.answered()).toEqual(upTo(80));
    });

    test('a chunk of rejecting async items leaves turns to timers, and a cancel reaches it', async () => {
      const fn = worker.define(
        inline(
          'async () => { const end = performance.now() + 2; await null; while (performance.now() < end); throw 1; }',
        ),
      );
      worker.send(fn, upTo(2000));
      await worker.until((messages) => messages.some(({ type }) => type === 'fail'));
      worker.post({ type: 'cancel', seq: 0, count: 2000 });
      await worker.until((messages) => messages.some(({ type }) => type === 'dropped'));
      await worker.until(allAnswered(2000));
      expect(worker.messages.filter(({ type }) => type === 'fail').length).toBeLessThan(500);
    });

    test('an urgent message is seen after the item that runs, also when tiny ones were before it', async () => {
      const fn = worker.define(
        inline(
          '(cells, at) => { if (at === 60) { Atomics.store(cells, 0, 1); while (cells[1] === 0); } return at; }',
        ),
      );
      const cells = new Int32Array(new SharedArrayBuffer(8));
      worker.send(
        fn,
        upTo(64).map((at) => [cells, at]),
        { spread: 'args' },
      );
      while (Atomics.load(cells, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      worker.post({ type: 'cancel', seq: 60, count: 4 });
      Atomics.store(cells, 1, 1);
      await worker.until(allAnswered(64));
      expect(worker.messages.at(-1)).toEqual({ type: 'dropped', seq: 61, count: 3 });
    });

    test('any message is seen after two milliseconds and the item that runs', async () => {
      const fn = worker.define(
        inline(
          '(cells, at) => { const end = performance.now() + 3; while (performance.now() < end); if (at === 3) { Atomics.store(cells, 0, 1); while (cells[1] === 0); } return at; }',
        ),
      );
      const cells = new Int32Array(new SharedArrayBuffer(8));
      worker.send(
        fn,
        upTo(12).map((at) => [cells, at]),
        { spread: 'args' },
      );
      while (Atomics.load(cells, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      worker.postQuietly({ type: 'cancel', seq: 3, count: 9 });
      Atomics.store(cells, 1, 1);
      await worker.until(allAnswered(12));
      expect(worker.messages.at(-1)).toEqual({ type: 'dropped', seq: 4, count: 8 });
    });

    test('timers of the worker get their turn within a long chunk', async () => {
      const fn = worker.define(
        inline(`() => {
          if (!globalThis.waits) setImmediate(() => {
            globalThis.waits = false;
            globalThis.turns = (globalThis.turns ?? 0) + 1;
          });
          globalThis.waits = true;
          const end = performance.now() + 5;
          while (performance.now() < end);
          return globalThis.turns ?? 0;
        }`),
      );
      worker.send(fn, upTo(40));
      await worker.until(allAnswered(40));
      // A channel that cannot look gets one whenever the loop would look.
      expect(worker.results().get(39)).toBeGreaterThan(looks ? 5 : 30);
    });

    test('failures are those of their items alone', async () => {
      const fn = worker.define(inline("(x) => { if (x % 2) throw new RangeError('odd'); return x; }"));
      const rejecting = worker.define(inline('async (x) => { throw x; }'));
      worker.send(fn, upTo(4));
      worker.send(rejecting, [undefined]);
      await worker.until(allAnswered(5));
      expect(worker.answered()).toEqual(upTo(5));
      expect(worker.results()).toEqual(
        new Map([
          [0, 0],
          [2, 2],
        ]),
      );
      expect(await worker.failure(1)).toBeInstanceOf(RangeError);
      expect(await worker.failure(4)).toBe(undefined);
    });

    test('a thenable is awaited, also one that throws', async () => {
      const fn = worker.define(
        inline('(x) => ({ then(done) { if (x) throw new TypeError("then"); done(7); } })'),
      );
      const getter = worker.define(inline('() => ({ get then() { throw new TypeError("getter"); } })'));
      worker.send(fn, [0, 1]);
      worker.send(getter, [0]);
      await worker.until(allAnswered(3));
      expect(worker.results().get(0)).toBe(7);
      expect(await worker.failure(1)).toBeInstanceOf(TypeError);
      expect(await worker.failure(2)).toBeInstanceOf(TypeError);
    });

    test('a result that cannot cross fails alone, with its path', async () => {
      const fn = worker.define(task('unclonableAt'));
      worker.send(fn, [0, 1, 2]);
      worker.send(fn, [1], { gather: false });
      await worker.until(allAnswered(4));
      expect(worker.results()).toEqual(
        new Map([
          [0, 0],
          [2, 2],
        ]),
      );
      for (const seq of [1, 3]) {
        const error = (await worker.failure(seq)) as SerializationError;
        expect(error).toBeInstanceOf(SerializationError);
        expect(error.path).toBe('result.deep[0].callback');
      }
    });

    test('done tells how long its items ran', async () => {
      worker.send(worker.define(task('spin')), [30], { gather: false });
      await worker.until(allAnswered(1));
      const [, done] = worker.messages;
      expect(done?.type).toBe('done');
      expect((done as { elapsed: number }).elapsed).toBeGreaterThanOrEqual(29);
    });
  });

  describe('task modules', () => {
    test('a missing module, a missing export and an export that is no function are named', async () => {
      const missing = new URL('../fixtures/worker-nothing.mjs', import.meta.url).href;
      await expect(worker.call(task('double', missing))).rejects.toThrow(TaskNotFoundError);
      await expect(worker.call(task('double', missing))).rejects.toThrow('worker-nothing.mjs');
      await expect(worker.call(task('nope'))).rejects.toThrow(/exports no `nope`; it exports .*`double`/);
      await expect(worker.call(task('notAFunction'))).rejects.toThrow(
        /`notAFunction`, but it is no function/,
      );
      await expect(worker.call(task('x', 'allcores-no-such-package'))).rejects.toThrow(TaskNotFoundError);
    });

    test('a `.js` that is not there names the `.ts` beside it', async () => {
      const url = new URL('../fixtures/worker-sibling.js', import.meta.url).href;
      await expect(worker.call(task('add', url))).rejects.toThrow(/worker-sibling\.ts/);
    });

    test('an error while the module loads arrives as it is, to every call', async () => {
      const url = new URL('../fixtures/worker-broken.mjs', import.meta.url).href;
      const failing = worker.call(task('never', url));
      await expect(failing).rejects.toThrow(ReferenceError);
      await expect(failing).rejects.toThrow('missingWhileLoading is not defined');
      await expect(worker.call(task('never', url))).rejects.toThrow(ReferenceError);
    });

    test('a ReferenceError inside a module stays a ReferenceError', async () => {
      await expect(worker.call(task('readMissing'))).rejects.toThrow(ReferenceError);
    });

    test("an error class that the module exports is told, with its causes and the worker's frames", async () => {
      worker.send(worker.define(task('failWithOrder')), ['gone']);
      await worker.until(allAnswered(1));
      const error = (await worker.failure(0, module)) as Error & { days: number };
      expect(error.constructor.name).toBe('LateOrderError');
      expect(error).toMatchObject({ name: 'LateOrderError', message: 'gone', days: 3 });
      expect(error.cause).toBeInstanceOf(RangeError);
      expect(error.stack).toContain('worker-tasks.mjs');
      expect(error.stack).not.toContain('/dist/worker/');
      expect(error.stack?.split('\n')).toHaveLength(2);
    });

    test('a built-in and a package can be a task module', async () => {
      expect(await worker.call(task('basename', 'node:path'), '/a/b.txt')).toBe('b.txt');
      expect(await worker.call(task('defineConfig', 'vitest/config'), { a: 1 })).toEqual({ a: 1 });
    });
  });

  describe('the end of a worker', () => {
    test.each([
      ['exitAt', 5, undefined],
      ['throwLaterAt', 1, 'nobody catches this'],
      ['rejectUnhandledAt', 1, 'nobody handles this'],
    ])(
      '%s: what was done before is delivered, and the running item is counted',
      async (name, code, message) => {
        worker.send(worker.define(task(name)), upTo(6));
        const end = await worker.ended;
        expect(end.code).toBe(code);
        expect((end.error as Error | undefined)?.message).toBe(message);
        expect([...worker.results().values()]).toEqual([0, 1, 2]);
        expect(worker.cells[WorkerCell.begun]).toBe(4);
      },
    );

    test('a module that ends the worker as it loads counts as begun', async () => {
      worker.send(
        worker.define(task('x', new URL('../fixtures/worker-exits.mjs', import.meta.url).href)),
        [1, 2],
      );
      expect((await worker.ended).code).toBe(6);
      expect(worker.cells[WorkerCell.begun]).toBe(1);
    });

    test('stop ends it after what has begun; the rest is dropped, answered in ranges', async () => {
      const fn = worker.define(task('sleepThenReturn'));
      worker.send(fn, [0]);
      worker.send(fn, [100, 1, 1], { announce: true });
      worker.send(fn, [1, 1]);
      await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
      worker.post({ type: 'stop' });
      worker.send(fn, [1]);
      const { code } = await worker.ended;
      expect(code).toBe(0);
      expect([...worker.answered()].sort()).toEqual(upTo(7));
      expect([...worker.results().values()]).toEqual([0, 100]);
    });

    test('an idle worker that is stopped ends at once, also when a module keeps a timer', async () => {
      await worker.call(task('keepAlive'));
      worker.post({ type: 'stop' });
      expect((await worker.ended).code).toBe(0);
    });

    test('stop while a module never finishes loading ends it', async () => {
      const url =
        'data:text/javascript,await new Promise((r) => setTimeout(r, 1e9)); export const f = () => 1;';
      worker.send(worker.define(task('f', url)), [1]);
      await worker.until((messages) => messages.length > 0);
      worker.post({ type: 'stop' });
      expect((await worker.ended).code).toBe(0);
      expect(worker.answered()).toEqual([0]);
    });
  });

  describe('cancelling', () => {
    test('an item whose module is still loading has begun: it is announced, and dropped when the module is there', async () => {
      const url =
        'data:text/javascript,await new Promise((r) => setTimeout(r, 200)); export const f = () => 1;';
      const fn = worker.define(task('f', url));
      worker.send(fn, [1, 2, 3], { announce: true });
      await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
      worker.post({ type: 'cancel', seq: 0, count: 2 });
      worker.send(fn, [4]);
      await worker.until(allAnswered(4));
      expect(
        worker.messages.slice(1).map((message) => [message.type, 'seq' in message && message.seq]),
      ).toEqual([
        ['begin', 0],
        ['dropped', 1],
        ['dropped', 0],
        ['begin', 2],
        ['done', false],
        ['done', false],
      ]);
    });

    test('the clock of an item starts once when its module has to be loaded first', async () => {
      const url = 'data:text/javascript,await null; export const f = () => 7;';
      worker.send(worker.define(task('f', url)), [1, 2], { announce: true });
      await worker.until(allAnswered(2));
      expect(worker.messages.map(({ type }) => type)).toEqual(['ready', 'begin', 'done', 'begin', 'done']);
    });

    test('drops what has not begun, in waiting runs and in the current one', async () => {
      const fn = worker.define(task('sleepThenReturn'));
      worker.send(fn, [50, 2, 3, 4]);
      worker.send(fn, [5, 6, 7]);
      worker.post({ type: 'cancel', seq: 2, count: 4 });
      worker.post({ type: 'cancel', seq: 1, count: 3 });
      await worker.until(allAnswered(7));
      expect(worker.messages.filter(({ type }) => type === 'dropped')).toEqual([
        { type: 'dropped', seq: 2, count: 2 },
        { type: 'dropped', seq: 4, count: 2 },
        { type: 'dropped', seq: 1, count: 1 },
      ]);
      expect([...worker.results().keys()]).toEqual([0, 6]);
    });

    test('reaches a chunk of synchronous items in mid-run', async () => {
      const fn = worker.define(task('spin'));
      worker.send(
        fn,
        upTo(2000).map(() => 5),
      );
      await worker.until((messages) => messages.some(({ type }) => type === 'done'));
      worker.post({ type: 'cancel', seq: 0, count: 2000 });
      await worker.until((messages) => messages.some(({ type }) => type === 'dropped'));
      await worker.until(allAnswered(2000));
      expect(worker.results().size).toBeLessThan(200);
    });

    test('aborts the signal of the running item', async () => {
      // The first item begins with the loading of its module, the second one runs when it begins.
      worker.send(worker.define(task('untilAborted')), [1, 2], { announce: true });
      for (const seq of [0, 1]) {
        await worker.until((messages) => messages.some((said) => said.type === 'begin' && said.seq === seq));
        worker.post({ type: 'cancel', seq, count: 1 });
      }
      await worker.until(allAnswered(2));
      expect(worker.results().get(1)).toBe('AbortError');
    });

    test('the flag reaches synchronous code, and its signal', async () => {
      worker.send(worker.define(task('untilCancelled')), [1], { announce: true });
      await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
      Atomics.store(worker.cells, WorkerCell.cancelled, 1);
      await worker.until(allAnswered(1));
      expect(worker.results().get(0)).toEqual({ cancelled: true, aborted: true });
      await worker.call(task('describeTask'));
      expect(worker.results().get(1)).toEqual({ id: 4, name: 'tester', attempt: 1, cancelled: false });
    });

    test('an item that was answered is left alone', async () => {
      await worker.call(task('double'), 2);
      worker.post({ type: 'cancel', seq: 0, count: 1 });
      expect(await worker.call(task('double'), 3)).toBe(6);
      expect(worker.messages.some(({ type }) => type === 'dropped')).toBe(false);
    });
  });

  describe('maps over typed arrays', () => {
    function map(source: string, input: never, output: never, blockSize: number) {
      const cells = new Int32Array(new SharedArrayBuffer(12));
      const seq = worker.blocks(worker.define(inline(source)), {
        input,
        output,
        cells: cells as never,
        blockSize,
      });
      return { seq, cells };
    }

    test.each([1, 7, 16, 1000])(
      'every element is mapped once, with its index, in blocks of %i',
      async (blockSize) => {
        const input = sharedArray(Float64Array, upTo(1000));
        const output = sharedArray(Float64Array, 1000);
        const { seq, cells } = map('(x, index) => x * x + index', input as never, output as never, blockSize);
        await worker.until(allAnswered(1));
        expect([...output]).toEqual(upTo(1000).map((x) => x * x + x));
        expect(worker.results().get(seq)).toBe(Math.ceil(1000 / blockSize));
        expect(cells[1]).toBe(Math.ceil(1000 / blockSize));
      },
    );

    test('two workers share the blocks', async () => {
      await using other = new Driver({ looks });
      const input = sharedArray(Int32Array, upTo(100_000));
      const output = sharedArray(Int32Array, 100_000);
      const cells = new Int32Array(new SharedArrayBuffer(12));
      const parts = { input: input as never, output: output as never, cells: cells as never, blockSize: 100 };
      for (const one of [worker, other]) one.blocks(one.define(inline('(x) => x + 1')), parts);
      await Promise.all([worker, other].map((one) => one.until(() => one.answered().length === 1)));
      expect(output.every((value, index) => value === index + 1)).toBe(true);
      expect((worker.results().get(0) as number) + (other.results().get(0) as number)).toBe(1000);
    });

    test('BigInt arrays give bigints and take bigints', async () => {
      const input = sharedArray(BigInt64Array, [1n, -2n, 3n]);
      const output = sharedArray(BigInt64Array, 3);
      map('(x, index) => x * 10n + BigInt(index)', input as never, output as never, 2);
      await worker.until(allAnswered(1));
      expect([...output]).toEqual([10n, -19n, 32n]);
    });

    test('one function serves several pairs of types', async () => {
      const source = '(x) => Number(x) * 2';
      const wide = sharedArray(Float64Array, 2);
      map(source, sharedArray(Uint8Array, [1, 2]) as never, wide as never, 8);
      map(source, sharedArray(BigInt64Array, [3n, 4n]) as never, wide as never, 8);
      await worker.until(allAnswered(2));
      expect([...wide]).toEqual([6, 8]);
    });

    test.each([
      [
        '(x) => x === 5 ? "five" : x',
        Float64Array,
        /a number for the element at index 5, got "five" \(string\)/,
      ],
      ['(x) => x === 5 ? undefined : x', Float64Array, /index 5, got undefined/],
      ['(x) => x === 5 ? 5n : x', Float64Array, /index 5/],
      ['async (x) => x', Float64Array, /index 0, got a promise/],
      ['(x) => Number(x)', BigInt64Array, /a bigint for the element at index 0/],
    ])('a result of the wrong type is a TypeError with its index: %s', async (source, Type, message) => {
      const input =
        Type === BigInt64Array ? sharedArray(BigInt64Array, 8) : sharedArray(Float64Array, upTo(8));
      const { seq, cells } = map(source, input as never, sharedArray(Type, 8) as never, 2);
      await worker.until(allAnswered(1));
      const error = (await worker.failure(seq)) as TypeError;
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(message);
      expect(cells[2]).toBe(1);
    });

    test('what the function throws is the failure, and stops the map', async () => {
      const { seq, cells } = map(
        '(x) => { if (x === 5) throw new RangeError("five"); return x; }',
        sharedArray(Float64Array, upTo(8)) as never,
        sharedArray(Float64Array, 8) as never,
        2,
      );
      await worker.until(allAnswered(1));
      const error = (await worker.failure(seq)) as RangeError;
      expect(error).toBeInstanceOf(RangeError);
      expect(error.stack).toMatch(/^RangeError: five\n {4}at allcores-inline:\d+:\d+:\d+$/);
      expect(cells[2]).toBe(1);
      expect(cells[1]).toBe(2);
    });

    test('a stopped map claims no block', async () => {
      const cells = new Int32Array(new SharedArrayBuffer(12));
      cells[2] = 1;
      const output = sharedArray(Float64Array, 8);
      const fn = worker.define(inline('() => 1'));
      worker.blocks(fn, {
        input: output as never,
        output: output as never,
        cells: cells as never,
        blockSize: 1,
      });
      await worker.until(allAnswered(1));
      expect([...output]).toEqual(upTo(8).map(() => 0));
      expect(worker.results().get(0)).toBe(0);
    });

    test('a captured variable is named here too', async () => {
      const { seq } = map(
        '(x) => x * rate',
        sharedArray(Int8Array, 1) as never,
        sharedArray(Int8Array, 1) as never,
        1,
      );
      await worker.until(allAnswered(1));
      expect(await worker.failure(seq)).toMatchObject({ name: 'TaskCaptureError', variable: 'rate' });
    });
  });
});
