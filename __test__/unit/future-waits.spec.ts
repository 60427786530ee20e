/** Waiting for several futures, and for the results of a map with a limit. */

import { describe, expect, test } from 'vitest';
import { TimeoutError } from '#dist/errors.js';
import { asCompleted } from '#dist/pool/as-completed.js';
import { Deadline } from '#dist/pool/deadline.js';
import { ExecutorMap } from '#dist/pool/executor-map.js';
import { listenersOf } from '#dist/pool/future.js';
import { wait } from '#dist/pool/wait.js';
import { failureOf } from '../failure-of.js';
import { turn } from '../waits.js';
import { cancelled, failed, finished, scripted, unhandledRejections } from './scripted-future.js';

unhandledRejections();

describe('wait', () => {
  test('FIRST_COMPLETED ends with the first that ends in any way', async () => {
    for (const end of ['resolve', 'reject', 'cancel'] as const) {
      const [a, b, c] = [scripted(), scripted(), scripted()];
      const waiting = wait([a.future, b.future, c.future], { returnWhen: 'FIRST_COMPLETED' });
      await turn();
      if (end === 'cancel') b.future.cancel();
      else b.call[end](1);
      const { done, notDone } = await waiting;
      expect([...done]).toEqual([b.future]);
      expect([...notDone]).toEqual([a.future, c.future]);
    }
  });

  test('FIRST_EXCEPTION goes on after results and cancels, until one has failed', async () => {
    const [a, b, c, d] = [scripted(), scripted(), scripted(), scripted()];
    const waiting = wait([a.future, b.future, c.future, d.future], { returnWhen: 'FIRST_EXCEPTION' });
    let ended = false;
    void waiting.then(() => {
      ended = true;
    });
    a.call.resolve(1);
    b.future.cancel();
    await turn();
    expect(ended).toBe(false);
    c.call.reject(undefined);
    const { done, notDone } = await waiting;
    expect([...done]).toEqual([a.future, b.future, c.future]);
    expect([...notDone]).toEqual([d.future]);
  });

  test('FIRST_EXCEPTION without a failure, and ALL_COMPLETED in any case, end with the last', async () => {
    for (const returnWhen of ['FIRST_EXCEPTION', 'ALL_COMPLETED', undefined] as const) {
      const [a, b] = [scripted(), scripted()];
      const waiting = wait([a.future, b.future], returnWhen === undefined ? {} : { returnWhen });
      let ended = false;
      void waiting.then(() => {
        ended = true;
      });
      if (returnWhen === 'FIRST_EXCEPTION') a.call.resolve(1);
      else a.call.reject(new Error('does not end it'));
      await turn();
      expect(ended).toBe(false);
      b.call.resolve(2);
      expect((await waiting).done).toEqual(new Set([a.future, b.future]));
    }
  });

  test.each(['FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED'] as const)(
    '%s counts what has ended before',
    async (returnWhen) => {
      const open = scripted().future;
      const ended = returnWhen === 'FIRST_EXCEPTION' ? failed(0) : finished(1);
      const given =
        returnWhen === 'ALL_COMPLETED' ? [ended, cancelled(), failed(1)] : [open, ended, cancelled()];
      const { done, notDone } = await wait(given, { returnWhen });
      expect(done.size + notDone.size).toBe(3);
      expect(done.has(ended)).toBe(true);
      expect(notDone.size).toBe(returnWhen === 'ALL_COMPLETED' ? 0 : 1);
      expect(listenersOf(open)).toBe(0);
      expect(await wait([], { returnWhen })).toEqual({ done: new Set(), notDone: new Set() });
    },
  );

  test('FIRST_EXCEPTION does not end for results and cancels of before', async () => {
    const { future, call } = scripted();
    const waiting = wait([finished(1), cancelled(), future], { returnWhen: 'FIRST_EXCEPTION' });
    await turn();
    expect(listenersOf(future)).toBe(1);
    call.resolve(1);
    expect((await waiting).done.size).toBe(3);
  });

  test('counts a future once that was given twice', async () => {
    const { future, call } = scripted();
    const waiting = wait([future, future]);
    call.resolve(1);
    const { done, notDone } = await waiting;
    expect([done.size, notDone.size]).toEqual([1, 0]);
  });

  test('gives both sets when its time is over, and no error', async () => {
    const open = scripted().future;
    const ended = finished(1);
    for (const timeout of [0, 5]) {
      const { done, notDone } = await wait([open, ended], { timeout });
      expect([...done]).toEqual([ended]);
      expect([...notDone]).toEqual([open]);
    }
  });

  test('leaves no listener on a long-running future, however often it is called', async () => {
    const { future } = scripted();
    for (let round = 0; round < 10_000; round++) {
      const other = scripted();
      const waiting = wait([future, other.future], { returnWhen: 'FIRST_COMPLETED' });
      other.call.resolve(round);
      await waiting;
    }
    await wait([future], { timeout: 1 });
    expect(listenersOf(future)).toBe(0);
  });

  test('takes futures only, and looks at all of them before anything else', async () => {
    const { future } = scripted();
    expect(await failureOf(wait([future, Promise.resolve(1) as never]))).toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: 'Expected `futures[1]` to be a Future, got an object of type Promise',
    });
    expect(listenersOf(future)).toBe(0);
    expect(await failureOf(wait(future as never))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    expect(await failureOf(wait(undefined as never))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    const options = [{ returnWhen: 'ANY' }, { timeout: -1 }, { when: 1 }];
    const codes = ['ERR_INVALID_ARG_VALUE', 'ERR_OUT_OF_RANGE', 'ERR_INVALID_ARG_VALUE'];
    for (const [index, wrong] of options.entries())
      expect(await failureOf(wait([future], wrong as never))).toMatchObject({ code: codes[index] });
  });
});

describe('asCompleted', () => {
  async function all<T>(iterator: AsyncIterable<T>): Promise<T[]> {
    const list: T[] = [];
    for await (const one of iterator) list.push(one);
    return list;
  }

  test('gives what has ended first, then each as it ends, whatever its end', async () => {
    const [a, b, c] = [scripted(), scripted(), scripted()];
    const before = failed(1);
    const listed = all(asCompleted([a.future, b.future, before, c.future]));
    await turn();
    c.future.cancel();
    a.call.resolve(1);
    await turn();
    b.call.reject(2);
    expect(await listed).toEqual([before, c.future, a.future, b.future]);
    expect(listenersOf(before)).toBe(0);
  });

  test('gives a future once that was given twice, and nothing for nothing', async () => {
    const { future, call } = scripted();
    const ended = finished(1);
    const listed = all(asCompleted([future, ended, future, ended]));
    call.resolve(1);
    expect(await listed).toEqual([ended, future]);
    expect(await all(asCompleted([]))).toEqual([]);
  });

  test('serves several that ask at the same time, in order', async () => {
    const [a, b] = [scripted(), scripted()];
    const iterator = asCompleted([a.future, b.future]);
    const asked = [iterator.next(), iterator.next(), iterator.next()];
    b.call.resolve(1);
    a.call.resolve(1);
    expect(await Promise.all(asked)).toEqual([
      { done: false, value: b.future },
      { done: false, value: a.future },
      { done: true, value: undefined },
    ]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('gives what ended in time, then rejects with TimeoutError and is at its end', async () => {
    for (const timeout of [0, 10]) {
      const open = scripted().future;
      const ended = finished(1);
      const iterator = asCompleted([open, ended], { timeout });
      expect((await iterator.next()).value).toBe(ended);
      expect(await failureOf(iterator.next())).toBeInstanceOf(TimeoutError);
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
      expect(listenersOf(open)).toBe(0);
    }
  });

  test('counts its time from the call: what ends later is not given, however slow the reader', async () => {
    const [early, late] = [scripted(), scripted()];
    const iterator = asCompleted([finished(0), early.future, late.future], { timeout: 20 });
    await iterator.next();
    early.call.resolve(1);
    const start = performance.now();
    while (performance.now() - start < 25);
    late.call.resolve(1);
    expect((await iterator.next()).value).toBe(early.future);
    expect(await failureOf(iterator.next())).toBeInstanceOf(TimeoutError);
  });

  test('of several that ask when the time is over one gets the error, the others the end', async () => {
    const iterator = asCompleted([scripted().future], { timeout: 5 });
    const asked = await Promise.allSettled([iterator.next(), iterator.next()]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  test('left early, by break, return or a failing body, it leaves no listener', async () => {
    const { future } = scripted();
    const one = finished(1);
    for await (const given of asCompleted([one, future])) {
      expect(given).toBe(one);
      break;
    }
    expect(listenersOf(future)).toBe(0);

    const iterator = asCompleted([future]);
    const asked = iterator.next();
    expect(listenersOf(future)).toBe(1);
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await asked).toEqual({ done: true, value: undefined });
    expect(listenersOf(future)).toBe(0);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });

    const half = asCompleted([one, finished(2)]);
    await half.next();
    await half.return?.();
    expect(await half.next()).toEqual({ done: true, value: undefined });

    const unread = asCompleted([future, one]);
    expect(listenersOf(future)).toBe(0);
    await unread.return?.();
    expect(await all(unread)).toEqual([]);
  });

  test('takes futures only, and throws before anything else', () => {
    const { future } = scripted();
    expect(() => asCompleted([future, 7 as never])).toThrow('`futures[1]`');
    expect(() => asCompleted(7 as never)).toThrow(TypeError);
    expect(() => asCompleted([future], { timeout: Number.NaN })).toThrow(RangeError);
    expect(() => asCompleted([future], { limit: 1 } as never)).toThrow(TypeError);
    expect(listenersOf(future)).toBe(0);
  });

  test('100,000 finished futures come in linear time', async () => {
    const futures = Array.from({ length: 100_000 }, (_, index) => finished(index));
    const start = performance.now();
    expect(await all(asCompleted(futures))).toHaveLength(100_000);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('the results of an executor’s map with a limit', () => {
  /** Results by hand. */
  class Results implements AsyncIterator<number> {
    readonly asked: ((step: IteratorResult<number>) => void)[] = [];
    readonly refused: ((error: unknown) => void)[] = [];
    returned = 0;
    ready: number[] = [];

    next(): Promise<IteratorResult<number>> {
      const value = this.ready.shift();
      if (value !== undefined) return Promise.resolve({ done: false, value });
      return new Promise((resolve, reject) => {
        this.asked.push(resolve);
        this.refused.push(reject);
      });
    }

    async return(): Promise<IteratorResult<number>> {
      this.returned++;
      for (const give of this.asked) give({ done: true, value: undefined });
      return { done: true, value: undefined };
    }
  }

  test('are what has arrived, however late they are read, then TimeoutError; the rest is cancelled', async () => {
    const results = new Results();
    results.ready = [1, 2];
    const map = new ExecutorMap(results, new Deadline(5));
    const start = performance.now();
    while (performance.now() - start < 8);
    expect(await map.next()).toEqual({ done: false, value: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await map.next()).toEqual({ done: false, value: 2 });
    const asked = await Promise.allSettled([map.next(), map.next()]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((asked[0] as PromiseRejectedResult).reason).toBeInstanceOf(TimeoutError);
    expect(results.returned).toBe(1);
    expect(await map.next()).toEqual({ done: true, value: undefined });
    expect(results.asked).toHaveLength(2);
  });

  test('end with the first failure, of whatever value', async () => {
    const results = new Results();
    const map = new ExecutorMap(results, new Deadline(60_000));
    const asked = map.next();
    results.refused[0]?.(undefined);
    expect(await failureOf(asked)).toBeUndefined();
    expect(await map.next()).toEqual({ done: true, value: undefined });
  });

  test('can be left while somebody asks', async () => {
    const results = new Results();
    const map = new ExecutorMap(results, new Deadline(60_000));
    const asked = map.next();
    await map.return();
    expect(await asked).toEqual({ done: true, value: undefined });
    expect(results.returned).toBe(1);
  });
});
