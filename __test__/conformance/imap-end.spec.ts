/** An imap that is left, aborted or outlives its pool, on every kind of worker. */

import { getEventListeners } from 'node:events';
import { PoolClosedError, TaskTimeoutError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { collectGarbage } from '../collect-garbage.js';
import { endedAfterEach } from '../ended-after-each.js';
import { failureOf } from '../failure-of.js';
import { upTo } from '../up-to.js';
import { turn, until } from '../waits.js';
import { backends } from './backends.js';
import { drain, identity, inputKinds, marks, methods, sorted, source, square } from './imap-stage.js';
import { imapJobs as jobs } from './jobs.js';

describe.each(backends)('imap on $name', ({ open: create }) => {
  const open = endedAfterEach(create, (pool) => pool.terminate());

  describe.each(methods)('$method', ({ method, ordered }) => {
    const inOrder = (values: number[]) => (ordered ? values : sorted(values));

    test.each(inputKinds)(
      'a break closes a %s once and leaves the pool usable, close and join return',
      async (kind) => {
        const pool = open();
        const { state, items } = source(kind);
        const seen: number[] = [];
        for await (const value of pool[method](identity, items as Iterable<number>)) {
          seen.push(value);
          if (seen.length === 20) break;
        }
        await until(() => state.closed === 1);
        expect(state.pulled).toBeLessThanOrEqual(20 + 8);
        expect(await pool.map(square, [1, 2, 3])).toEqual([1, 4, 9]);
        pool.close();
        await pool.join();
        expect(state.closed).toBe(1);
      },
    );

    test('a break cancels what runs and drops what waits', async () => {
      const pool = open({ workers: 1, gracePeriod: 20_000 });
      const before = await pool.apply(() => process.pid);
      const { folder, has, ran } = marks();
      const results = pool[method](
        jobs.untilAborted,
        upTo(4).map((index) => ({ folder, index })),
      );
      const read = results.next();
      await until(() => has('ran-0'));
      expect(await results.return?.()).toEqual({ value: undefined, done: true });
      expect(await read).toEqual({ value: undefined, done: true });
      await until(() => has('aborted-0'));
      expect(await pool.apply(() => process.pid)).toBe(before);
      expect(ran()).toBe(1);
    });

    test('a break does not wait for an input that never answers', async () => {
      const pool = open();
      let closed = 0;
      const stuck: AsyncIterable<number> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => {}),
          return() {
            closed++;
            throw new Error('of no interest');
          },
        }),
      };
      const results = pool[method](identity, stuck);
      const read = results.next();
      await results.return?.();
      expect(await read).toEqual({ value: undefined, done: true });
      expect(closed).toBe(1);
    });

    test('throw() ends it like a break and rejects, asyncDispose ends it', async () => {
      const pool = open();
      const [first, second] = [source('generator'), source('async generator')];
      const error = new Error('mine');
      const thrown = pool[method](identity, first.items as Iterable<number>);
      await thrown.next();
      await expect(thrown.throw?.(error)).rejects.toBe(error);
      expect(await thrown.next()).toEqual({ value: undefined, done: true });
      const results = pool[method](
        identity,
        second.items as AsyncIterable<number>,
      ) as AsyncIterableIterator<number> & AsyncDisposable;
      await results.next();
      await results[Symbol.asyncDispose]();
      expect(await results.next()).toEqual({ value: undefined, done: true });
      // A generator in the middle of a read closes when that has ended.
      await until(() => second.state.closed > 0);
      expect([first.state.closed, second.state.closed]).toEqual([1, 1]);
    });

    test('an abort rejects the next read with its reason, drops what is ready and closes the input', async () => {
      const pool = open();
      const stop = new AbortController();
      const { state, items } = source('generator');
      const results = pool[method](identity, items as Iterable<number>, {
        signal: stop.signal,
        bufferSize: 4,
      });
      await results.next();
      await until(() => state.pulled === 5);
      const reason = new Error('enough');
      stop.abort(reason);
      await expect(results.next()).rejects.toBe(reason);
      expect(await results.next()).toEqual({ value: undefined, done: true });
      expect(state.closed).toBe(1);
      expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
      // Also when all results are ready and the pool has nothing to do with it any more.
      const late = new AbortController();
      const short = pool[method](identity, [1, 2, 3], { signal: late.signal });
      await short.next();
      await until(() => getEventListeners(late.signal, 'abort').length === 0);
      late.abort(reason);
      await expect(short.next()).rejects.toBe(reason);
      // And when it comes before the call: nothing is pulled.
      const { state: untouched, items: more } = source('async generator');
      await expect(
        pool[method](identity, more as AsyncIterable<number>, { signal: stop.signal }).next(),
      ).rejects.toBe(reason);
      expect(untouched.pulled).toBe(0);
    });

    test('an abort rejects a read that waits', async () => {
      const { folder, has } = marks();
      const stop = new AbortController();
      const results = open()[method](jobs.untilAborted, [{ folder, index: 0 }], { signal: stop.signal });
      const read = results.next();
      const second = results.next();
      await until(() => has('ran-0'));
      stop.abort(new Error('enough'));
      await expect(read).rejects.toThrow('enough');
      expect(await second).toEqual({ value: undefined, done: true });
      await until(() => has('aborted-0'));
    });

    test('timeout is per item and does not count waiting', async () => {
      const pool = open({ workers: 1, gracePeriod: 30 });
      const sleep = (ms: number) => new Promise<number>((resolve) => setTimeout(resolve, ms, ms));
      const { values } = await drain(pool[method](sleep, Array(8).fill(30), { timeout: 200, chunkSize: 4 }));
      expect(values).toHaveLength(8);
      const items = [1, 60_000, 2];
      const { values: outcomes } = await drain(
        pool[method](sleep, items, { timeout: 200, errors: 'collect', chunkSize: 3 }),
      );
      expect(outcomes).toHaveLength(3);
      expect(outcomes.find(({ index }) => index === 1)).toEqual({
        index: 1,
        reason: expect.any(TaskTimeoutError),
      });
    });

    test('a closed pool goes on as it is read, and takes no new call', async () => {
      const pool = open();
      const results = pool[method](square, upTo(100), { bufferSize: 4 });
      pool.close();
      const joined = pool.join();
      const { state, items } = source('generator');
      const refused = pool[method](identity, items as Iterable<number>);
      expect(await failureOf(refused.next())).toBeInstanceOf(PoolClosedError);
      expect(state.pulled).toBe(0);
      expect(inOrder((await drain(results)).values)).toEqual(upTo(100).map(square));
      await joined;
    });

    test('what is finished can be read after join, and after terminate before its error', async () => {
      const pool = open();
      const results = pool[method](square, upTo(8), { bufferSize: 8 });
      pool.close();
      await pool.join();
      expect(inOrder((await drain(results)).values)).toEqual(upTo(8).map(square));

      const stopped = open();
      const { folder, ran } = marks();
      const items = upTo(6).map((index) => ({ folder, index, ...(index > 1 && { until: 'never' }) }));
      const cut = stopped[method](jobs.hold, items);
      await until(() => ran() === 4);
      await stopped.terminate();
      const { values, error } = await drain(cut);
      expect(sorted(values)).toEqual([0, 1]);
      expect(error).toBeInstanceOf(PoolClosedError);
    });

    test('join does not wait for ever for a reader who does not come', async () => {
      const pool = open();
      const { state, items } = source('generator');
      const results = pool[method](identity, items as Iterable<number>, { bufferSize: 4 });
      await results.next();
      pool.close();
      await pool.join();
      expect(state).toEqual({ pulled: 5, closed: 1 });
      const { values, error } = await drain(results);
      expect(sorted(values)).toHaveLength(4);
      expect(error).toBeInstanceOf(PoolClosedError);
      expect((error as Error).message).toContain('nobody read');
    });

    test('join waits for a reader who is slow', async () => {
      const pool = open();
      const results = pool[method](identity, upTo(12), { bufferSize: 2 });
      pool.close();
      const joined = pool.join();
      const values: number[] = [];
      // Longer in all than an imap that nobody reads may hold up a pool.
      for await (const value of results) {
        values.push(value);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      expect(inOrder(values)).toEqual(upTo(12));
      await joined;
    });

    test('an iterator that was dropped ends its call when it is collected', async () => {
      const pool = open();
      const { state, items } = source('generator');
      // A read that nobody holds the iterator of is answered nevertheless.
      const read = (() => pool[method](identity, items as Iterable<number>, { bufferSize: 4 }).next())();
      collectGarbage();
      expect((await read).done).toBe(false);
      while (state.closed === 0) {
        collectGarbage();
        await turn();
      }
      expect(await pool.apply(square, [3])).toBe(9);
    });
  });
});
