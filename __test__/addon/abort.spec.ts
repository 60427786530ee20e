import { getEventListeners } from 'node:events';
import { createContext, runInContext } from 'node:vm';
import { exercise, threadActivity } from 'allcores/diagnostics';
import { factorial, factorialString } from 'allcores/factorial';
import { sum } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';

const TEN_MINUTES = 600_000;

async function blocksOfThisThread(atLeast: number): Promise<void> {
  while (threadActivity(0).blocks < atLeast) await new Promise((done) => setTimeout(done, 1));
}

describe('aborting an asynchronous kernel', () => {
  test('in mid-kernel rejects with the very reason of the signal, and the kernel stops', async () => {
    const controller = new AbortController();
    const reason = { why: 'the user left' };
    const before = threadActivity(0).blocks;
    const promise = exercise.async(TEN_MINUTES, { signal: controller.signal });
    await blocksOfThisThread(before + 3);
    controller.abort(reason);
    const thrown = await promise.catch((error: unknown) => error);
    expect(thrown).toBe(reason);
    // The promise settles when the kernel has stopped, so no time is burnt from here on. A kernel
    // that went on would use two to eight times the 300 ms that are looked at.
    const started = process.cpuUsage();
    await new Promise((done) => setTimeout(done, 300));
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(150);
    expect(threadActivity(0).jobs).toBe(0);
  });

  test.each([
    ['factorial', () => factorial],
    ['factorialString', () => factorialString],
  ])('stops %s, whose work is nested, in mid-call', async (_, kernel) => {
    const controller = new AbortController();
    const before = threadActivity(0).blocks;
    const promise = kernel().async(20_000_000, { signal: controller.signal });
    await blocksOfThisThread(before + 3);
    const begun = performance.now();
    controller.abort();
    await expect(promise).rejects.toBe(controller.signal.reason);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  test('rejects a call that still waits for its turn, which then never starts', async () => {
    const first = new AbortController();
    const second = new AbortController();
    const running = exercise.async(TEN_MINUTES, { signal: first.signal });
    const waiting = exercise.async(TEN_MINUTES, { signal: second.signal });
    const both = Promise.allSettled([running, waiting]);
    second.abort('not needed');
    first.abort('over');
    expect(await both).toMatchObject([{ reason: 'over' }, { reason: 'not needed' }]);
  });

  test('before the call starts nothing', async () => {
    const before = threadActivity(0);
    const promise = exercise.async(TEN_MINUTES, { signal: AbortSignal.abort('too late') });
    expect(threadActivity(0)).toEqual(before);
    await expect(promise).rejects.toBe('too late');
    expect(threadActivity(0)).toEqual(before);
  });

  test('works with a timeout, whose reason is a TimeoutError', async () => {
    const promise = exercise.async(TEN_MINUTES, { signal: AbortSignal.timeout(10) });
    await expect(promise).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('after the end changes nothing', async () => {
    const controller = new AbortController();
    expect(await exercise.async(2, { signal: controller.signal })).toBe(2);
    controller.abort();
    expect(await exercise.async(2)).toBe(2);
  });

  test('stops only the calls that were given the signal', async () => {
    const controller = new AbortController();
    const aborted = [1, 2, 3].map(() => exercise.async(TEN_MINUTES, { signal: controller.signal }));
    const kept = exercise.async(20);
    controller.abort('those');
    for (const result of await Promise.allSettled(aborted)) expect(result).toMatchObject({ reason: 'those' });
    expect(await kept).toBe(20);
  });

  test('leaves no listener on the signal, however the call ends', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    await exercise.async(2, { signal });
    await exercise.async(2, { signal, panic: true }).catch(() => {});
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const promise = exercise.async(TEN_MINUTES, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort();
    await promise.catch(() => {});
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('takes a signal of another realm and refuses what is no signal', async () => {
    const context = createContext({ AbortController });
    const controller = runInContext('new AbortController()', context) as AbortController;
    const promise = exercise.async(TEN_MINUTES, { signal: controller.signal });
    controller.abort('far away');
    await expect(promise).rejects.toBe('far away');
    for (const signal of [{}, 'abort', 1, null, new AbortController()]) {
      const call = exercise.async(2, { signal: signal as unknown as AbortSignal });
      await expect(call).rejects.toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
    }
  });

  test('has no meaning for a blocking call, which refuses the option', () => {
    const options = { signal: new AbortController().signal } as object;
    expect(() => exercise(2, options)).toThrow(/Unknown option `signal` of exercise/);
    expect(() => sum([1], options)).toThrow(/Unknown option `signal` of sum/);
  });
});

describe('the event loop during an asynchronous kernel', () => {
  test('keeps turning: timers go on', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await exercise.async(600); // 600 ms of work for one core, 300 for two, 75 for eight
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(5);
  });
});
