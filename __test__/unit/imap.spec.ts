import { Pool, QueueFullError, TaskTimeoutError } from 'allcores';
import { describe, expect, test } from 'vitest';
import { defineKernel } from '#dist/internal/kernel.js';
import { ImapFlow } from '#dist/pool/imap-flow.js';
import type { Taken } from '#dist/pool/input.js';
import { endedAfterEach } from '../ended-after-each.js';
import { turn } from '../waits.js';

/** Pseudo-random integers below `below`, the same each time. */
function dice(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Plan {
  readonly seed: number;
  readonly ordered: boolean;
  readonly collect: boolean;
  readonly later: boolean;
  readonly total: number;
  readonly chunkSize: number | undefined;
  readonly bufferSize: number;
  /** Items of which the function fails. */
  readonly bad: ReadonlySet<number>;
  /** Where the input fails; undefined: nowhere. */
  readonly inputFails: number | undefined;
}

function planOf(seed: number): Plan {
  const roll = dice(seed);
  const total = roll(60);
  return {
    seed,
    ordered: roll(2) === 0,
    collect: roll(2) === 0,
    later: roll(2) === 0,
    total,
    chunkSize: [undefined, 1, 2, 5][roll(4)],
    bufferSize: 1 + roll(12),
    bad: new Set(roll(3) === 0 ? [roll(total + 1), roll(total + 1), roll(total + 1)] : []),
    inputFails: roll(4) === 0 ? roll(total + 1) : undefined,
  };
}

/** Runs a flow on workers that are quick or slow, or die, as the dice fall, with a reader of that kind. */
async function play(plan: Plan) {
  const roll = dice(plan.seed * 31 + 7);
  const { total, inputFails, bad } = plan;
  const seen = {
    pulled: 0,
    ahead: 0,
    consumed: 0,
    began: new Map<number, number>(),
    values: [] as unknown[],
  };
  function* plain() {
    for (let item = 0; item < total; item++) {
      if (item === inputFails) break;
      seen.pulled++;
      seen.ahead = Math.max(seen.ahead, seen.pulled - seen.consumed);
      yield item;
    }
    if (inputFails !== undefined) throw new RangeError('the input');
  }
  async function* later() {
    for (const item of plain()) {
      if (roll(3) === 0) await turn();
      yield item;
    }
  }
  let settled = false;
  const out: Taken[] = [];
  const owner = {
    get settled() {
      return settled;
    },
    pace: () => 1 + roll(4),
    refill: () => {},
    withdraw: () => {
      settled = true;
    },
    abandon(error: unknown) {
      if (settled) return;
      settled = true;
      flow.stop(error);
    },
    abandonWith(make: () => Error) {
      this.abandon(make());
    },
  };
  const flow: ImapFlow = new ImapFlow(
    {
      ...plan,
      name: 'items',
      items: plan.later ? later() : plain(),
      onProgress: undefined,
      signal: undefined,
      workers: 2,
    },
    owner,
  );
  flow.begin();
  const iterator = flow.read();
  let error: unknown;
  let ended = false;
  const reading = (async () => {
    try {
      for await (const value of iterator) {
        seen.values.push(value);
        seen.consumed++;
        for (let pause = roll(4); pause > 0; pause--) await turn();
      }
    } catch (thrown) {
      error = thrown;
    }
    ended = true;
  })();
  for (let step = 0; !ended && step < 20_000; step++) {
    await turn();
    // Like the dispatcher, which asks before it takes.
    while (!settled && out.length < 3 && flow.waiting() > 0) {
      const taken = flow.take(roll(5) === 0 ? 1 : Number.POSITIVE_INFINITY);
      if (taken !== undefined) out.push(taken);
    }
    const taken = out.splice(roll(3), 1)[0];
    if (taken === undefined) continue;
    if (roll(8) === 0) {
      // A worker that died before it began them, or was held up after some.
      flow.giveBack(taken);
      continue;
    }
    let run = 0;
    for (const item of taken.items as number[]) {
      const index = taken.index + run++;
      expect(item).toBe(index);
      if (bad.has(index)) flow.fail(index, new TypeError(`item ${index}`));
      else flow.succeed(index, -item);
      if (!settled) seen.began.set(index, (seen.began.get(index) ?? 0) + 1);
    }
    flow.answered();
  }
  expect(ended, 'it came to its end').toBe(true);
  await reading;
  return { ...seen, error };
}

/** What should have come of it. */
function expectations({ total, inputFails, bad, chunkSize, bufferSize, collect, ordered }: Plan) {
  const given = inputFails ?? total;
  const chunk = Math.min(chunkSize ?? 1, bufferSize);
  const complete = inputFails === undefined ? given : given - (given % chunk);
  const firstBad = collect ? undefined : [...bad].sort((a, b) => a - b).find((index) => index < complete);
  const indexes = Array.from({ length: ordered ? (firstBad ?? complete) : complete }, (_, index) => index);
  const outcomes = indexes.map((index) => {
    if (!collect) return -index;
    return bad.has(index) ? { index, reason: new TypeError(`item ${index}`) } : { index, value: -index };
  });
  const error = firstBad !== undefined ? 'TypeError' : inputFails !== undefined ? 'RangeError' : undefined;
  return { outcomes, error };
}

describe('the flow of an imap on workers and with a reader as the dice fall', () => {
  test.each(Array.from({ length: 300 }, (_, seed) => planOf(seed)))(
    'seed $seed: ordered $ordered, collect $collect, async $later, $total items, chunks of $chunkSize, buffer of $bufferSize',
    async (plan) => {
      const { values, error, ahead, began } = await play(plan);
      const { outcomes, error: name } = expectations(plan);
      expect((error as Error | undefined)?.name).toBe(name);
      if (plan.ordered) {
        expect(values).toEqual(outcomes);
      } else if (name === 'TypeError') {
        // Those that were finished before the one that failed, each once.
        expect(outcomes).toEqual(expect.arrayContaining(values));
        expect(new Set(values).size).toBe(values.length);
      } else {
        const indexOf = (value: unknown) =>
          plan.collect ? (value as { index: number }).index : -(value as number);
        expect([...values].sort((a, b) => indexOf(a) - indexOf(b))).toEqual(outcomes);
      }
      expect(ahead).toBeLessThanOrEqual(plan.bufferSize);
      expect([...began.values()].every((times) => times === 1)).toBe(true);
    },
  );
});

describe('imap of a kernel', () => {
  const open = endedAfterEach(
    (options: { workers?: number; maxQueue?: number } = {}) => new Pool({ workers: 2, ...options }),
    (pool) => pool.terminate(),
  );

  /** A kernel that ends when its item is let go, and knows what it runs. */
  function gated() {
    const seen = { running: 0, most: 0, stopped: 0, started: [] as number[] };
    const gates = new Map<number, { resolve: (value: number) => void; reject: (error: unknown) => void }>();
    const kernel = defineKernel(
      1,
      (item: number, _options?: object) => item,
      (item: number, options?: { signal?: AbortSignal }) =>
        new Promise<number>((resolve, reject) => {
          seen.started.push(item);
          seen.most = Math.max(seen.most, ++seen.running);
          const settle =
            <T>(end: (value: T) => void) =>
            (value: T) => {
              seen.running--;
              gates.delete(item);
              end(value);
            };
          gates.set(item, { resolve: settle(resolve), reject: settle(reject) });
          options?.signal?.addEventListener('abort', () => {
            seen.stopped++;
            gates.get(item)?.reject(options.signal?.reason);
          });
        }),
    );
    const letGo = async (item: number) => {
      while (!gates.has(item)) await turn();
      gates.get(item)?.resolve(item * 10);
      await turn();
    };
    const fail = async (item: number) => {
      while (!gates.has(item)) await turn();
      gates.get(item)?.reject(new RangeError(`item ${item}`));
      await turn();
    };
    return { fn: kernel as (item: number) => number, seen, letGo, fail };
  }

  test('runs as many at a time as the pool has workers, and no further ahead than the buffer', async () => {
    const { fn, seen, letGo } = gated();
    let pulled = 0;
    function* endless() {
      for (;;) yield pulled++;
    }
    const results = open().imap(fn, endless(), { bufferSize: 3 });
    await letGo(1);
    await letGo(0);
    await letGo(2);
    for (let round = 0; round < 5; round++) await turn();
    expect({ pulled, most: seen.most, started: seen.started }).toEqual({
      pulled: 3,
      most: 2,
      started: [0, 1, 2],
    });
    expect(await results.next()).toEqual({ value: 0, done: false });
    await letGo(3);
    expect(await results.next()).toEqual({ value: 10, done: false });
    await results.return?.();
  });

  test('imapUnordered gives results as they come, also from an async input', async () => {
    const { fn, letGo } = gated();
    async function* three() {
      yield* [0, 1, 2];
    }
    const results = open({ workers: 3 }).imapUnordered(fn, three());
    const values: number[] = [];
    for (const item of [1, 2, 0]) {
      await letGo(item);
      values.push((await results.next()).value);
    }
    expect(values).toEqual([10, 20, 0]);
    expect((await results.next()).done).toBe(true);
  });

  test('leaving it stops what runs and frees the places for others', async () => {
    const { fn, seen, letGo } = gated();
    const pool = open();
    const results = pool.imap(fn, [0, 1, 2, 3]);
    while (seen.running < 2) await turn();
    await results.return?.();
    expect(seen).toMatchObject({ stopped: 2, running: 0, started: [0, 1] });
    const call = pool.apply(fn, [7]);
    await letGo(7);
    expect(await call).toBe(70);
  });

  test('an error ends it after the results before it; with collect it goes on; retries run again', async () => {
    const { fn, letGo, fail, seen } = gated();
    const pool = open();
    const results = pool.imap(fn, [0, 1, 2, 3]);
    await fail(1);
    await letGo(0);
    expect(await results.next()).toEqual({ value: 0, done: false });
    await expect(results.next()).rejects.toThrow('item 1');
    expect((await results.next()).done).toBe(true);
    expect(seen.running).toBe(0);

    const collected = pool.imap(fn, [4, 5], { errors: 'collect' });
    await fail(4);
    await letGo(5);
    expect((await collected.next()).value).toMatchObject({ index: 0, reason: { message: 'item 4' } });
    expect((await collected.next()).value).toEqual({ index: 1, value: 50 });

    const again = pool.imap(fn, [6], { retries: 1, retryOn: 'error' });
    await fail(6);
    await letGo(6);
    expect(await again.next()).toEqual({ value: 60, done: false });
  });

  test('timeout, signal, maxQueue and the end of the pool work', async () => {
    const { fn, seen } = gated();
    const pool = open({ maxQueue: 1 });
    await expect(pool.imap(fn, [0], { timeout: 20 }).next()).rejects.toBeInstanceOf(TaskTimeoutError);
    const stop = new AbortController();
    const stopped = pool.imap(fn, [1, 2], { signal: stop.signal });
    const waits = pool.imap(fn, [3]);
    await expect(pool.imap(fn, [4]).next()).rejects.toBeInstanceOf(QueueFullError);
    stop.abort(new Error('enough'));
    await expect(stopped.next()).rejects.toThrow('enough');
    while (!seen.started.includes(3)) await turn();
    const end = pool.terminate();
    await expect(waits.next()).rejects.toMatchObject({ code: 'ALLCORES_ERR_POOL_CLOSED' });
    await end;
    expect(seen.running).toBe(0);
  });

  test('join does not wait for ever for a reader who does not come', async () => {
    const { fn, letGo } = gated();
    const pool = open({ workers: 1 });
    function* endless() {
      for (let item = 0; ; item++) yield item;
    }
    const results = pool.imap(fn, endless(), { bufferSize: 1 });
    await letGo(0);
    pool.close();
    await pool.join();
    expect(await results.next()).toEqual({ value: 0, done: false });
    await expect(results.next()).rejects.toMatchObject({ code: 'ALLCORES_ERR_POOL_CLOSED' });
  });
});
