import { getEventListeners } from 'node:events';
import { MapError, Pool, PoolClosedError, TaskTimeoutError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { defineKernel } from '#dist/internal/kernel.js';
import { native } from '#dist/internal/native.js';
import { endedAfterEach } from '../ended-after-each.js';

/** A kernel that takes `ms`, stops for its signal, and knows how many of it run. */
function makeKernel() {
  const seen = { running: 0, most: 0, stopped: 0, started: [] as number[] };
  const kernel = defineKernel(
    1,
    (ms: number, options?: { scale?: number }) => ms * (options?.scale ?? 1),
    (ms: number, options?: { scale?: number; signal?: AbortSignal }) =>
      new Promise<number>((resolve, reject) => {
        seen.started.push(ms);
        seen.most = Math.max(seen.most, ++seen.running);
        const timer = setTimeout(() => {
          options?.signal?.removeEventListener('abort', abort);
          seen.running--;
          if (ms === 13) reject(new RangeError('thirteen'));
          else resolve(ms * (options?.scale ?? 1));
        }, ms);
        const abort = () => {
          clearTimeout(timer);
          seen.running--;
          seen.stopped++;
          reject(options?.signal?.reason);
        };
        options?.signal?.addEventListener('abort', abort);
      }),
  );
  return { kernel, seen };
}

describe('a kernel in a pool', () => {
  const open = endedAfterEach(
    (workers?: number) => new Pool({ workers: workers ?? 2 }),
    (pool) => pool.terminate(),
  );

  test('runs through its async form and takes its own options', async () => {
    const { kernel } = makeKernel();
    const pool = open();
    expect(await pool.apply(kernel, [5])).toBe(5);
    expect(await pool.apply(kernel, [5, { scale: 3 }])).toBe(15);
    expect(await pool.starmap(kernel, [[1, { scale: 2 }], [2]])).toEqual([2, 2]);
  });

  test('keeps the order of a map, with at most as many items in flight as the pool has workers', async () => {
    const { kernel, seen } = makeKernel();
    const pool = open(1);
    const items = [30, 1, 20, 5, 10, 2, 9];
    const single = pool.apply(kernel, [4]);
    expect(await pool.map(kernel as (ms: number) => number, items)).toEqual(items);
    expect(await single).toBe(4);
    expect(seen.most).toBe(1);
  });

  test('runs no more at a time than there are native threads, so that waiting does not count towards timeout', async () => {
    const { kernel, seen } = makeKernel();
    const { threads } = native.machine();
    const items = new Array(4 * threads).fill(100);
    const run = kernel as (ms: number) => number;
    expect(await open(8 * threads).map(run, items, { timeout: 350 })).toEqual(items);
    expect(seen.most).toBe(threads);
  });

  test('both signals of a call stop it: that of the pool and that of the kernel', async () => {
    const { kernel, seen } = makeKernel();
    const pool = open();
    const [inner, outer] = [new AbortController(), new AbortController()];
    const options = { signal: inner.signal } as { scale?: number };
    const first = pool.apply(kernel, [60_000, options]);
    const second = pool.apply(kernel, [60_000, options], { signal: outer.signal });
    outer.abort(new Error('outer'));
    await expect(second).rejects.toThrow('outer');
    inner.abort(new Error('inner'));
    await expect(first).rejects.toThrow('inner');
    await expect(pool.apply(kernel, [1, options])).rejects.toThrow('inner');
    expect(seen).toMatchObject({ running: 0, started: [60_000, 60_000] });
    expect(getEventListeners(inner.signal, 'abort')).toHaveLength(0);
  });

  test.each([
    [[1, 5], 'Expected `options` to be an object, got 5 (number)'],
    [[1, null], 'Expected `options` to be an object, got null'],
    [[1, { signal: 'stop' }], 'Expected `signal` to be an AbortSignal'],
    [[1, {}, 2], 'Expected at most 2 arguments, got 3'],
  ])('refuses the arguments %j', async (args, message) => {
    const { kernel, seen } = makeKernel();
    const call = open().apply(kernel, args as unknown as [number]);
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toBeInstanceOf(TypeError);
    expect(seen.started).toEqual([]);
  });

  test('the first failure rejects and stops the others; nothing else starts', async () => {
    const { kernel, seen } = makeKernel();
    const failing = open().map(kernel as (ms: number) => number, [13, 5000, 1, 2, 3]);
    await expect(failing).rejects.toThrow('thirteen');
    expect(seen.started).toEqual([13, 5000]);
    expect(seen.stopped).toBe(1);
  });

  test("errors: 'collect', progress and timeout work", async () => {
    const { kernel } = makeKernel();
    const seen: number[] = [];
    const error: MapError = await open()
      .map(kernel as (ms: number) => number, [1, 13, 60_000, 2], {
        errors: 'collect',
        timeout: 100,
        onProgress: ({ done }) => seen.push(done),
      })
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(MapError);
    expect(error.errors).toEqual([
      { index: 1, reason: new RangeError('thirteen') },
      { index: 2, reason: expect.any(TaskTimeoutError) },
    ]);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('an abort and terminate reject at once and stop what runs', async () => {
    const { kernel, seen } = makeKernel();
    const pool = open();
    const stop = new AbortController();
    const aborted = pool.map(kernel as (ms: number) => number, [60_000, 60_000, 60_000], {
      signal: stop.signal,
    });
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    expect(seen.stopped).toBe(2);
    const pending = pool.apply(kernel, [60_000]);
    const ended = Promise.all([expect(pending).rejects.toThrow(PoolClosedError), pool.terminate()]);
    await ended;
    expect(seen.running).toBe(0);
  });

  test('join waits for kernels', async () => {
    const { kernel } = makeKernel();
    const pool = open();
    let result = 0;
    void pool.apply(kernel, [30]).then((value) => {
      result = value;
    });
    pool.close();
    await pool.join();
    await Promise.resolve();
    expect(result).toBe(30);
  });
});
