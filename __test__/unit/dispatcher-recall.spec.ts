/** Items that run again, and items that are taken back, on scripted workers. */

import { describe, expect, test } from 'vitest';
import { WorkerDiedError } from '#dist/errors.js';
import type { RunMessage } from '#dist/internal/protocol.js';
import { until } from '../waits.js';
import { done, fail } from './scripted-backend.js';
import { firstThenGood, good, holdsTheFirst, onRun, runsOf, type Stage, stages, turn } from './stage.js';

const stage = stages();

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
