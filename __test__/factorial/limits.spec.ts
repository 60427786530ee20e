import { threadActivity } from 'allcores/diagnostics';
import * as kernels from 'allcores/factorial';
import { describe, expect, test } from 'vitest';
import { report, runFixture } from '../addon/child.js';

type Callable = ((...args: unknown[]) => unknown) & {
  readonly async: (...args: unknown[]) => Promise<unknown>;
};
const kernel = (name: string) => (kernels as unknown as Record<string, Callable>)[name] as Callable;

/** The arguments of the largest results that a bigint holds, and of the next, with what the error says. */
const limits: [string, unknown[], unknown[], RegExp][] = [
  ['doubleFactorial', [86_181_405], [86_181_406], /86181406.*no bigint/],
  ['primorial', [744_287_446], [744_287_447], /744287447.*no bigint/],
  ['fallingFactorial', [44_787_927, 44_787_927], [44_787_928, 44_787_928], /1073741824 bits.*no other form/],
  ['fallingFactorial', [2 ** 50, 21_474_836], [2 ** 50, 21_474_837], /1073741824 bits/],
  ['risingFactorial', [1, 44_787_927], [1, 44_787_928], /1073741824 bits/],
  ['binomial', [1_073_741_839, 536_870_919], [1_073_741_842, 536_870_921], /1073741824 bits/],
  ['multinomial', [[536_870_880, 536_870_880, 1]], [[2 ** 53 - 1, 2 ** 26]], /1073741824 bits/],
  ['factorialAll', [[5, 44_787_927]], [[5, 44_787_928]], /ns\[1\].*factorialString\(\)/],
];

describe('a result that no bigint holds', () => {
  test.each(limits)(
    '%s of %j is begun, of %j a RangeError before any work',
    async (name, good, bad, says) => {
      const before = threadActivity(0);
      const refused = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: expect.stringMatching(says) };
      expect(() => kernel(name)(...bad)).toThrow(expect.objectContaining(refused));
      const promise = kernel(name).async(...bad);
      expect(threadActivity(0)).toEqual(before);
      await expect(promise).rejects.toMatchObject(refused);
      const controller = new AbortController();
      const begun = kernel(name).async(...good, { signal: controller.signal });
      while (threadActivity(0).blocks < before.blocks + 3) await new Promise((done) => setTimeout(done, 1));
      controller.abort('enough');
      await expect(begun).rejects.toBe('enough');
    },
  );

  test('multiply and bigintFromString refuse it by the size of what they are given', async () => {
    const half = 1n << (2n ** 29n);
    const refused = { name: 'RangeError', message: expect.stringMatching(/1073741824 bits/) };
    expect(() => kernels.multiply(half, -half)).toThrow(expect.objectContaining(refused));
    await expect(kernels.multiply.async(half, half)).rejects.toMatchObject(refused);
    const text = '9'.repeat(323_228_500);
    expect(() => kernels.bigintFromString(text)).toThrow(expect.objectContaining(refused));
    // As many zeros in front do not count.
    expect(kernels.bigintFromString(`${'0'.repeat(323_228_500)}12`)).toBe(12n);
  });
});

describe('maxMemory', () => {
  test('refuses a call by its estimate before any work, and lets one pass that is allowed as much', async () => {
    for (const [name, args] of [
      ['factorial', [30_000]],
      ['factorialString', [30_000]],
      ['factorialAll', [[30_000, 5]]],
      ['doubleFactorial', [30_001]],
      ['primorial', [30_000]],
      ['fallingFactorial', [30_000, 30]],
      ['risingFactorial', [-30_000, 30]],
      ['binomial', [30_000, 15_000]],
      ['multinomial', [[30_000, 3, 5]]],
      ['multiply', [1n << 30_000n, 1n << 9n]],
      ['bigintToString', [1n << 30_000n]],
      ['bigintFromString', ['7'.repeat(30_000)]],
    ] as const) {
      const before = threadActivity(0);
      const error = await kernel(name)
        .async(...args, { maxMemory: 1000 })
        .catch((reason: unknown) => reason);
      expect(error, name).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });
      const [, bytes] = /the (\d+) bytes.*got 1000$/.exec((error as Error).message) ?? [];
      expect(() => kernel(name)(...args, { maxMemory: Number(bytes) - 1 }), name).toThrow(RangeError);
      expect(threadActivity(0)).toEqual(before);
      const allowed = await kernel(name).async(...args, { maxMemory: Number(bytes) });
      expect(allowed).toEqual(kernel(name)(...args, { maxMemory: Number(bytes) }));
    }
  });

  test('grows with the number, and with all numbers of a list together', async () => {
    const estimate = async (promise: Promise<unknown>) => {
      const { message } = await promise.then(
        () => new Error('accepted'),
        (error: Error) => error,
      );
      return Number(/the (\d+) bytes/.exec(message)?.[1]);
    };
    const none = { maxMemory: 0 };
    const one = await estimate(kernels.factorial.async(1_000_000, none));
    const larger = await estimate(kernels.factorial.async(10_000_000, none));
    expect(larger).toBeGreaterThan(8 * one);
    const many = Array.from({ length: 100 }, (_, at) => 1_000_000 - at);
    const all = await estimate(kernels.factorialAll.async(many, none));
    expect(all).toBeGreaterThan(one + 100 * 2.2e6);
  });

  /** Large enough that the call's own memory is most of the peak. */
  const big: [string, unknown[]][] = [
    ['factorial', [1_500_000]],
    ['factorialString', [1_200_000]],
    ['factorialAll', [[400_000, 300_000, 400_001, 300_002, 399_000]]],
    ['doubleFactorial', [2_500_001]],
    ['primorial', [20_000_000]],
    ['fallingFactorial', [2 ** 53 - 1, 300_000]],
    ['fallingFactorial', [1_200_000, 1_100_000]],
    ['binomial', [16_000_000, 8_000_000]],
    ['binomial', [2 ** 53 - 1, 200_000]],
    ['multiply', [{ bits: 10_000_000 }, { bits: 12_000_000 }]],
    ['bigintToString', [{ bits: 9_000_000 }]],
  ];

  test.runIf(process.platform === 'linux').each(big)(
    'estimates more for %s of %j than the call takes, which gives it back',
    { timeout: 120_000 },
    async (name, args) => {
      const ended = await runFixture('bigint-memory.mjs', {
        args: [name, JSON.stringify(args)],
        execArgv: ['--expose-gc'],
        timeout: 110_000,
      });
      const { outcome, estimated, peak, left } = report<Record<string, number>>(ended);
      expect(outcome).toBe('resolved');
      expect(peak).toBeLessThan(estimated as number);
      // It is an estimate, and not any large number.
      expect(peak).toBeGreaterThan((estimated as number) / 12);
      expect(left).toBeLessThan(25e6);
    },
  );

  test.runIf(process.platform === 'linux').each([
    ['factorial', 10_000_000],
    ['factorialString', 10_000_000],
  ])(
    'of a call that is aborted in its middle is given back: %s(%d)',
    { timeout: 120_000 },
    async (name, n) => {
      const ended = await runFixture('bigint-memory.mjs', {
        args: [name, JSON.stringify([n]), '300'],
        execArgv: ['--expose-gc'],
        timeout: 110_000,
      });
      const { outcome, left, waited, busy } = report<Record<string, number>>(ended);
      expect(outcome).toBe('aborted');
      expect(waited).toBeLessThan(1000);
      expect(busy).toBeLessThan(150);
      expect(left).toBeLessThan(40e6);
    },
  );
});
