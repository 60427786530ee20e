/** Everything that a pool can be told and asked, as the dice fall: each call settles, and nothing runs twice. */

import type { Pool, PoolOptions } from 'allcores';
import { describe, expect, test } from 'vitest';
import { within } from '../crash/processes.js';
import { Scratch } from '../parity/scratch.js';
import { upTo } from '../up-to.js';
import { backends } from './backends.js';
import { parityJobs as jobs } from './jobs.js';

/** Ends that a call may have beside its result. */
const expectedErrors = [
  'RangeError',
  'WorkerDiedError',
  'TaskTimeoutError',
  'AbortError',
  'PoolClosedError',
  'QueueFullError',
  'MapError',
];
/** The longest that a pool takes to its end: a few seconds when the machine is free. */
const limitMs = 40_000;

type Dice = (sides: number) => number;

/** The same numbers for the same seed. */
function dice(seed: number): Dice {
  let state = Math.imul(seed, 2654435761) >>> 0 || 1;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % sides;
  };
}

function randomPool(roll: Dice): PoolOptions {
  const workers = 1 + roll(4);
  return {
    workers,
    gracePeriod: 20 * roll(3),
    ...(roll(2) === 0 && { tasksPerWorker: 1 + roll(4) }),
    ...(roll(3) === 0 && { maxTasksPerWorker: 3 + roll(20) }),
    ...(roll(3) === 0 && { idleTimeout: roll(30) }),
    ...(roll(3) === 0 && { minWorkers: Math.min(workers, roll(3)) }),
    ...(roll(4) === 0 && { maxQueue: roll(20) }),
  };
}

function randomCall(roll: Dice) {
  const stop = new AbortController();
  const aborts = roll(6) === 0;
  if (aborts) setTimeout(() => stop.abort(), roll(150)).unref();
  return {
    ...(roll(4) === 0 && { priority: roll(5) - 2 }),
    ...(roll(5) === 0 && ({ retries: roll(3), retryOn: roll(2) === 0 ? 'error' : 'death' } as const)),
    ...(roll(5) === 0 && { timeout: 20 + roll(200) }),
    ...(aborts && { signal: stop.signal }),
  };
}

/** One call, and whether its text may be written more than once. */
interface Made {
  readonly text: string;
  readonly repeats: boolean;
  readonly promise: Promise<unknown>;
}

/** Makes the next call, changes the pool's size, or waits. */
async function act(pool: Pool, roll: Dice, { log }: Scratch, text: string): Promise<Made | undefined> {
  const options = randomCall(roll);
  const made = (promise: Promise<unknown>): Made => ({ text, repeats: (options.retries ?? 0) > 0, promise });
  const chunks = roll(2) === 0 ? {} : { chunkSize: 1 + roll(10) };
  const count = 1 + roll(40);
  switch (roll(9)) {
    case 0:
      return made(pool.apply(jobs.note, [log, text], options));
    case 1:
      return made(pool.apply(jobs.note, [log, text], { ...options, affinity: roll(5) }));
    case 2: {
      const way = (['exit', 'throw', 'hang'] as const)[roll(3)] ?? 'throw';
      const call = [log, text, 1 + roll(3), way] as [string, string, number, typeof way];
      return made(pool.apply(jobs.flaky, call, { timeout: 300, ...options }));
    }
    case 3: {
      const lists = upTo(count).map((item): [string, string] => [log, `${text}.${item}`]);
      const mapped = pool.starmap(jobs.note, lists, { ...options, ...chunks });
      return made(mapped.then((texts) => expect(texts).toEqual(lists.map(([, one]) => one))));
    }
    case 4: {
      const bad = roll(30);
      const way = roll(2) === 0 ? 'exit' : 'throw';
      const lists = upTo(count).map((item): [string, number, number, number, typeof way] => [
        `${log}.of.${text}`,
        item,
        bad,
        1 + (item % 2),
        way,
      ]);
      const errors = roll(2) === 0 ? 'collect' : 'first';
      return made(pool.starmap(jobs.flakyAt, lists, { ...options, ...chunks, errors }));
    }
    case 5:
      return made(pool.broadcast(jobs.me));
    case 6: {
      const most = roll(20);
      const read = async () => {
        let next = 0;
        for await (const square of pool.imap(jobs.square, upTo(20), chunks)) {
          expect(square).toBe(next ** 2);
          if (++next > most) break;
        }
      };
      return made(read());
    }
    case 7:
      pool.resize(1 + roll(4));
      return undefined;
    default:
      await new Promise((resolve) => setTimeout(resolve, roll(10)));
      return undefined;
  }
}

describe.each(backends)('chaos on $name', ({ open }) => {
  test.each(upTo(12))(
    'every call settles and nothing runs twice, seed %i',
    async (seed) => {
      const roll = dice(seed);
      const scratch = new Scratch();
      const pool = open(randomPool(roll));
      try {
        const calls: Made[] = [];
        for (let turn = 0; turn < 60; turn++) {
          const made = await act(pool, roll, scratch, `call-${turn}`);
          made?.promise.catch(() => {});
          if (made !== undefined) calls.push(made);
        }
        if (roll(3) === 0) void pool.terminate();
        else pool.close();
        const outcomes = await within(limitMs, Promise.allSettled(calls.map(({ promise }) => promise)));
        await within(limitMs, pool.join());
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(expectedErrors).toContain(outcome.reason?.name);
        }
        const ran = new Map<string, number>();
        for (const line of scratch.lines()) {
          const text = line.split(' ')[0] as string;
          ran.set(text, (ran.get(text) ?? 0) + 1);
        }
        const once = new Set(calls.filter(({ repeats }) => !repeats).map(({ text }) => text));
        const twice = [...ran].filter(([text, times]) => times > 1 && once.has(text.split('.')[0] as string));
        expect(twice).toEqual([]);
      } finally {
        await pool.terminate();
        scratch.remove();
      }
    },
    2 * limitMs,
  );
});
