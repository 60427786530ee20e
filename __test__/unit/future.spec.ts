/** A future and its callbacks. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CancelledError, InvalidStateError, TimeoutError } from '#dist/errors.js';
import { asCompleted } from '#dist/pool/as-completed.js';
import { Future, listenersOf } from '#dist/pool/future.js';
import { wait } from '#dist/pool/wait.js';
import { failureOf } from '../failure-of.js';
import { turn } from '../waits.js';
import {
  cancelled,
  failed,
  finished,
  ScriptedCall,
  scripted,
  unhandledRejections,
} from './scripted-future.js';

const unhandled = unhandledRejections();
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

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
