/** How a pool has silent workers say what they have done, on scripted workers and a clock of the test's own. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fleet } from '#dist/pool/fleet.js';
import { Nudge } from '#dist/pool/nudge.js';
import type { Slot } from '#dist/pool/slot.js';
import { done, type ScriptedBackend } from './scripted-backend.js';
import { onRun, Stage, turn, until } from './stage.js';

const idleTimeoutMs = 1000;

/** Workers of which only that is known which matters here. */
function fleet(...slots: Partial<Slot>[]): Fleet {
  return { slots: slots.map((slot) => ({ silentSince: performance.now(), ...slot })) } as unknown as Fleet;
}

/** Answers nothing by itself. */
const silent = onRun(() => {});

describe('a worker with several items', () => {
  const open: Stage[] = [];
  /** Its dispatcher has one worker, which has got the items. */
  async function mapping(items: number[]): Promise<{ worker: ScriptedBackend; result: Promise<unknown> }> {
    const s = new Stage(silent, { idleTimeoutMs });
    open.push(s);
    const result = s.map(items, { chunkSize: items.length }).catch((reason: unknown) => reason);
    await turn();
    const worker = s.workers[0] as ScriptedBackend;
    expect(worker.sent()).toBe(items.length);
    return { worker, result };
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });

  afterEach(async () => {
    vi.useRealTimers();
    await Promise.all(open.splice(0).map(({ dispatcher }) => dispatcher.terminate()));
  });

  test('is nudged when it has said nothing for 5 ms, and again after as long', async () => {
    const { worker } = await mapping([1, 2, 3]);
    vi.advanceTimersByTime(4);
    expect(worker.nudges).toBe(0);
    vi.advanceTimersByTime(1);
    expect(worker.nudges).toBe(1);
    vi.advanceTimersByTime(4);
    expect(worker.nudges).toBe(1);
    // It may have seen the first one before it had done anything.
    vi.advanceTimersByTime(1);
    expect(worker.nudges).toBe(2);
    vi.advanceTimersByTime(50);
    expect(worker.nudges).toBe(12);
  });

  test('is left alone for 5 ms by each answer', async () => {
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
    const { worker, result } = await mapping([1, 2, 3]);
    await open[0]?.dispatcher.terminate();
    await result;
    expect(worker.ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('which only waits has no timer', () => {
    const nudge = new Nudge(fleet({ outstanding: 0 }, { outstanding: 1 }));
    nudge.watch();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('the timer does not keep the program alive', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  let nudges = 0;
  const nudge = new Nudge(fleet({ outstanding: 2, nudge: () => nudges++ }));
  const before = timers();
  nudge.watch();
  expect(timers()).toBe(before);
  await until(() => nudges > 0);
  nudge.release();
  const last = nudges;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(nudges).toBe(last);
});
