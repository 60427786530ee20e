/** How a worker runs items and answers them. */

import { beforeEach, describe, expect, test } from 'vitest';
import { SerializationError } from '#dist/errors.js';
import { upTo } from '../up-to.js';
import { channels, Driver, inline, tasksOf } from './worker-driver.ts';

const { task } = tasksOf('worker-tasks');

describe.each(channels)('a worker on $channel', ({ looks }) => {
  let worker: Driver;
  beforeEach(() => {
    worker = new Driver({ looks });
    return () => worker[Symbol.asyncDispose]();
  });

  describe('items', () => {
    test('run in order and are answered in order, each once', async () => {
      const double = worker.define(task('double'));
      const square = worker.define(inline('async (x) => x * x'));
      worker.send(double, upTo(100));
      worker.send(square, [2, 3], { gather: false });
      worker.send(double, [['a']]);
      await worker.answers(103);
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
      await worker.answers(4);
      expect([...worker.results().values()]).toEqual([1, 1, 1, 1]);
    });

    test('lists of arguments are spread, and an item is one argument', async () => {
      const fn = worker.define(inline('(...args) => args'));
      worker.send(fn, [[1, 2], []], { spread: 'args' });
      worker.send(fn, [[1, 2]]);
      await worker.answers(3);
      expect([...worker.results().values()]).toEqual([[1, 2], [], [[1, 2]]]);
    });

    test('the count of begun items is raised before each item', async () => {
      const fn = worker.define(inline('(cells) => Atomics.load(cells, 0)'));
      worker.send(fn, [worker.cells, worker.cells, worker.cells]);
      await worker.answers(3);
      expect([...worker.results().values()]).toEqual([1, 2, 3]);
    });

    test('an announced item is announced after the results before it and before it runs', async () => {
      worker.send(worker.define(task('double')), [1, 2], { announce: true });
      await worker.answers(2);
      expect(worker.messages.map(({ type }) => type)).toEqual(['ready', 'begin', 'done', 'begin', 'done']);
    });

    test('a result of its own is posted before the next item of its run begins', async () => {
      const fn = worker.define(inline('(x) => { if (x) for (;;); return x; }'));
      worker.send(fn, [0, 1], { gather: false });
      await worker.answers(1);
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
      await worker.answers(first + 9);
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
        await worker.answers(71);
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
      await worker.answers(2000);
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
      await worker.answers(64);
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
      await worker.answers(12);
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
      await worker.answers(40);
      // A channel that cannot look gets one whenever the loop would look.
      expect(worker.results().get(39)).toBeGreaterThan(looks ? 5 : 30);
    });

    test('failures are those of their items alone', async () => {
      const fn = worker.define(inline("(x) => { if (x % 2) throw new RangeError('odd'); return x; }"));
      const rejecting = worker.define(inline('async (x) => { throw x; }'));
      worker.send(fn, upTo(4));
      worker.send(rejecting, [undefined]);
      await worker.answers(5);
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
      await worker.answers(3);
      expect(worker.results().get(0)).toBe(7);
      expect(await worker.failure(1)).toBeInstanceOf(TypeError);
      expect(await worker.failure(2)).toBeInstanceOf(TypeError);
    });

    test('a result that cannot cross fails alone, with its path', async () => {
      const fn = worker.define(task('unclonableAt'));
      worker.send(fn, [0, 1, 2]);
      worker.send(fn, [1], { gather: false });
      await worker.answers(4);
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
      await worker.answers(1);
      const [, done] = worker.messages;
      expect(done?.type).toBe('done');
      expect((done as { elapsed: number }).elapsed).toBeGreaterThanOrEqual(29);
    });
  });
});
