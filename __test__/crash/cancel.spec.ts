import type { Pool } from 'allcores';
import { tasks } from 'allcores';
import { exercise, threadActivity } from 'allcores/diagnostics';
import { describe, expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';
import { descendantsOf, until, within } from './processes.js';
import { newFile, sizeOf } from './temporary.js';

const jobs = tasks<typeof import('../fixtures/crash-tasks.mjs')>(
  new URL('../fixtures/crash-tasks.mjs', import.meta.url),
);

const gracePeriod = 200;
/** The time over which nothing may happen. */
const windowMs = 300;
/**
 * Processor time in one window that counts as nothing: a quarter. One busy thread uses a whole one, an idle
 * test runner with its timers about a hundredth.
 */
const quietMs = windowMs / 4;

/** Processor time of this process and of its children that live. */
function cpuTimes(): Map<number, number> {
  const { user, system } = process.cpuUsage();
  const times = new Map([[process.pid, (user + system) / 1000]]);
  for (const { pid, cpuMs } of descendantsOf(process.pid)) times.set(pid, cpuMs);
  return times;
}

/** Processor time since then; a child that has ended meanwhile, or begun, counts with what is known of it. */
function cpuSince(before: Map<number, number>): number {
  let sum = 0;
  for (const [pid, ms] of cpuTimes()) sum += ms - (before.get(pid) ?? 0);
  return sum;
}

/** What is seen in one window: how far the counter has gone on, and the processor time. */
async function watchFor(count: () => number): Promise<{ counted: number; cpuMs: number }> {
  const counted = count();
  const cpu = cpuTimes();
  await new Promise((resolve) => setTimeout(resolve, windowMs));
  return { counted: count() - counted, cpuMs: cpuSince(cpu) };
}

/** Two windows after the limit, which the worker needs for its end, nothing happens any more. */
async function expectQuiet(count: () => number): Promise<void> {
  const limit = performance.now() + 10 * gracePeriod;
  let seen = await watchFor(count);
  while ((seen.counted > 0 || seen.cpuMs > quietMs) && performance.now() < limit) {
    seen = await watchFor(count);
  }
  seen = await watchFor(count);
  expect(seen.counted).toBe(0);
  expect(seen.cpuMs).toBeLessThan(quietMs);
}

const codes = [
  { code: 'synchronous code that polls', task: jobs.countWhilePolling },
  { code: 'synchronous code that does not', task: jobs.countForever },
  { code: 'asynchronous code that looks at its signal', task: jobs.countAsync },
  { code: 'asynchronous code that does not', task: jobs.countAsyncForever },
  { code: 'a kernel in the worker', task: jobs.computeForever },
  { code: 'an asynchronous kernel in the worker', task: jobs.computeForeverAsync },
] as const;

describe.each(backends)('a cancelled call on $name', ({ open }) => {
  const ways: {
    how: string;
    cancelled(pool: Pool, file: string, task: (typeof codes)[number]['task']): Promise<void>;
  }[] = [
    {
      how: 'by its signal',
      async cancelled(pool, file, task) {
        const controller = new AbortController();
        const reason = new Error('enough');
        const call = pool.apply(task as typeof jobs.countAsync, [file], { signal: controller.signal });
        const settled = call.catch((error: unknown) => error);
        await until(5000, () => sizeOf(file));
        controller.abort(reason);
        expect(await within(1000, settled)).toBe(reason);
      },
    },
    {
      how: 'by its timeout',
      async cancelled(pool, file, task) {
        const call = pool.apply(task as typeof jobs.countAsync, [file], { timeout: 300 });
        const error = await within(
          5000,
          call.catch((reason: unknown) => reason),
        );
        expect(error).toMatchObject({ code: 'ALLCORES_ERR_TASK_TIMEOUT' });
        expect(sizeOf(file)).toBeGreaterThan(0);
      },
    },
  ];

  describe.each(ways)('$how', ({ cancelled }) => {
    test.each(codes)('leaves nothing running of $code', async ({ task }) => {
      await using pool = open({ workers: 1, gracePeriod });
      const file = newFile();
      await cancelled(pool, file, task);
      await expectQuiet(() => sizeOf(file));
      expect(await within(5000, pool.apply(jobs.plusOne, [1]))).toBe(2);
    });
  });

  test('leaves nothing running of a kernel that the pool runs natively', async () => {
    await using pool = open({ workers: 1, gracePeriod });
    const controller = new AbortController();
    const reason = new Error('enough');
    const call = pool.apply(exercise, [3_600_000], { signal: controller.signal });
    const settled = call.catch((error: unknown) => error);
    await until(5000, () => threadActivity(0).blocks);
    controller.abort(reason);
    expect(await within(1000, settled)).toBe(reason);
    await expectQuiet(() => threadActivity(0).jobs + threadActivity(0).blocks);
    expect(threadActivity(0).jobs).toBe(0);
    expect(await within(5000, pool.apply(exercise, [1]))).toBe(1);
  });
});
