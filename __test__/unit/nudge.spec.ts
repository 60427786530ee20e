/** How a pool has silent workers say what they have done, on scripted workers and a clock of the test's own. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Dispatcher } from '#dist/pool/dispatcher.js';
import type { Fleet } from '#dist/pool/fleet.js';
import { Nudge } from '#dist/pool/nudge.js';
import { until } from '../waits.js';
import { done, type ScriptedBackend } from './scripted-backend.js';
import { onRun, stages, turn } from './stage.js';

const idleTimeoutMs = 1000;

/** Workers by name that have been silent since so many milliseconds after now, until they are nudged. */
function fleet(nudged: string[], workers: Record<string, number | undefined>): Fleet {
  const now = performance.now();
  const slots = Object.entries(workers).map(([name, after]) => ({
    silentSince: after === undefined ? undefined : now + after,
    nudge() {
      this.silentSince = undefined;
      nudged.push(name);
    },
  }));
  return { slots } as unknown as Fleet;
}

/** Answers nothing by itself. */
const silent = onRun(() => {});

describe('a worker', () => {
  // Before the hook that gives the clock back, which then runs first.
  const stage = stages();
  /** Its dispatcher has one worker, which has got the items. */
  async function mapping(
    items: number[],
  ): Promise<{ dispatcher: Dispatcher; worker: ScriptedBackend; result: Promise<unknown> }> {
    const s = stage(silent, { idleTimeoutMs });
    const result = s.map(items, { chunkSize: items.length }).catch((reason: unknown) => reason);
    await turn();
    const worker = s.workers[0] as ScriptedBackend;
    expect(worker.sent()).toBe(items.length);
    return { dispatcher: s.dispatcher, worker, result };
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('with several items is nudged when it has said nothing for 5 ms, once, and then nobody looks any more', async () => {
    const { worker } = await mapping([1, 2, 3]);
    vi.advanceTimersByTime(4);
    expect(worker.nudges).toBe(0);
    vi.advanceTimersByTime(1);
    expect(worker.nudges).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(worker.nudges).toBe(1);
  });

  test('is left alone for 5 ms by each answer, and nudged again in the next silence', async () => {
    const { worker } = await mapping([1, 2, 3, 4]);
    vi.advanceTimersByTime(3);
    worker.say(done(0));
    vi.advanceTimersByTime(4);
    expect(worker.nudges).toBe(0);
    vi.advanceTimersByTime(1);
    expect(worker.nudges).toBe(1);
    worker.say(done(1));
    vi.advanceTimersByTime(4);
    expect(worker.nudges).toBe(1);
    vi.advanceTimersByTime(1);
    expect(worker.nudges).toBe(2);
  });

  test('is not nudged for its last item, nor after the call', async () => {
    const { worker, result } = await mapping([1, 2]);
    worker.say(done(0));
    vi.advanceTimersByTime(100);
    expect(worker.nudges).toBe(0);
    worker.say(done(1));
    expect(await result).toEqual(['result 0', 'result 1']);
    vi.advanceTimersByTime(100);
    expect(worker.nudges).toBe(0);
  });

  test('leaves no timer behind when the call has ended', async () => {
    const startedAt = performance.now();
    const { worker, result } = await mapping([1, 2, 3]);
    expect(vi.getTimerCount()).toBe(1);
    worker.say(done(0, 3));
    await result;
    vi.advanceTimersByTime(5);
    // The one that ends idle workers, and nothing that looks again and again until then.
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersToNextTimer();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(idleTimeoutMs);
  });

  test('leaves no timer behind when its dispatcher is terminated', async () => {
    const { dispatcher, worker, result } = await mapping([1, 2, 3]);
    await dispatcher.terminate();
    await result;
    expect(worker.ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that was silent first is nudged first', () => {
    const nudged: string[] = [];
    const slots = { early: 0, late: 3, never: undefined };
    const nudge = new Nudge(fleet(nudged, slots));
    nudge.watch();
    vi.advanceTimersByTime(4);
    expect(nudged).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(nudged).toEqual(['early']);
    vi.advanceTimersByTime(3);
    expect(nudged).toEqual(['early', 'late']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has no timer when it has one item only', async () => {
    await mapping([1]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('the timer does not keep the program alive', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const nudged: string[] = [];
  const nudge = new Nudge(fleet(nudged, { first: 0, second: 20, third: 2000 }));
  const before = timers();
  nudge.watch();
  expect(timers()).toBe(before);
  await until(() => nudged.length === 2);
  nudge.release();
});
