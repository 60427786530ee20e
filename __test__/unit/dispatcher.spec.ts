import { describe, expect, test } from 'vitest';
import { InvalidStateError, PoolClosedError, TaskTimeoutError, WorkerDiedError } from '#dist/errors.js';
import type { FromWorker, RunMessage } from '#dist/internal/protocol.js';
import { until } from '../waits.js';
import { done, fail, type Script, type ScriptedBackend } from './scripted-backend.js';
import { firstThenGood, good, onRun, outcomes, ready, runsOf, type Stage, stages, turn } from './stage.js';

const stage = stages();

describe('a dispatcher whose first worker misbehaves', () => {
  // Three calls of their own; the first travels alone, because nothing is known of the function's time.
  const cases: { title: string; script: Script; expected: string[] }[] = [
    {
      title: 'runs everything elsewhere when it dies before it begins anything',
      script: onRun((worker) => worker.end(0)),
      expected: ['ok', 'ok', 'ok'],
    },
    {
      title: 'rejects the item that had begun when it dies in it',
      script: onRun((worker, run) => worker.end(run.first + 1)),
      expected: ['WorkerDiedError', 'ok', 'ok'],
    },
    {
      title: 'delivers a result that came before the death',
      script: onRun((worker, run) => {
        worker.say(done(run.first));
        worker.end(run.first + 1);
      }),
      expected: ['ok', 'ok', 'ok'],
    },
    {
      title: 'counts only the first of two answers',
      script: onRun((worker, run) => {
        for (let seq = run.first; seq < run.first + run.count; seq++) {
          worker.say(fail(seq));
          worker.say(done(seq));
        }
      }),
      expected: ['RangeError', 'RangeError', 'RangeError'],
    },
    {
      title: 'ignores answers for numbers that were never given',
      script: onRun((worker, run) => {
        worker.say(done(run.first + 1000, 5));
        worker.say(fail(run.first + 1000));
        worker.say({ type: 'dropped', seq: run.first + 1000, count: 9 });
        worker.say({ type: 'begin', seq: -5 });
        good(worker, run);
      }),
      expected: ['ok', 'ok', 'ok'],
    },
    {
      title: 'runs again what it dropped by itself',
      script: onRun((worker, run) => {
        if (worker.runs().length === 1) worker.say({ type: 'dropped', seq: run.first, count: run.count });
        else good(worker, run);
      }),
      expected: ['ok', 'ok', 'ok'],
    },
    {
      title: 'survives a second ready and answers after the end',
      script: onRun((worker, run) => {
        worker.say({ type: 'ready' });
        worker.end(run.first);
        setTimeout(() => worker.say(done(run.first)), 5);
      }),
      expected: ['ok', 'ok', 'ok'],
    },
  ];

  test.each(cases)('$title', async ({ script, expected }) => {
    const { apply } = bind(stage(firstThenGood(script)));
    expect(await outcomes([apply(1), apply(2), apply(3)])).toEqual(expected);
  });
});

describe('a dispatcher', () => {
  test('sends calls of one turn together once their time is known', async () => {
    const s = stage(good);
    await s.apply('first');
    await Promise.all(Array.from({ length: 8 }, (_, call) => s.apply(call)));
    const sizes = s.workers[0]?.runs().map((run) => (run as RunMessage).count);
    expect(Math.max(...(sizes as number[]))).toBeGreaterThan(1);
    expect(s.items()).toEqual(['first', 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('defines a function once for a worker', async () => {
    const s = stage(good);
    await Promise.all([s.apply(1), s.apply(2), s.map([1, 2, 3])]);
    expect(s.workers[0]?.received.filter(({ type }) => type === 'define')).toHaveLength(1);
  });

  test('keeps the order of a map when a worker answers from the back', async () => {
    const s = stage(
      onRun((worker, run) => {
        for (let item = run.count - 1; item >= 0; item--) worker.say(done(run.first + item));
      }),
    );
    const results = await s.map(['a', 'b', 'c', 'd'], { chunkSize: 4 });
    expect(results).toEqual(['result 0', 'result 1', 'result 2', 'result 3']);
  });

  test('counts only the first answer to each item of a chunk', async () => {
    const s = stage(
      onRun((worker, run) => {
        for (let seq = run.first; seq < run.first + run.count; seq++) {
          for (const answer of [done(seq), done(seq), fail(seq)]) worker.say(answer);
          worker.say({ type: 'dropped', seq, count: 1 });
          worker.say(done(run.first, run.count - 1));
        }
      }),
    );
    expect(await s.map(['a', 'b', 'c'], { chunkSize: 3 })).toEqual(['result 0', 'result 1', 'result 2']);
    expect(s.items()).toEqual(['a', 'b', 'c']);
    expect(await s.apply('next')).toBe('result 3');
  });

  test('moves what a dead worker had not begun, in order, and runs nothing twice', async () => {
    const s = stage(
      firstThenGood((worker, message) => {
        if (message.type !== 'run') return;
        worker.say(done(message.first, 2));
        worker.end(message.first + 3);
      }),
    );
    const error = await s.map([0, 1, 2, 3, 4, 5], { chunkSize: 6, collect: true }).catch((reason) => reason);
    expect(error.errors).toEqual([{ index: 2, reason: expect.any(WorkerDiedError) }]);
    expect(error.results).toEqual(['result 0', 'result 1', undefined, 'result 0', 'result 1', 'result 2']);
    expect(2 in error.results).toBe(false);
    expect(runsOf(s.workers[1]).flatMap((run) => Array.from(run.items as number[]))).toEqual([3, 4, 5]);
  });

  test('rejects a map with its first failure and drops the rest of it', async () => {
    const s = stage(
      onRun((worker, run) => {
        worker.say(fail(run.first));
      }),
    );
    await expect(s.map([1, 2, 3, 4], { chunkSize: 2 })).rejects.toThrow('item 0');
    await turn();
    expect(s.items()).toEqual([1, 2]);
    expect(s.workers[0]?.received.at(-1)).toEqual({ type: 'cancel', seq: 1, count: 1 });
  });

  test('rejects a silent item at its timeout and stops the worker after the grace period', async () => {
    const s = stage(
      firstThenGood((worker, message) => {
        if (message.type === 'run') worker.say({ type: 'begin', seq: message.first });
      }),
    );
    const late = s.apply('late', { timeoutMs: 10 });
    await expect(late).rejects.toThrow(TaskTimeoutError);
    expect(s.workers[0]?.flagged).toEqual([0]);
    expect(await s.apply('next')).toBe('result 0');
    expect(s.workers).toHaveLength(2);
  });

  test('does not count the time in the queue towards a timeout', async () => {
    const s = stage((worker, message) => {
      setTimeout(() => good(worker, message), 30);
    });
    await expect(
      Promise.all([s.apply(1, { timeoutMs: 20 }), s.apply(2, { timeoutMs: 20 })]),
    ).resolves.toHaveLength(2);
  });

  test('flags all items of an aborted map at once, so that the next one knows too', async () => {
    const s = stage(
      firstThenGood((worker, message) => {
        if (message.type === 'run') worker.begunNow = message.first + 1;
      }),
    );
    const stop = new AbortController();
    const call = s.map([1, 2, 3, 4], { chunkSize: 4, signal: stop.signal });
    await turn();
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(s.workers[0]?.flagged).toEqual([3]);
  });

  test('flags a cancelled item that begins before its worker has read the cancel', async () => {
    const s = stage(
      firstThenGood((worker, message) => {
        if (message.type === 'run' && worker.runs().length === 1) good(worker, message);
      }),
      { gracePeriodMs: 200 },
    );
    await s.apply('quick');
    const stop = new AbortController();
    const mine = s.apply('mine');
    const stuck = s.apply('stuck', { signal: stop.signal });
    await turn();
    const [worker] = s.workers as [ScriptedBackend];
    expect(worker.sent()).toBe(3);
    worker.begunNow = 2;
    stop.abort(new Error('enough'));
    await expect(stuck).rejects.toThrow('enough');
    expect(worker.flagged).toEqual([]);
    worker.begunNow = 3;
    worker.say(done(1));
    expect(await mine).toBe('result 1');
    await until(() => worker.flagged.length > 0);
    expect(worker.flagged).toEqual([2]);
    expect(worker.ended).toBe(false);
  });

  test('leaves the worker alone when a cancelled item is answered within the grace period', async () => {
    const s = stage((worker, message) => {
      if (message.type === 'cancel') worker.say(fail(message.seq));
      else if (message.type === 'stop') worker.end(worker.sent());
      else if (message.type === 'run' && worker.runs().length > 1) good(worker, message);
    });
    const stop = new AbortController();
    const call = s.apply('long', { signal: stop.signal });
    await turn();
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await s.apply('next')).toBe('result 1');
    expect(s.workers).toHaveLength(1);
  });

  test('moves unbegun items of others when it stops a worker for one cancelled item', async () => {
    const begun: unknown[] = [];
    const s = stage(
      firstThenGood((worker, message) => {
        if (message.type !== 'run') return;
        if (worker.runs().length === 1) return good(worker, message);
        // The second run is begun and never answered; the third waits behind it.
        worker.begunNow = 2;
        begun.push(message.first);
      }),
    );
    await s.apply('quick');
    const stop = new AbortController();
    const stuck = s.apply('stuck', { signal: stop.signal });
    const other = s.apply('other');
    await turn();
    stop.abort(new Error('enough'));
    await expect(stuck).rejects.toThrow('enough');
    expect(await other).toBe('result 0');
    expect(begun.length).toBeGreaterThan(0);
    expect(s.workers).toHaveLength(2);
  });

  test('rejects what waits when workers cannot be started, and tries again for later calls', async () => {
    let broken = true;
    const s = stage(good, {
      size: 2,
      onStart: (worker) => {
        if (broken) throw new Error('no threads left');
        ready(worker);
      },
    });
    const error = (await s.apply(1).catch((reason) => reason)) as WorkerDiedError & { cause: Error };
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error.cause.message).toBe('no threads left');
    expect(s.workers.length).toBeLessThan(10);
    broken = false;
    expect(await s.apply(2)).toBe('result 0');
  });

  test('gives up after a few workers that die before they are ready', async () => {
    const s = stage(good, { onStart: (worker) => worker.end(0) });
    expect(await outcomes([s.apply(1), s.map([1, 2])])).toEqual(['WorkerDiedError', 'WorkerDiedError']);
    expect(s.workers.length).toBeLessThan(10);
  });

  test('rejects an item that ends every worker it comes to, and delivers those that came with it', async () => {
    let began = 0;
    const s = stage(
      (worker, message) => {
        if (message.type !== 'run') return good(worker, message);
        // A message that holds the bad item ends the worker before anything of it begins.
        const items = Array.from(message.items as unknown[]);
        if (items.includes('poison')) worker.end(message.first, 'oom');
        else {
          worker.begunNow = message.first + message.count;
          began += items.length;
          good(worker, message);
        }
      },
      { size: 2 },
    );
    // Once a time is known, calls of one turn travel together.
    await s.apply('first');
    const calls = ['a', 'b', 'poison', 'c', 'd', 'e'].map((item) => s.apply(item));
    const trickle = (async () => {
      for (let call = 0; call < 100; call++) await s.apply(call);
    })();
    const map = s.map([1, 2, 'poison', 4], { chunkSize: 4, collect: true }).catch((reason) => reason);
    expect(await outcomes(calls)).toEqual(['ok', 'ok', 'WorkerDiedError', 'ok', 'ok', 'ok']);
    expect(await calls[2]?.catch((reason) => reason)).toMatchObject({ reason: 'oom' });
    const mapped = await map;
    expect(mapped.errors).toEqual([{ index: 2, reason: expect.any(WorkerDiedError) }]);
    await trickle;
    expect(began).toBe(109);
    expect(s.workers.length).toBeLessThan(16);
  });

  test('does not take workers that were ready for workers that cannot be started', async () => {
    const s = stage((worker, message) => {
      if (message.type === 'run' && Array.from(message.items as unknown[]).includes('poison')) worker.end(0);
      else good(worker, message);
    });
    const calls = ['poison', 'innocent', 'other'].map((item) => s.apply(item));
    expect(await outcomes(calls)).toEqual(['WorkerDiedError', 'ok', 'ok']);
    expect(s.workers).toHaveLength(4);
  });

  test('terminate settles everything although a worker ignores it, within 5 seconds', async () => {
    const s = stage(() => {}, { size: 2 });
    const calls = Array.from({ length: 100 }, (_, call) => s.apply(call));
    await turn();
    for (const worker of s.workers) worker.obedient = false;
    const since = performance.now();
    const ending = s.dispatcher.terminate();
    expect(new Set(await outcomes(calls))).toEqual(new Set(['PoolClosedError']));
    expect(performance.now() - since).toBeLessThan(500);
    await ending;
    expect(performance.now() - since).toBeLessThan(5000);
    await s.dispatcher.join();
  });

  test('terminate settles the calls of a worker that never becomes ready', async () => {
    const s = stage(good, { onStart: () => {} });
    const call = s.apply(1);
    await turn();
    await Promise.all([expect(call).rejects.toThrow(PoolClosedError), s.dispatcher.terminate()]);
  });

  test('join waits for pending calls and the ends of workers, and refuses an open pool', async () => {
    const s = stage(good);
    await expect(s.dispatcher.join()).rejects.toThrow(InvalidStateError);
    const call = s.apply(1);
    s.dispatcher.close();
    await expect(s.apply(2)).rejects.toThrow(PoolClosedError);
    await s.dispatcher.join();
    expect(await call).toBe('result 0');
    expect(s.workers.every(({ ended }) => ended)).toBe(true);
  });

  test('close stops a worker that does not end by itself', async () => {
    const s = stage((worker, message) => {
      if (message.type !== 'stop') good(worker, message);
    });
    await s.apply(1);
    s.dispatcher.close();
    await s.dispatcher.join();
    expect(s.workers[0]?.ended).toBe(true);
  });

  test('ends a worker that has been idle for long and starts another for the next call', async () => {
    const s = stage(good, { idleTimeoutMs: 10 });
    await s.apply(1);
    await until(() => s.workers[0]?.ended === true);
    expect(await s.apply(2)).toBe('result 0');
    expect(s.workers).toHaveLength(2);
  });

  test('keeps the program alive while a worker has work, and not longer', async () => {
    const s = stage(good);
    const call = s.apply(1);
    await Promise.resolve();
    expect(s.workers[0]?.busy).toBe(true);
    await call;
    await turn();
    expect(s.workers[0]?.busy).toBe(false);
  });
});

describe('a dispatcher on a worker that dies at each step', () => {
  // Every number of items begun and of answers sent before the end, in a chunk of four.
  const steps = [0, 1, 2, 3, 4].flatMap((begun) =>
    Array.from({ length: begun + 1 }, (_, answered) => ({ begun, answered })),
  );
  test.each(steps)(
    'begun $begun, answered $answered: each item settles once',
    async ({ begun, answered }) => {
      const s = stage(
        firstThenGood((worker, message) => {
          if (message.type !== 'run') return;
          if (answered > 0) worker.say(done(message.first, answered) as FromWorker);
          worker.end(message.first + begun);
        }),
      );
      const outcome = s.map([10, 11, 12, 13], { chunkSize: 4, collect: true });
      const lost = await outcome.then(
        () => [],
        (error) => error.errors.map(({ index }: { index: number }) => index),
      );
      expect(lost).toEqual([0, 1, 2, 3].filter((item) => item >= answered && item < begun));
      const again = (s.workers.slice(1).flatMap((worker) => worker.runs()) as RunMessage[]).flatMap((run) =>
        Array.from(run.items as number[]),
      );
      expect(again).toEqual([10, 11, 12, 13].slice(begun));
    },
  );
});

function bind(s: Stage): { apply: Stage['apply'] } {
  return { apply: s.apply.bind(s) };
}
