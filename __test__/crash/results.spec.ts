import { type Pool, type PoolOptions, tasks, WorkerDiedError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';
import { isBlock } from '../fixtures/crash-tasks.mjs';
import { within } from './processes.js';

const jobs = tasks<typeof import('../fixtures/crash-tasks.mjs')>(
  new URL('../fixtures/crash-tasks.mjs', import.meta.url),
);

const MB = 1_000_000;

/** Calls `block` so often, with few results in memory at a time; gives how many came whole. */
async function wholeBlocks(pool: Pool, count: number, bytes: number, atATime: number): Promise<number> {
  let next = 0;
  let whole = 0;
  const lane = async () => {
    for (let seed = next++; seed < count; seed = next++) {
      if (isBlock(await pool.apply(jobs.block, [bytes, seed]), bytes, seed)) whole++;
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  return whole;
}

describe.each(backends)('results on $name', ({ open: create }) => {
  const open = (options: PoolOptions = {}) => create({ workers: 2, ...options });

  // 10 GB: 25 s on threads and 47 s on processes were measured on two cores that did other things too.
  test('200 of 50 MB arrive whole from workers that end after each', async () => {
    await using pool = open({ maxTasksPerWorker: 1 });
    expect(await wholeBlocks(pool, 200, 50 * MB, 2)).toBe(200);
  }, 240_000);

  test('one of 50 MB arrives whole from a worker that ends by itself right after it', async () => {
    await using pool = open({ workers: 1 });
    for (let seed = 300; seed < 310; seed++) {
      const result = await within(10_000, pool.apply(jobs.blockAndExit, [50 * MB, seed, 4]));
      expect(isBlock(result, 50 * MB, seed)).toBe(true);
    }
    expect(await pool.apply(jobs.plusOne, [1]).catch((reason: unknown) => reason)).toSatisfy(
      // Whether the call meets the old worker or the new one, it settles.
      (settled) => settled === 2 || settled instanceof WorkerDiedError,
    );
  });
});
