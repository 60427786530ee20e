/** Which call goes to which worker, and when, on scripted workers. */

import { describe, expect, test } from 'vitest';
import { PoolClosedError, QueueFullError } from '#dist/errors.js';
import { laneOf } from '#dist/pool/lanes.js';
import { PriorityQueue } from '#dist/pool/priority-queue.js';
import { until } from '../waits.js';
import { done } from './scripted-backend.js';
import { good, onRun, outcomes, runsOf, stages, turn } from './stage.js';

const stage = stages();

describe('priorities', () => {
  test('a queue gives higher priorities first and keeps the order within one', () => {
    const queue = new PriorityQueue<{ priority: number; name: string }>();
    const names = ['a0', 'b5', 'c0', 'd-1', 'e5'];
    for (const name of names) queue.push({ name, priority: Number(name.slice(1)) });
    queue.unshift({ name: 'f5', priority: 5 });
    expect(queue.length).toBe(6);
    expect([...queue].map(({ name }) => name)).toEqual(['f5', 'b5', 'e5', 'a0', 'c0', 'd-1']);
    const order: string[] = [];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) order.push(next.name);
    expect(order).toEqual(['f5', 'b5', 'e5', 'a0', 'c0', 'd-1']);
    expect(queue.length).toBe(0);
  });

  test('waiting calls of a higher priority are sent first', async () => {
    const s = stage(good);
    const priorities = [0, 1, 0, 7, 1];
    await Promise.all(priorities.map((priority, index) => s.apply(index, { priority })));
    expect(s.items()).toEqual([3, 1, 4, 0, 2]);
  });
});

describe('lanes', () => {
  test('a key has one lane; numbers go round', () => {
    expect([0, 1, 2, 3].map((key) => laneOf(key) % 2)).toEqual([0, 1, 0, 1]);
    expect(laneOf('user-17')).toBe(laneOf('user-17'));
    expect(Number.isSafeInteger(laneOf(-1.5))).toBe(true);
    const lanes = new Set(Array.from({ length: 100 }, (_, key) => laneOf(`key ${key}`) % 8));
    expect(lanes.size).toBe(8);
  });

  test('calls of a lane run in its worker, in order, also when others are idle', async () => {
    const s = stage(good, { size: 3 });
    await Promise.all([s.apply('warm'), s.apply('warm'), s.apply('warm')]);
    for (let round = 0; round < 6; round++) await s.apply(`lane ${round}`, { lane: 1 });
    const inLane = s.workers.filter((worker) =>
      runsOf(worker).some((run) => String((run.items as unknown[])[0]).startsWith('lane')),
    );
    expect(inLane).toHaveLength(1);
  });

  test('a lane whose worker died goes on in its successor', async () => {
    const s = stage((worker, message) => {
      if (message.type === 'run' && worker.id === 1) worker.end(message.first + 1);
      else good(worker, message);
    });
    const calls = [s.apply('first', { lane: 0 }), s.apply('second', { lane: 0 })];
    expect(await outcomes(calls)).toEqual(['WorkerDiedError', 'ok']);
  });

  test('a lane beyond the size of a pool that was made smaller is served by another', async () => {
    const s = stage(good, { size: 4 });
    await Promise.all([0, 1, 2, 3].map((lane) => s.apply(lane, { lane })));
    s.dispatcher.resize(1);
    await expect(s.apply('late', { lane: 3 })).resolves.toBeDefined();
  });
});

describe('maxQueue', () => {
  test('takes what workers can begin and so many more, and refuses the next', async () => {
    const s = stage(
      onRun(() => {}),
      { size: 2, maxQueue: 3 },
    );
    const calls = Array.from({ length: 7 }, (_, index) => s.apply(index));
    const refused = await Promise.allSettled(calls.slice(5));
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    for (const one of refused) expect((one as PromiseRejectedResult).reason).toBeInstanceOf(QueueFullError);
    for (const call of calls.slice(0, 5)) call.catch(() => {});
  });

  test('ready() resolves when a call has gone, for as many as there is room for', async () => {
    const s = stage(() => {}, { maxQueue: 0 });
    const first = s.apply('first');
    await until(() => s.workers[0]?.runs().length === 1);
    const woken: number[] = [];
    const producers = [0, 1, 2].map(async (name) => {
      await s.dispatcher.ready();
      woken.push(name);
    });
    await turn();
    expect(woken).toEqual([]);
    s.workers[0]?.say(done(0));
    await first;
    await Promise.all(producers); // nobody that was woken submits, so all go on in turn
    expect(woken).toEqual([0, 1, 2]);
  });

  test('ready() rejects when the pool is closed', async () => {
    const s = stage(() => {}, { maxQueue: 0 });
    s.apply('first').catch(() => {});
    const waits = s.dispatcher.ready();
    s.dispatcher.close();
    await expect(waits).rejects.toThrow(PoolClosedError);
    await expect(s.dispatcher.ready()).rejects.toThrow(PoolClosedError);
  });

  test('calls that came back from a busy worker count as waiting', async () => {
    const s = stage(good, { maxQueue: 2 });
    for (let round = 0; round < 20; round++) await s.apply(round);
    // The worker stops answering: what is sent behind the first of these waits at the worker.
    for (const worker of s.workers) worker.obedient = true;
    const calls = Array.from({ length: 8 }, (_, index) => s.apply(index));
    const settled = await Promise.allSettled(calls);
    expect(settled.filter(({ status }) => status === 'rejected').length).toBe(5);
  });

  test.each(['came back from', 'runs again after'])(
    'a call that %s a dead worker takes its place again',
    async (how) => {
      const begun = how === 'came back from' ? 0 : 1;
      const s = stage(
        onRun((worker) => {
          if (worker.id === 1) worker.end(begun);
        }),
        { maxQueue: 0 },
      );
      const first = s.apply('first', { retries: 1 });
      let woken = false;
      const ready = s.dispatcher.ready().then(() => {
        woken = true;
      });
      await until(() => s.workers.length === 2);
      await turn();
      expect(woken).toBe(false);
      await expect(s.apply('one too many')).rejects.toThrow(QueueFullError);
      await until(() => s.workers[1]?.runs().length === 1);
      s.workers[1]?.say(done(0));
      await Promise.all([first, ready]);
    },
  );
});

describe('fairness', () => {
  test('calls of one priority take turns by chunks', async () => {
    const s = stage(good);
    await s.apply('warm');
    const maps = [
      s.map(['a', 'b', 'c', 'd'], { chunkSize: 2 }),
      s.map(['e', 'f', 'g', 'h'], { chunkSize: 2 }),
    ];
    await Promise.all(maps);
    expect(s.items().join('')).toBe('warmabefcdgh');
  });

  test('a worker that something has to run in gets nothing more before that', async () => {
    const s = stage((worker, message) => {
      if (message.type === 'run') held.push(() => good(worker, message));
      else good(worker, message);
    });
    const held: (() => void)[] = [];
    const release = () => {
      for (const answer of held.splice(0)) answer();
    };
    const warm = Array.from({ length: 40 }, (_, round) => s.apply(round));
    while ((await Promise.race([Promise.all(warm), turn()])) === undefined) release();
    const map = s.map(
      Array.from({ length: 8 }, (_, item) => `m${item}`),
      { chunkSize: 1 },
    );
    await until(() => held.length > 0);
    const pinned = s.apply('pinned', { lane: 0 });
    await turn();
    const before = s.items().length;
    release();
    await until(() => s.items().length > before);
    expect(s.items()[before]).toBe('pinned');
    while ((await Promise.race([Promise.all([map, pinned]), turn()])) === undefined) release();
  });
});

describe('a lane and the other calls', () => {
  test('take turns; a higher priority comes first', async () => {
    const s = stage(good);
    const calls = [
      // Of different limits, so that none travel together.
      ...['a', 'b', 'c'].map((item, index) => s.apply(item, { lane: 0, timeoutMs: 60_000 + index })),
      ...['1', '2', '3'].map((item, index) => s.apply(item, { timeoutMs: 50_000 + index })),
      s.apply('first', { priority: 1 }),
    ];
    await Promise.all(calls);
    expect(s.items()).toEqual(['first', 'a', '1', 'b', '2', 'c', '3']);
  });
});
