import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { cancelThreadKernels, exercise, machine, threadActivity } from 'allcores/diagnostics';
import { gaussianBlur } from 'allcores/image';
import { describe, expect, test } from 'vitest';

/** So many jobs that every thread has one and as many wait. */
const CROWD = machine().threads * 2;

/** Long jobs, and a way to end them. */
function crowd(count: number, blocks: number) {
  const controller = new AbortController();
  let settled = 0;
  const jobs = Array.from({ length: count }, () =>
    exercise.async(blocks, { signal: controller.signal }).then(
      () => settled++,
      () => settled++,
    ),
  );
  return {
    settled: () => settled,
    async end() {
      controller.abort();
      await Promise.all(jobs);
    },
  };
}

/** Waits until the jobs of this thread have begun blocks. */
async function underWay(): Promise<void> {
  const before = threadActivity(0).blocks;
  while (threadActivity(0).blocks < before + 5) await new Promise((done) => setTimeout(done, 1));
}

describe('beside long asynchronous kernels', () => {
  test('a plain call runs now and does not wait for its turn', async () => {
    const others = crowd(CROWD, 60_000); // a minute each
    await underWay();
    const begun = performance.now();
    expect(exercise(20)).toBe(20);
    // 20 ms of work; the margin is for a loaded machine. Behind the others it would take minutes.
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(others.settled()).toBe(0);
    await others.end();
  });

  test('a call that is aborted while it waits for its turn rejects at once', async () => {
    const others = crowd(CROWD, 60_000);
    await underWay();
    const controller = new AbortController();
    const reason = new Error('not needed any more');
    const waiting = exercise.async(10, { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(others.settled()).toBe(0);
    await others.end();
  });

  test('a call that is aborted while it runs rejects without waiting for the others', async () => {
    const controller = new AbortController();
    const first = exercise.async(60_000, { signal: controller.signal });
    await underWay();
    const others = crowd(CROWD, 60_000);
    await underWay();
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(others.settled()).toBe(0);
    await others.end();
  });

  test('a worker in a plain call is terminated without waiting for them', async () => {
    const others = crowd(CROWD, 60_000);
    await underWay();
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       import('allcores/diagnostics').then(({ exercise }) => { parentPort.postMessage('begun'); exercise(60_000); });`,
      { eval: true },
    );
    const { threadId } = worker;
    await once(worker, 'message');
    while (threadActivity(threadId).blocks < 5) await new Promise((done) => setTimeout(done, 1));
    cancelThreadKernels(threadId);
    await worker.terminate();
    expect(others.settled()).toBe(0);
    await others.end();
  });
});

test('an output that lies on the input through another buffer object is refused', () => {
  const data = new Uint8Array(new SharedArrayBuffer(64));
  const raster = { data, width: 8, height: 8, channels: 1 } as const;
  const alias = new Uint8Array(structuredClone(data.buffer));
  expect(alias.buffer).not.toBe(data.buffer);
  expect(() => gaussianBlur(raster, { radius: 1, out: alias })).toThrow('not to overlap');
});
