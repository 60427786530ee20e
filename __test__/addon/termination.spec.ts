import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { cancelThreadKernels, exercise, threadActivity } from 'allcores/diagnostics';
import { describe, expect, test } from 'vitest';
import { report, runFixture } from './child.js';

interface Tally {
  readonly terminated: number;
  /** Workers that were seen inside a kernel and whose last call never came back to JavaScript. */
  readonly proved: number;
  readonly cancelledFirst: number;
  readonly longestMs: number;
  readonly kinds: number;
  readonly cases: number;
}

async function terminate(where: 'main' | 'workers', workers: number, atATime: number): Promise<Tally> {
  const ended = await runFixture('addon-terminate.mjs', {
    args: [where, String(workers), String(atATime)],
    timeout: 150_000,
  });
  expect({ code: ended.code, signal: ended.signal, stderr: ended.stderr }).toEqual({
    code: 0,
    signal: null,
    stderr: '',
  });
  return report<Tally>(ended);
}

describe('terminating workers in mid-kernel', () => {
  test('400 of them, with the addon loaded by the main thread first, crash nothing', async () => {
    const tally = await terminate('main', 400, 10);
    expect(tally.proved).toBeGreaterThanOrEqual(400);
    expect(tally.cancelledFirst).toBeGreaterThan(100);
    expect(tally.kinds).toBe(tally.cases);
    expect(tally.longestMs).toBeLessThan(20_000);
  }, 160_000);

  test('100 of them, with the addon loaded only by workers, crash nothing', async () => {
    const tally = await terminate('workers', 100, 5);
    expect(tally.proved).toBeGreaterThanOrEqual(100);
    expect(tally.kinds).toBe(tally.cases);
  }, 160_000);

  test('12 of them one after the other, so that the addon leaves the process each time, crash nothing', async () => {
    expect((await terminate('workers', 12, 1)).proved).toBeGreaterThanOrEqual(12);
  }, 160_000);
});

test('terminate() of a worker with a long asynchronous kernel is quick: its environment cancels what it runs', async () => {
  const worker = new Worker(
    "import('allcores/diagnostics').then(({ exercise }) => exercise.async(600_000));",
    {
      eval: true,
    },
  );
  while (threadActivity(worker.threadId).blocks < 3) await new Promise((done) => setTimeout(done, 1));
  const { threadId } = worker;
  const begun = performance.now();
  expect(await worker.terminate()).toBe(1);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(threadActivity(threadId)).toEqual({ jobs: 0, blocks: 0 });
});

describe('cancelling the kernels of a worker from another thread', () => {
  // 600 seconds of work: whoever waited for its end would run into the test's time limit.
  const long = `
    const { parentPort } = require('node:worker_threads');
    import('allcores/diagnostics').then(({ exercise }) => {
      try {
        exercise(600_000);
      } catch (error) {
        parentPort.postMessage({ name: error.name, code: error.code });
      }
    });
  `;

  async function inKernel(): Promise<Worker> {
    const worker = new Worker(long, { eval: true });
    while (threadActivity(worker.threadId).blocks < 3) await new Promise((done) => setTimeout(done, 1));
    return worker;
  }

  test('makes a blocking kernel throw a CancelledError there', async () => {
    const worker = await inKernel();
    cancelThreadKernels(worker.threadId);
    const [message] = await once(worker, 'message');
    expect(message).toEqual({ name: 'CancelledError', code: 'ALLCORES_ERR_CANCELLED' });
    await worker.terminate();
  });

  test('makes terminate() of a worker in a long blocking kernel quick', async () => {
    const worker = await inKernel();
    const begun = performance.now();
    cancelThreadKernels(worker.threadId);
    expect(await worker.terminate()).toBe(1);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('leaves the kernels of other threads alone', async () => {
    const worker = await inKernel();
    const own = exercise.async(50);
    cancelThreadKernels(worker.threadId);
    expect(exercise(2)).toBe(2);
    expect(await own).toBe(50);
    await worker.terminate();
  });

  test('of a thread that does not exist does nothing and counts nothing', () => {
    cancelThreadKernels(4_000_000_000);
    expect(threadActivity(4_000_000_000)).toEqual({ jobs: 0, blocks: 0 });
  });
});
