/** How many workers there are, what they are told and what they tell, on scripted workers. */

import { describe, expect, test, vi } from 'vitest';
import { WorkerDiedError } from '#dist/errors.js';
import { packError, packList } from '#dist/internal/wire.js';
import { until } from '../waits.js';
import { done } from './scripted-backend.js';
import { firstThenGood, good, holdsTheFirst, onRun, outcomes, runsOf, stages, turn } from './stage.js';

const stage = stages();

describe('workers', () => {
  test('the kept ones are started at once, and started again when they died', async () => {
    const s = stage(good, { size: 3, minWorkers: 2 });
    expect(s.workers).toHaveLength(2);
    await turn();
    s.workers[0]?.end(0);
    await until(() => s.workers.length === 3);
    expect(s.workers.filter(({ ended }) => !ended)).toHaveLength(2);
  });

  test('the kept ones do not end for idleness, the others do', async () => {
    const s = stage(good, { size: 3, minWorkers: 1, idleTimeoutMs: 5 });
    await Promise.all([s.apply(1), s.apply(2), s.apply(3)]);
    await until(() => s.workers.filter(({ ended }) => !ended).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(s.workers.filter(({ ended }) => !ended)).toHaveLength(1);
  });

  test('one that has run its number of items is replaced; none gets more', async () => {
    const s = stage(good, { maxTasksPerWorker: 3 });
    const results = await Promise.all(Array.from({ length: 10 }, (_, index) => s.apply(index)));
    expect(results).toHaveLength(10);
    expect(s.workers.map((worker) => worker.sent())).toEqual([3, 3, 3, 1]);
    expect(s.items()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('one that has too much memory is replaced after what it runs', async () => {
    const s = stage(
      firstThenGood(
        onRun((worker, run) => {
          worker.say({ type: 'memory', bytes: 2000 });
          worker.say(done(run.first));
        }),
      ),
      { maxMemoryPerWorker: 1000 },
    );
    expect(await outcomes([s.apply(1), s.apply(2)])).toEqual(['ok', 'ok']);
    expect(runsOf(s.workers[0])).toHaveLength(1);
    expect(s.workers[0]?.received.at(-1)).toEqual({ type: 'stop' });
  });

  test('a smaller pool ends the workers that are too many, after what they run', async () => {
    const s = stage(() => {}, { size: 2 });
    const calls = [s.apply('a'), s.apply('b')];
    await until(() => s.workers.every((worker) => worker.runs().length === 1) && s.workers.length === 2);
    s.dispatcher.resize(1);
    expect(s.workers[1]?.received.some(({ type }) => type === 'stop')).toBe(false);
    for (const worker of s.workers) worker.say(done(0));
    await Promise.all(calls);
    expect(s.workers.map(({ received }) => received.at(-1)?.type)).toEqual(['run', 'stop']);
  });

  test('a larger pool starts more of them for what waits', async () => {
    const s = stage(() => {}, { size: 1 });
    for (const item of [1, 2, 3]) s.apply(item).catch(() => {});
    await until(() => s.workers[0]?.runs().length === 1);
    s.dispatcher.resize(3);
    await until(() => s.workers.length === 3 && s.workers.every((worker) => worker.runs().length === 1));
  });

  test('a setup that fails rejects what waits with its error, and the next call tries again', async () => {
    const broken = { type: 'broken', error: packError(new RangeError('no database')) } as const;
    let starts = 0;
    const s = stage(good, {
      onStart: (worker) => {
        starts++;
        setImmediate(() => {
          if (starts > 1) return worker.say({ type: 'ready' });
          worker.say(broken);
          worker.end(0);
        });
      },
    });
    expect(await outcomes([s.apply(1), s.apply(2)])).toEqual(['RangeError', 'RangeError']);
    expect(starts).toBe(1);
    await expect(s.apply(3)).resolves.toBeDefined();
    expect(starts).toBe(2);
  });

  test('several items go to one worker where it waits for several, and no more than that', async () => {
    const s = stage(() => {}, { size: 1, tasksPerWorker: 3 });
    const calls = Array.from({ length: 5 }, (_, index) => s.apply(index));
    await until(() => s.workers[0]?.sent() === 3);
    await turn();
    expect(s.workers[0]?.sent()).toBe(3);
    s.workers[0]?.say(done(1));
    await until(() => s.workers[0]?.sent() === 4);
    for (const seq of [0, 2, 3]) s.workers[0]?.say(done(seq));
    await until(() => s.workers[0]?.sent() === 5);
    s.workers[0]?.say(done(4));
    await Promise.all(calls);
  });
});

describe('limits', () => {
  test('a worker that has too much memory before its first task runs one nevertheless', async () => {
    const s = stage(good, {
      maxMemoryPerWorker: 1000,
      onStart: (worker) =>
        setImmediate(() => {
          worker.say({ type: 'memory', bytes: 2000 });
          worker.say({ type: 'ready' });
        }),
    });
    expect(await outcomes([s.apply(1), s.apply(2)])).toEqual(['ok', 'ok']);
    expect(s.workers.map((worker) => worker.sent())).toEqual([1, 1]);
  });

  test('a grace period of none ends nobody whose running item is wanted', async () => {
    const s = stage(holdsTheFirst, { gracePeriodMs: 0 });
    const stop = new AbortController();
    const first = s.map([1, 2], { chunkSize: 2, collect: true });
    await until(() => s.workers[0]?.runs().length === 1);
    const second = s.apply(3, { signal: stop.signal });
    const aborted = second.catch(() => {});
    stop.abort();
    await aborted;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(s.workers[0]?.ended).toBe(false);
    s.workers[0]?.say(done(0, 2));
    await first;
  });

  test('an item that took too long runs again only when its first attempt is over', async () => {
    const s = stage(
      onRun((worker, run) => {
        worker.say({ type: 'begin', seq: run.first });
        if (run.attempt > 1) worker.say(done(run.first));
      }),
      { size: 2, gracePeriodMs: 10_000 },
    );
    const call = s.apply('x', { timeoutMs: 5, retries: 1, retryOnError: true });
    await until(() => s.workers[0]?.received.at(-1)?.type === 'cancel');
    await turn();
    expect(s.items()).toEqual(['x']);
    s.workers[0]?.say(done(0));
    await expect(call).resolves.toBe('result 1');
    expect(s.items()).toEqual(['x', 'x']);
  });

  test('an answer that has arrived counts, when the time limit is looked at late', async () => {
    const s = stage(onRun((worker, run) => worker.say({ type: 'begin', seq: run.first })));
    const call = s.apply('x', { timeoutMs: 20 });
    await until(() => s.workers[0]?.runs().length === 1);
    await turn();
    // The program is busy, and the answer is read in the turn in which the timer is due.
    setImmediate(() => s.workers[0]?.say(done(0)));
    const since = performance.now();
    while (performance.now() - since < 60);
    await expect(call).resolves.toBe('result 0');
  });
});

describe('functions', () => {
  test('that nobody can call any more are forgotten, here and in the workers', async () => {
    const s = stage(good);
    await s.apply(1);
    const [slot] = s.dispatcher.fleet.slots;
    slot?.forget(0);
    slot?.forget(0);
    expect(s.workers[0]?.received.filter(({ type }) => type === 'forget')).toEqual([
      { type: 'forget', fn: 0 },
    ]);
    await s.apply(2);
    expect(s.workers[0]?.received.filter(({ type }) => type === 'define')).toHaveLength(2);
  });
});

describe('a long setup', () => {
  test('has no limit, once the worker has said that it is there', async () => {
    vi.useFakeTimers();
    try {
      const s = stage(good, {
        onStart: (worker) => queueMicrotask(() => worker.say({ type: 'online' })),
      });
      const call = s.apply(1);
      call.catch(() => {});
      await vi.advanceTimersByTimeAsync(120_000);
      expect(s.workers).toHaveLength(1);
      expect(s.workers[0]?.ended).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test('does not keep a pool that is closed meanwhile from ending', async () => {
    const s = stage(good, {
      minWorkers: 1,
      onStart: (worker) => setImmediate(() => setImmediate(() => worker.say({ type: 'online' }))),
    });
    const [worker] = s.workers;
    if (worker === undefined) throw new Error('no worker was started');
    // As one whose setup never lets it look for messages.
    worker.deaf = true;
    s.dispatcher.close();
    await s.dispatcher.join();
    expect(worker.ended).toBe(true);
  });

  test('of a worker that is silent from its start ends it, and the error says when', async () => {
    vi.useFakeTimers();
    try {
      const s = stage(good, { onStart: () => {} });
      const call = s.apply(1).catch((error: Error) => error.message);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(await call).toContain('before it was ready');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('kept workers that fail', () => {
  test('are not started again before a call has got one that works', async () => {
    let starts = 0;
    const s = stage(good, {
      minWorkers: 1,
      onStart: (worker) => {
        if (starts++ > 0) return setImmediate(() => worker.say({ type: 'ready' }));
        setImmediate(() => {
          worker.say({ type: 'broken', error: packError(new RangeError('no database')) });
          worker.end(0);
        });
      },
    });
    await turn();
    await turn();
    expect(starts).toBe(1);
    await expect(s.apply(1)).resolves.toBeDefined();
  });

  test('a start that the system refuses does not come back to itself', async () => {
    const s = stage(good, {
      minWorkers: 1,
      onStart: () => {
        throw new Error('no more threads');
      },
    });
    await turn();
    expect(s.workers).toHaveLength(1);
    await expect(s.apply(1)).rejects.toThrow(WorkerDiedError);
  });
});

describe('reports', () => {
  test('reach the call with the index of the item, and only before its end', async () => {
    const seen: unknown[] = [];
    const s = stage(
      onRun((worker, run) => {
        for (let item = 0; item < run.count; item++) {
          const seq = run.first + item;
          worker.say({ type: 'report', seq, value: packList([`half of ${seq}`]).wired });
          worker.say(done(seq));
          worker.say({ type: 'report', seq, value: packList(['too late']).wired });
        }
      }),
    );
    await s.map(['a', 'b'], { chunkSize: 2, onReport: (value, { index }) => seen.push([index, value]) });
    expect(seen).toEqual([
      [0, 'half of 0'],
      [1, 'half of 1'],
    ]);
  });

  test('a callback that throws rejects the call with its error', async () => {
    const s = stage(
      onRun((worker, run) => {
        worker.say({ type: 'report', seq: run.first, value: packList([1]).wired });
        worker.say(done(run.first));
      }),
    );
    const onReport = () => {
      throw new RangeError('enough');
    };
    await expect(s.apply(1, { onReport })).rejects.toThrow('enough');
  });
});
