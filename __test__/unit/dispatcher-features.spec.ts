/** Priorities, retries, lanes, limits, recycling and taking work back, on scripted workers. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import { PoolClosedError, QueueFullError, WorkerDiedError } from '#dist/errors.js';
import type { RunMessage } from '#dist/internal/protocol.js';
import { packError, packList } from '#dist/internal/wire.js';
import { laneOf } from '#dist/pool/lanes.js';
import { PriorityQueue } from '#dist/pool/priority-queue.js';
import { done, fail } from './scripted-backend.js';
import { firstThenGood, good, onRun, outcomes, runsOf, Stage, turn, until } from './stage.js';

const open: Stage[] = [];
function stage(...args: ConstructorParameters<typeof Stage>): Stage {
  const made = new Stage(...args);
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const { dispatcher, workers } of open.splice(0)) {
    for (const worker of workers) worker.obedient = true;
    await dispatcher.terminate();
  }
});

/** A worker that answers nothing by itself and has begun only the first item that it was sent. */
const holdsTheFirst = onRun((worker) => {
  worker.begunNow = 1;
});

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

describe('retries', () => {
  test('an item whose worker died under it runs again, with the next attempt number, and no other does', async () => {
    const s = stage(firstThenGood(onRun((worker, run) => worker.end(run.first + 1))));
    await expect(s.apply('x', { retries: 1 })).resolves.toBe('result 0');
    expect(runsOf(s.workers[0])[0]?.attempt).toBe(1);
    expect(runsOf(s.workers[1]).map(({ attempt }) => attempt)).toEqual([2]);
  });

  test('without retries it is lost', async () => {
    const s = stage(firstThenGood(onRun((worker, run) => worker.end(run.first + 1))));
    await expect(s.apply('x')).rejects.toThrow(WorkerDiedError);
    expect(s.workers.flatMap((worker) => worker.runs())).toHaveLength(1);
  });

  test('an error is final unless the call asks for more, and then it is tried as often as it says', async () => {
    const always = onRun((worker, run) => worker.say(fail(run.first)));
    const final = stage(always);
    await expect(final.apply('x', { retries: 3 })).rejects.toThrow(RangeError);
    expect(final.items()).toEqual(['x']);
    const tried = stage(always);
    await expect(tried.apply('x', { retries: 3, retryOnError: true })).rejects.toThrow(RangeError);
    expect(tried.items()).toEqual(['x', 'x', 'x', 'x']);
  });

  test('only the failed item of a chunk runs again', async () => {
    let failed = false;
    const s = stage((worker, message) => {
      if (message.type !== 'run' || failed || message.count < 4) return good(worker, message);
      failed = true;
      worker.say(done(message.first, 2));
      worker.say(fail(message.first + 2));
      worker.say(done(message.first + 3));
    });
    await s.map([10, 11, 12, 13], { chunkSize: 4, retries: 1, retryOnError: true });
    expect(s.items()).toEqual([10, 11, 12, 13, 12]);
  });

  test('an item that runs again and comes back before it began keeps its attempt number', async () => {
    const s = stage((worker, message) => {
      if (message.type !== 'run') return;
      if (worker.id === 1) worker.end(message.first + 1);
      else if (worker.id === 2) worker.end(message.first);
      else good(worker, message);
    });
    await s.apply('x', { retries: 1 });
    const attempts = s.workers.flatMap((worker) => runsOf(worker).map(({ attempt }) => attempt));
    expect(attempts).toEqual([1, 2, 2]);
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

describe('taking work back', () => {
  /** Two workers that know the function as tiny, so that the first map sends one of them a large chunk. */
  const items = Array.from({ length: 16 }, (_, index) => index);

  test('what a held-up worker has not begun runs in an idle one', async () => {
    const s = stage(
      (worker, message) => {
        if (message.type === 'run' && worker.id === 1) worker.begunNow = message.first + 1;
        else good(worker, message);
      },
      { size: 2 },
    );
    const map = s.map(items, { chunkSize: 16 });
    await until(() => s.workers.length > 1 && runsOf(s.workers[1]).length > 0);
    expect(s.workers[0]?.recalls[0]).toEqual([1, 16]);
    s.workers[0]?.say(done(0));
    await map;
    const elsewhere = runsOf(s.workers[1]).flatMap((run) => [...(run.items as number[])]);
    expect(elsewhere).toEqual(items.slice(1));
  });

  test('a worker gets nothing new until it has said that it knows', async () => {
    const s = stage(
      (worker, message) => {
        if (message.type === 'run' && worker.id === 1) worker.begunNow = message.first + 1;
        else if (message.type !== 'recall') good(worker, message);
      },
      { size: 2 },
    );
    const map = s.map(items, { chunkSize: 16 });
    await until(() => s.workers.length > 1 && runsOf(s.workers[1]).length > 0);
    s.workers[0]?.say(done(0));
    await map;
    const calls = [s.apply('x'), s.apply('y')];
    await Promise.all(calls);
    expect(runsOf(s.workers[0])).toHaveLength(1);
    s.workers[0]?.say({ type: 'dropped', seq: 1, count: 15 });
    s.workers[0]?.say({ type: 'recalled' });
    // Of different limits, so that they do not travel together to the one that was idle the shortest.
    for (const timeoutMs of [10_000, 20_000]) s.apply('z', { timeoutMs }).catch(() => {});
    await until(() => runsOf(s.workers[0]).length === 2);
  });

  test('a worker from which all was taken back keeps the program alive until it says that it knows', async () => {
    const s = stage(
      (worker, message) => {
        if (message.type === 'run' && worker.id === 1) worker.begunNow = 0;
        else if (message.type !== 'recall') good(worker, message);
      },
      { size: 2 },
    );
    await s.map(items, { chunkSize: 16 });
    expect(s.workers[0]?.recalls).toHaveLength(1);
    expect(s.workers[0]?.busy).toBe(true);
    s.workers[0]?.say({ type: 'dropped', seq: 0, count: 16 });
    expect(s.workers[0]?.busy).toBe(true);
    s.workers[0]?.say({ type: 'recalled' });
    expect(s.workers[0]?.busy).toBe(false);
  });

  test('items that the worker began meanwhile stay with it', async () => {
    const s = stage(
      (worker, message) => {
        if (message.type === 'run' && worker.id === 1) worker.begunNow = 5;
        else good(worker, message);
      },
      { size: 2 },
    );
    const map = s.map(items, { chunkSize: 16 });
    await until(() => s.workers.length > 1 && runsOf(s.workers[1]).length > 0);
    s.workers[0]?.say(done(0, 5));
    await map;
    expect(runsOf(s.workers[1]).flatMap((run) => [...(run.items as number[])])).toEqual(items.slice(5));
  });

  test('where nobody can see what has begun, the worker is asked and its answer counts', async () => {
    const s = stage(
      (worker, message) => {
        if (worker.id !== 1) return good(worker, message);
        if (message.type === 'run' && message.first > 0) good(worker, message);
        if (message.type === 'recall' && message.seq === 1) {
          worker.say({ type: 'dropped', seq: message.seq + 2, count: message.count - 2 });
          worker.say({ type: 'recalled' });
          worker.say(done(0, 3));
        }
      },
      { size: 2 },
    );
    await s.map(items, { chunkSize: 16 });
    const again = s.items().slice(items.length) as number[];
    expect(again.sort((a, b) => a - b)).toEqual(items.slice(3));
    expect(s.workers[0]?.received.filter(({ type }) => type === 'recall')).toHaveLength(1);
  });

  test('a worker whose last item was dropped before it was asked takes work again', async () => {
    const s = stage(
      (worker, message) => {
        if (message.type === 'run' && message.first === 0) worker.begunNow = 1;
        else if (message.type === 'cancel')
          worker.say({ type: 'dropped', seq: message.seq, count: message.count });
        else good(worker, message);
      },
      { gracePeriodMs: 10_000 },
    );
    for (let round = 0; round < 3; round++) s.submit(round).promise.catch(() => {});
    await until(() => s.workers[0]?.runs().length === 1);
    const run = s.workers[0]?.runs()[0] as RunMessage;
    expect(run.count).toBe(1);
    const calls = [s.submit('x'), s.submit('y')] as const;
    await turn();
    expect(s.dispatcher.withdraw(calls[0].call)).toBe(true);
    s.workers[0]?.say(done(0));
    await calls[1].promise;
  });

  test('what was taken back stays so when more is: the worker knows of one range', async () => {
    const s = stage(
      (worker, message) => {
        if (message.type === 'run' && message.count > 1) worker.begunNow = message.first + 1;
        else if (message.type !== 'recall') good(worker, message);
      },
      { size: 1 },
    );
    // Known as tiny, the calls travel together.
    for (let round = 0; round < 20; round++) await s.apply(round);
    const calls = Array.from({ length: 6 }, (_, index) => s.submit(index));
    await until(() => lastRun(s).count === 6);
    const first = lastRun(s).first;
    expect(s.dispatcher.withdraw((calls[2] as (typeof calls)[0]).call)).toBe(true);
    s.dispatcher.killWorkers();
    await Promise.allSettled([calls[0]?.promise]);
    expect(s.workers[0]?.recalls).toEqual([[first + 2, first + 6]]);
    for (const { promise } of calls) promise.catch(() => {});
  });

  test('a pending call can be withdrawn also when a worker has it, and never runs', async () => {
    const s = stage(holdsTheFirst);
    const calls = Array.from({ length: 3 }, (_, index) => s.submit(index));
    await until(() => s.workers[0]?.runs().length === 1);
    const [first, second, third] = calls as [(typeof calls)[0], (typeof calls)[0], (typeof calls)[0]];
    expect(s.dispatcher.isRunning(first.call)).toBe(true);
    expect(s.dispatcher.withdraw(first.call)).toBe(false);
    expect(s.dispatcher.withdraw(third.call)).toBe(true);
    expect(s.dispatcher.withdraw(third.call)).toBe(false);
    expect(s.dispatcher.isRunning(second.call)).toBe(false);
    s.workers[0]?.say(done(0));
    await first.promise;
    await until(() => s.workers[0]?.runs().length === 2);
    s.workers[0]?.say(done(1));
    await second.promise;
    await turn();
    expect(s.items()).toEqual([0, 1]);
  });
});

/** The run that the first worker was sent last. */
function lastRun(s: Stage): RunMessage {
  return s.workers[0]?.runs().at(-1) as RunMessage;
}
