import { PoolClosedError, TaskTimeoutError, tasks } from 'allcores';
import { describe, expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';
import { until, within } from './processes.js';
import { newFile, sizeOf } from './temporary.js';

const slow = tasks<typeof import('../fixtures/crash-tasks.mjs')>(
  new URL('../fixtures/crash-tasks.mjs', import.meta.url),
);

describe.each(backends)('time limits on $name', ({ open }) => {
  test('waiting in the queue does not count: 20 tasks of 100 ms in one worker keep a limit of 500', async () => {
    await using pool = open({ workers: 1 });
    const calls = Array.from({ length: 20 }, (_, index) =>
      pool.apply(slow.later, [100, index], { timeout: 500 }),
    );
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('of 20 tasks in one worker, the one that never ends is late and the 19 others resolve', async () => {
    await using pool = open({ workers: 1, gracePeriod: 100 });
    const settled = await within(
      // 19 × 20 ms, one limit of 500, one grace period and one new worker are about one second.
      15_000,
      Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          index === 7
            ? pool.apply(slow.endless, [], { timeout: 500 })
            : pool.apply(slow.later, [20, index], { timeout: 500 }),
        ),
      ),
    );
    const [late] = settled.splice(7, 1);
    expect((late as PromiseRejectedResult).reason).toBeInstanceOf(TaskTimeoutError);
    expect((late as PromiseRejectedResult).reason).toMatchObject({ timeout: 500 });
    expect(settled.map((one) => (one as PromiseFulfilledResult<unknown>).value)).toEqual(
      Array.from({ length: 20 }, (_, index) => index).filter((index) => index !== 7),
    );
  });

  test('terminate() with 10,000 tasks in the queue and endless ones running is over within 2 s', async () => {
    const file = newFile();
    const pool = open({ workers: 2 });
    await pool.map(slow.plusOne, [1, 2, 3, 4]);
    const settled: Promise<unknown>[] = [];
    for (let index = 0; index < 10_000; index++) {
      const call = index < 2 ? pool.apply(slow.endless, [file]) : pool.apply(slow.plusOne, [index]);
      settled.push(call.catch((reason: unknown) => reason));
    }
    // Both workers are in their loops: nothing is done before the end.
    await until(
      5000,
      () => sizeOf(file),
      (size) => size === 2,
    );
    const start = performance.now();
    await pool.terminate();
    const reasons = await Promise.all(settled);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(reasons.every((reason) => reason instanceof PoolClosedError)).toBe(true);
  });
});
