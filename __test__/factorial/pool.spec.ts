/** `pool.map` and `pool.imap` of factorials, whose items share work. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { MapError, Pool, QueueFullError } from 'allcores';
import { threadActivity } from 'allcores/diagnostics';
import { factorial } from 'allcores/factorial';
import { afterEach, describe, expect, test } from 'vitest';
import { upTo } from '../up-to.js';
import { seeded } from './naive.js';

const pools: Pool[] = [];
function open(workers = 2): Pool {
  const pool = new Pool({ workers });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.terminate();
});

function shuffled(length: number, bound: number, seed: number): number[] {
  const { below } = seeded(seed);
  return Array.from({ length }, () => below(bound));
}

function expectFactorials(ns: readonly (number | bigint)[], results: readonly unknown[]): void {
  expect(results).toHaveLength(ns.length);
  for (const [at, n] of ns.entries()) {
    if (results[at] !== factorial(n)) throw new Error(`result ${at}, of ${n}, is wrong`);
  }
}

/** Blocks that the native side begins while `run` runs: a measure of its work that no clock can blur. */
async function blocks(run: () => Promise<unknown>): Promise<number> {
  const before = threadActivity(0).blocks;
  let most = 0;
  // Those of jobs are counted while they are not settled.
  const timer = setInterval(() => {
    most = Math.max(most, threadActivity(0).blocks - before);
  }, 1);
  await run();
  clearInterval(timer);
  return most;
}

describe('pool.map(factorial, ns)', () => {
  test('gives the results in the order of the items, of lists and of iterables', async () => {
    const pool = open();
    const ns = shuffled(700, 4000, 51);
    expectFactorials(ns, await pool.map(factorial, ns));
    expectFactorials(ns, await pool.map(factorial, new Set(ns).size > 0 ? ns.values() : []));
    async function* later() {
      for (const n of ns) yield n;
    }
    expectFactorials(ns, await pool.map(factorial, later()));
    expectFactorials([5n, 3, 5], await pool.map(factorial, [5n, 3, 5]));
    expectFactorials([9, 8], await pool.map(factorial, Int32Array.of(9, 8) as never));
    expect(await pool.map(factorial, [])).toEqual([]);
  });

  test('computes equal items once: a thousand of one number cost no more than a few', async () => {
    const pool = open(1);
    const once = await blocks(() => pool.map(factorial, [120_000]));
    const often = await blocks(() => pool.map(factorial, new Array(1000).fill(120_000)));
    expect(once).toBeGreaterThan(100);
    expect(often).toBeLessThan(3 * once);
  });

  test('shares the work of neighbours: forty of them cost less than five by themselves', async () => {
    const pool = open(1);
    const near = upTo(40).map((i) => 120_000 + 3 * i);
    const results: unknown[] = [];
    const shared = await blocks(async () => results.push(...(await pool.map(factorial, near))));
    expectFactorials(near, results);
    let single = 0;
    for (const n of near.slice(0, 5)) single += await blocks(() => pool.map(factorial, [n]));
    expect(shared).toBeLessThan(single);
  });

  test('reports its progress in at least twenty steps, to the end', async () => {
    const seen: { done: number; total?: number; failed: number }[] = [];
    const ns = shuffled(500, 3000, 52);
    await open().map(factorial, ns, { onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThanOrEqual(20);
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
    expect(seen.at(-1)).toMatchObject({ done: 500, total: 500, failed: 0 });
  });

  test('rejects with what is wrong with an item, and with errors: collect gives all others', async () => {
    const pool = open();
    const bad = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: /`n` .*-1 \(number\)/ };
    await expect(pool.map(factorial, [3, -1, 5])).rejects.toMatchObject({
      ...bad,
      message: expect.stringMatching(bad.message),
    });
    const seen: { done: number; failed: number }[] = [];
    const ns = [3, -1, 5, 'x', 5, 0.5] as never[];
    const error = await pool
      .map(factorial, ns, { errors: 'collect', onProgress: (progress) => seen.push(progress) })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MapError);
    const { errors, results } = error as MapError;
    expect(errors.map(({ index }) => index)).toEqual([1, 3, 5]);
    expect(errors[1]?.reason).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    expect([results[0], results[2], results[4]]).toEqual([6n, 120n, 120n]);
    expect(seen.at(-1)).toMatchObject({ done: 6, failed: 3 });
    const none = await pool
      .map(factorial, [-1, -2], { errors: 'collect' })
      .catch((reason: unknown) => reason);
    expect((none as MapError).errors).toHaveLength(2);
    expect(pool.stats()).toMatchObject({ completed: 3, failed: 6 });
  });

  test('stops at once when its signal aborts, and the pool goes on', async () => {
    const pool = open();
    const controller = new AbortController();
    const ns = upTo(200).map((i) => 200_000 + 7 * i);
    let steps = 0;
    const promise = pool.map(factorial, ns, {
      signal: controller.signal,
      onProgress: () => {
        if (++steps === 2) controller.abort('enough');
      },
    });
    await expect(promise).rejects.toBe('enough');
    expect(await pool.map(factorial, [4, 3])).toEqual([24n, 6n]);
    while (threadActivity(0).jobs > 0) await new Promise((done) => setTimeout(done, 1));
  });

  test('keeps what is said of each item by itself: timeout and retries', async () => {
    const pool = open();
    expectFactorials([5, 6], await pool.map(factorial, [5, 6], { timeout: 60_000 }));
    expectFactorials([5, 6], await pool.map(factorial, [5, 6], { retries: 1, retryOn: 'error' }));
    const late = pool.map(factorial, [30_000_000, 5], { timeout: 20 });
    await expect(late).rejects.toMatchObject({ code: 'ALLCORES_ERR_TASK_TIMEOUT' });
  });

  test('counts for maxQueue as the calls of other kernels do', async () => {
    const pool = new Pool({ workers: 1, maxQueue: 1 });
    pools.push(pool);
    const calls = upTo(3).map((i) => pool.map(factorial, [60_000 + i, 50_000]));
    const ended = await Promise.allSettled(calls);
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((ended[2] as PromiseRejectedResult).reason).toBeInstanceOf(QueueFullError);
  });

  test('of 1 to 3,000 leaves the event loop free', async () => {
    const pool = open();
    await pool.map(factorial, [1, 2]);
    const ns = upTo(3000).map((i) => i + 1);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const results = await pool.map(factorial, ns);
    delay.disable();
    expectFactorials(ns, results);
    expect(delay.max / 1e6).toBeLessThan(100);
  });
});

describe('pool.imap(factorial, ns)', () => {
  test('gives the results in the order of the items, imapUnordered all of them', async () => {
    const pool = open();
    const ns = shuffled(300, 3000, 53);
    const results: unknown[] = [];
    for await (const value of pool.imap(factorial, ns, { bufferSize: 100 })) results.push(value);
    expectFactorials(ns, results);
    const unordered = new Set<unknown>();
    for await (const value of pool.imapUnordered(factorial, ns)) unordered.add(value);
    expect(unordered).toEqual(new Set(ns.map((n) => factorial(n))));
  });

  test('yields before the last is computed', async () => {
    const pool = open();
    const ns = [...upTo(40).map((i) => 1000 + i), 30_000_000];
    const first = pool.imap(factorial, ns, { bufferSize: 100 });
    let read = 0;
    for await (const value of first) {
      if (value !== factorial(1000 + read)) throw new Error(`result ${read} is wrong`);
      // The last would take many seconds more.
      if (++read === 40) break;
    }
    expect(read).toBe(40);
    while (threadActivity(0).jobs > 0) await new Promise((done) => setTimeout(done, 1));
  });

  test('goes on from what it has made: neighbours that come one by one cost little', async () => {
    const pool = open(1);
    const near = upTo(40).map((i) => 120_000 + 3 * i);
    const results: unknown[] = [];
    const shared = await blocks(async () => {
      for await (const value of pool.imap(factorial, near)) results.push(value);
    });
    expectFactorials(near, results);
    let single = 0;
    for (const n of near.slice(0, 5)) single += await blocks(() => pool.map(factorial, [n]));
    expect(shared).toBeLessThan(single);
  });

  test('throws what is wrong with an item after the results before it, or gives it as an outcome', async () => {
    const pool = open();
    const ns = [3, 4, -1, 5];
    const seen: unknown[] = [];
    const read = async () => {
      for await (const value of pool.imap(factorial, ns)) seen.push(value);
    };
    await expect(read()).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
    expect(seen).toEqual([6n, 24n]);
    const outcomes: unknown[] = [];
    for await (const outcome of pool.imap(factorial, ns, { errors: 'collect' })) outcomes.push(outcome);
    expect(outcomes).toMatchObject([
      { index: 0, value: 6n },
      { index: 1, value: 24n },
      { index: 2, reason: { code: 'ERR_OUT_OF_RANGE' } },
      { index: 3, value: 120n },
    ]);
  });

  test('stops when its signal aborts or its reader leaves', async () => {
    const pool = open();
    const controller = new AbortController();
    const ns = upTo(100).map((i) => 300_000 + i);
    const aborted = async () => {
      for await (const _ of pool.imap(factorial, ns, { signal: controller.signal })) controller.abort('left');
    };
    await expect(aborted()).rejects.toBe('left');
    for await (const _ of pool.imap(factorial, ns)) break;
    while (threadActivity(0).jobs > 0) await new Promise((done) => setTimeout(done, 1));
    expect(await pool.map(factorial, [4])).toEqual([24n]);
  });

  test('reports its progress in at least twenty steps', async () => {
    const seen: number[] = [];
    const ns = upTo(400);
    for await (const _ of open().imap(factorial, ns, { onProgress: ({ done }) => seen.push(done) }));
    expect(seen.length).toBeGreaterThanOrEqual(20);
    expect(seen.at(-1)).toBe(400);
  });
});
