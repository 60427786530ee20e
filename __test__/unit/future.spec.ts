import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { CancelledError, InvalidStateError, TimeoutError } from '#dist/errors.js';
import { asCompleted } from '#dist/pool/as-completed.js';
import { Deadline } from '#dist/pool/deadline.js';
import { ExecutorMap } from '#dist/pool/executor-map.js';
import { Future, type FutureSource, listenersOf, type Settlement } from '#dist/pool/future.js';
import { wait } from '#dist/pool/wait.js';

/** A call that does what the test says. */
class ScriptedCall implements FutureSource {
  begun = false;
  withdrawn = 0;
  endings = 0;
  settlement: Settlement | undefined;

  running(): boolean {
    return this.begun;
  }

  withdraw(): boolean {
    if (this.begun) return false;
    this.withdrawn++;
    return true;
  }

  ended(): void {
    this.endings++;
  }

  resolve(value: unknown): void {
    this.settlement?.resolve(value);
  }

  reject(error: unknown): void {
    this.settlement?.reject(error);
  }
}

function scripted<T = unknown>(): { future: Future<T>; call: ScriptedCall } {
  const call = new ScriptedCall();
  const future = new Future<T>((settlement) => {
    call.settlement = settlement;
    return call;
  });
  return { future, call };
}

function finished(value: unknown): Future<unknown> {
  const { future, call } = scripted();
  call.resolve(value);
  return future;
}

function failed(error: unknown): Future<unknown> {
  const { future, call } = scripted();
  call.reject(error);
  return future;
}

function cancelled(): Future<unknown> {
  const { future } = scripted();
  future.cancel();
  return future;
}

async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`Expected a rejection, got ${inspect(value)}`);
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** Lets everything happen that waits for no timer. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
process.on('unhandledRejection', note);
afterEach(async () => {
  await turn();
  expect(unhandled.splice(0)).toEqual([]);
});

describe('a Future', () => {
  test('says in each state whether it is cancelled, running or done', () => {
    const states = (future: Future<unknown>) => [future.cancelled(), future.running(), future.done()];
    const { future, call } = scripted();
    expect(states(future)).toEqual([false, false, false]);
    call.begun = true;
    expect(states(future)).toEqual([false, true, false]);
    call.resolve(1);
    expect(states(future)).toEqual([false, false, true]);
    expect(states(failed(new Error('no')))).toEqual([false, false, true]);
    expect(states(cancelled())).toEqual([true, false, true]);
  });

  test('can be cancelled as long as it has not begun, once and for all', async () => {
    const { future, call } = scripted();
    expect(future.cancel()).toBe(true);
    expect(future.cancel()).toBe(true);
    expect(call.withdrawn).toBe(1);
    expect(call.endings).toBe(1);
    expect(await failureOf(future.result())).toBeInstanceOf(CancelledError);
    expect(await failureOf(future.exception())).toBeInstanceOf(CancelledError);
    expect(await failureOf(future)).toBeInstanceOf(CancelledError);

    const running = scripted();
    running.call.begun = true;
    expect(running.future.cancel()).toBe(false);
    expect(running.future.cancelled()).toBe(false);
    expect(finished(1).cancel()).toBe(false);
    expect(failed(1).cancel()).toBe(false);
  });

  test('gives its result to everyone who waits, before and after', async () => {
    const { future, call } = scripted<number>();
    const early = [
      future.result(),
      future.result({ timeout: 60_000 }),
      future.then((x) => x),
      (async () => await future)(),
    ];
    call.resolve(5);
    expect(await Promise.all(early)).toEqual([5, 5, 5, 5]);
    expect(await future.result()).toBe(5);
    expect(await future.result({ timeout: 0 })).toBe(5);
    expect(await future.exception()).toBeUndefined();
    expect(await future.exception({ timeout: 0 })).toBeUndefined();
  });

  test('gives its failure to everyone who waits, as the very same value', async () => {
    const { future, call } = scripted();
    const error = new RangeError('no');
    const early = [
      failureOf(future.result()),
      failureOf(future.result({ timeout: 60_000 })),
      future.exception(),
    ];
    call.reject(error);
    for (const got of [
      ...early,
      failureOf(future),
      failureOf(future.result()),
      future.exception({ timeout: 0 }),
    ])
      expect(await got).toBe(error);
    expect(await future.then(undefined, (reason) => [reason])).toEqual([error]);
  });

  test.each([undefined, null, 0, '', false, Number.NaN])('a failure with %s is a failure', async (value) => {
    const future = failed(value);
    expect(await failureOf(future.result())).toBe(value);
    expect(await failureOf(future.result({ timeout: 5 }))).toBe(value);
    expect(await failureOf(future)).toBe(value);
    expect(await future.exception()).toBe(value);
    const { done } = await wait([scripted().future, future], { returnWhen: 'FIRST_EXCEPTION' });
    expect([...done]).toEqual([future]);
  });

  test('a wait that is over rejects with TimeoutError, and the future goes on', async () => {
    const { future, call } = scripted();
    for (const timeout of [0, 5]) {
      const error = await failureOf(future.result({ timeout }));
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).message).toContain(`${timeout} ms`);
      expect(await failureOf(future.exception({ timeout }))).toBeInstanceOf(TimeoutError);
    }
    expect(listenersOf(future)).toBe(0);
    expect(future.done()).toBe(false);
    call.resolve('late');
    expect(await future.result()).toBe('late');
  });

  test('a timeout of 0 asks without waiting for a timer', async () => {
    const { future } = scripted();
    const before = timers();
    const asked = [
      future.result({ timeout: 0 }),
      future.exception({ timeout: 0 }),
      wait([future], { timeout: 0 }),
      asCompleted([future], { timeout: 0 }).next(),
    ];
    expect(timers()).toBe(before);
    const statuses = (await Promise.allSettled(asked)).map(({ status }) => status);
    expect(statuses).toEqual(['rejected', 'rejected', 'fulfilled', 'rejected']);
  });

  test('a wait that is longer than needed leaves no timer', async () => {
    const { future, call } = scripted();
    const before = timers();
    const waits = [future.result({ timeout: 60_000 }), future.exception({ timeout: 60_000 })];
    const both = wait([future], { timeout: 60_000 });
    const next = asCompleted([future], { timeout: 60_000 }).next();
    expect(timers()).toBe(before + 4);
    call.resolve(1);
    await Promise.all([...waits, both, next]);
    expect(timers()).toBe(before);
  });

  test('refuses bad options', async () => {
    const { future } = scripted();
    const cases: [unknown, string][] = [
      [{ timeout: -1 }, 'ERR_OUT_OF_RANGE'],
      [{ timeout: 0.5 }, 'ERR_OUT_OF_RANGE'],
      [{ timeout: 2 ** 31 }, 'ERR_OUT_OF_RANGE'],
      [{ timeout: '1' }, 'ERR_INVALID_ARG_TYPE'],
      [{ limit: 1 }, 'ERR_INVALID_ARG_VALUE'],
      [7, 'ERR_INVALID_ARG_TYPE'],
    ];
    for (const [options, code] of cases) {
      expect(await failureOf(future.result(options as object))).toMatchObject({ code });
      expect(await failureOf(future.exception(options as object))).toMatchObject({ code });
    }
    expect(() => future.addDoneCallback(undefined as never)).toThrow(TypeError);
  });

  test('keeps its first outcome: a second one is an InvalidStateError', async () => {
    const { future, call } = scripted();
    call.resolve('first');
    expect(() => call.resolve('second')).toThrow(InvalidStateError);
    expect(() => call.reject(new Error('second'))).toThrow(InvalidStateError);
    expect(await future).toBe('first');

    const wrong = scripted();
    wrong.call.reject('first');
    expect(() => wrong.call.resolve('second')).toThrow(InvalidStateError);
    expect(() => wrong.call.reject('second')).toThrow('failed: string');
    expect(await wrong.future.exception()).toBe('first');

    const given = scripted();
    given.future.cancel();
    expect(() => given.call.resolve('second')).toThrow(InvalidStateError);
    expect(given.future.cancelled()).toBe(true);
    expect(call.endings).toBe(1);
  });

  test('a failure while it is made belongs to it, and what its maker throws is thrown', async () => {
    const source = new ScriptedCall();
    source.begun = true;
    const future = new Future(({ reject }) => {
      reject(new RangeError('at once'));
      return source;
    });
    expect([future.done(), future.running()]).toEqual([true, false]);
    expect(await future.exception()).toEqual(new RangeError('at once'));
    expect(source.endings).toBe(0);
    expect(
      () =>
        new Future(() => {
          throw new TypeError('bad');
        }),
    ).toThrow('bad');
  });

  test('raises no unhandledRejection when nobody reads its failure', async () => {
    const { future, call } = scripted();
    void future.result();
    void future.result({ timeout: 1000 });
    call.reject(new Error('unread'));
    cancelled();
    void failed(1).result();
    void cancelled().exception();
    void scripted().future.result({ timeout: 0 });
    await turn();
    await turn();
    expect(unhandled).toEqual([]);
  });

  test('an awaited failure that nobody handles is reported by Node as any other', async () => {
    const error = new Error('handled by nobody');
    void failed(error).then(() => 'never');
    await turn();
    expect(unhandled.splice(0)).toEqual([error]);
  });

  test('shows its state and the type of what it has', () => {
    const { future, call } = scripted();
    expect(inspect(future)).toBe('Future <pending>');
    call.begun = true;
    expect(inspect(future)).toBe('Future <running>');
    expect(inspect([finished(1), finished(null), finished([]), finished(new Map())])).toBe(
      '[\n  Future <finished: number>,\n  Future <finished: null>,\n  Future <finished: Array>,\n  Future <finished: Map>\n]',
    );
    class TariffError extends Error {}
    expect(inspect(failed(new TariffError()))).toBe('Future <failed: TariffError>');
    expect(inspect(failed(undefined))).toBe('Future <failed: undefined>');
    const odd = new Error('odd');
    Object.defineProperty(odd, 'constructor', {
      get() {
        throw new Error('a surprising getter');
      },
    });
    expect(inspect(failed(odd))).toBe('Future <failed: Error>');
    expect(inspect(cancelled())).toBe('Future <cancelled>');
  });
});

describe('a done callback', () => {
  test('gets the future on a result, an error and a cancel, at that moment', () => {
    for (const end of ['resolve', 'reject', 'cancel'] as const) {
      const { future, call } = scripted();
      const got: unknown[] = [];
      future.addDoneCallback((done) => got.push(done, done.done()));
      expect(got).toEqual([]);
      if (end === 'cancel') future.cancel();
      else call[end]('value');
      expect(got).toEqual([future, true]);
    }
  });

  test('runs at once when the future has ended already', () => {
    for (const future of [finished(1), failed(1), cancelled()]) {
      let got: unknown;
      future.addDoneCallback((done) => {
        got = done;
      });
      expect(got).toBe(future);
    }
  });

  test('runs in the order in which it was added, once for each time', () => {
    const { future, call } = scripted();
    const order: number[] = [];
    const twice = () => order.push(0);
    future.addDoneCallback(twice);
    future.addDoneCallback(() => order.push(1));
    future.addDoneCallback(twice);
    call.resolve(1);
    expect(order).toEqual([0, 1, 0]);
  });

  test('that throws or rejects is reported, and the others run', async () => {
    const { future, call } = scripted();
    const order: string[] = [];
    future.addDoneCallback(() => {
      throw new Error('from a callback');
    });
    future.addDoneCallback(() => order.push('second'));
    const warned = once(process, 'warning');
    call.resolve(1);
    expect(order).toEqual(['second']);
    const [warning] = await warned;
    expect(warning).toMatchObject({ name: 'AllcoresWarning', code: 'ALLCORES_WARN_DONE_CALLBACK' });
    expect(warning.detail).toContain('from a callback');

    const late = once(process, 'warning');
    future.addDoneCallback(() => {
      throw new Error('after the end');
    });
    expect((await late)[0].detail).toContain('after the end');

    const rejected = once(process, 'warning');
    future.addDoneCallback(async () => {
      throw new Error('from an async callback');
    });
    expect((await rejected)[0].detail).toContain('from an async callback');
  });

  test('runs in the async context in which it was added', async () => {
    const context = new AsyncLocalStorage<string>();
    const { future, call } = scripted();
    const seen: unknown[] = [];
    context.run('adding', () => future.addDoneCallback(() => seen.push(context.getStore())));
    const read = context.run('reading', async () => {
      await future;
      return context.getStore();
    });
    context.run('settling', () => call.resolve(1));
    expect(seen).toEqual(['adding']);
    expect(await read).toBe('reading');
  });
});

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
