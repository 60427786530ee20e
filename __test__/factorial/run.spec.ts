/** Progress, cancellation and the event loop. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { threadActivity } from 'allcores/diagnostics';
import {
  bigintFromString,
  bigintToString,
  binomial,
  doubleFactorial,
  factorial,
  factorialAll,
  factorialString,
  fallingFactorial,
  multinomial,
  multiply,
  primorial,
  risingFactorial,
} from 'allcores/factorial';
import { beforeAll, describe, expect, test } from 'vitest';

interface Options {
  signal?: AbortSignal;
  onProgress?: (fraction: number) => void;
}
type Start = (options: Options) => Promise<unknown>;

let long = 0n;
let text = '';

beforeAll(() => {
  long = factorial(150_000);
  text = '123456789'.repeat(60_000);
});

/** A call of every kernel that takes long enough to be stopped in its middle. */
const calls: [string, Start][] = [
  ['factorial', (options) => factorial.async(3_000_000, options)],
  ['factorialString', (options) => factorialString.async(2_000_000, options)],
  ['factorialAll', (options) => factorialAll.async([1_000_000, 900_000, 1_000_001, 500_000], options)],
  ['doubleFactorial', (options) => doubleFactorial.async(4_000_001, options)],
  ['fallingFactorial', (options) => fallingFactorial.async(2 ** 50, 400_000, options)],
  ['risingFactorial', (options) => risingFactorial.async(7, 2_000_000, options)],
  ['binomial', (options) => binomial.async(20_000_000, 10_000_000, options)],
  ['multinomial', (options) => multinomial.async([1_000_000, 2 ** 40, 300_000], options)],
  ['primorial', (options) => primorial.async(20_000_000, options)],
  ['multiply', (options) => multiply.async(long << 40_000_000n, -(long << 30_000_000n) - 1n, options)],
  ['bigintToString', (options) => bigintToString.async(long << 9_000_000n, options)],
  ['bigintFromString', (options) => bigintFromString.async(text.repeat(6), options)],
];

describe.each(calls)('%s.async', (_, start) => {
  test('stops in mid-call when its signal aborts, and burns no time from there on', async () => {
    const controller = new AbortController();
    const before = threadActivity(0).blocks;
    const promise = start({ signal: controller.signal });
    const outcome = promise.then(
      () => 'it was done before the abort',
      (error: unknown) => error,
    );
    while (threadActivity(0).blocks < before + 3) await new Promise((done) => setImmediate(done));
    const reason = new Error('changed my mind');
    controller.abort(reason);
    expect(await outcome).toBe(reason);
    const since = process.cpuUsage();
    await new Promise((done) => setTimeout(done, 200));
    const { user, system } = process.cpuUsage(since);
    expect((user + system) / 1000).toBeLessThan(120);
    expect(threadActivity(0).jobs).toBe(0);
  });
});

describe('the progress', () => {
  const small: [string, Start][] = [
    ['factorial', (options) => factorial.async(150_000, options)],
    ['factorialString', (options) => factorialString.async(100_000, options)],
    ['doubleFactorial', (options) => doubleFactorial.async(250_001, options)],
    ['fallingFactorial', (options) => fallingFactorial.async(2 ** 50, 40_000, options)],
    ['risingFactorial', (options) => risingFactorial.async(7, 150_000, options)],
    ['binomial', (options) => binomial.async(2_000_000, 1_000_000, options)],
    ['multinomial', (options) => multinomial.async([100_000, 2 ** 40, 3000], options)],
    ['primorial', (options) => primorial.async(3_000_000, options)],
    ['multiply', (options) => multiply.async(long, long + 1n, options)],
    ['bigintToString', (options) => bigintToString.async(long, options)],
    ['bigintFromString', (options) => bigintFromString.async(text, options)],
  ];

  test.each(small)('of %s rises to 1', async (_, start) => {
    const fractions: number[] = [];
    await start({ onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.at(-1)).toBe(1);
    for (const [at, fraction] of fractions.entries()) {
      expect(fraction).toBeGreaterThan(fractions[at - 1] ?? 0);
      expect(fraction).toBeLessThanOrEqual(1);
    }
  });

  test('of a long call comes in many steps, with the loop free for other work', async () => {
    const fractions: number[] = [];
    await factorial.async(6_000_000, { onProgress: (fraction) => fractions.push(fraction) });
    // The steps below 1 are the ones that somebody had to ask for.
    expect(fractions.length).toBeGreaterThanOrEqual(4);
    expect(fractions[0]).toBeLessThan(0.9);
  });

  test('that is thrown at stops the call, which rejects with it', async () => {
    const reason = new Error('thrown by onProgress');
    let calls = 0;
    const promise = factorial.async(3_000_000, {
      onProgress: () => {
        calls++;
        throw reason;
      },
    });
    await expect(promise).rejects.toBe(reason);
    expect(calls).toBe(1);
    expect(threadActivity(0).jobs).toBe(0);
  });

  test('is refused when it is no function', async () => {
    for (const onProgress of [1, 'text', {}, null]) {
      await expect(factorial.async(5, { onProgress: onProgress as never })).rejects.toMatchObject({
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_TYPE',
      });
    }
  });

  test('and a signal work together, and an aborted signal is seen before any work', async () => {
    const onProgress = () => {};
    const before = threadActivity(0);
    const promise = factorial.async(5, { onProgress, signal: AbortSignal.abort('early') });
    await expect(promise).rejects.toBe('early');
    expect(threadActivity(0)).toEqual(before);
    const controller = new AbortController();
    const stopped = factorial.async(3_000_000, {
      signal: controller.signal,
      onProgress: () => controller.abort('seen'),
    });
    await expect(stopped).rejects.toBe('seen');
  });
});

describe('the event loop', () => {
  test('is free while a factorial is computed', async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await factorial.async(1_000_000);
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(100);
  });
});
