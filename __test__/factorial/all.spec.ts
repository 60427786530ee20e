import { factorial, factorialAll } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';
import { seeded } from './naive.js';

async function check(ns: ArrayLike<number | bigint>): Promise<void> {
  const expected = Array.from(ns, (n) => factorial(n));
  for (const results of [factorialAll(ns), await factorialAll.async(ns)]) {
    expect(results).toHaveLength(ns.length);
    for (const [at, value] of expected.entries()) {
      if (results[at] !== value) throw new Error(`result ${at}, of ${ns[at]}, is wrong`);
    }
  }
}

describe('factorialAll', () => {
  test('gives the factorials in the order of the numbers, also of equal ones', async () => {
    await check([5, 3, 20, 3, 0, 1, 20]);
    await check([]);
    await check([7]);
    await check([100n, 3, 99n, 100]);
    await check(Uint16Array.of(300, 2, 300));
    await check(BigInt64Array.of(40n, 39n));
  });

  test('gives them for shuffled random lists, dense and sparse', async () => {
    const { below } = seeded(41);
    for (const [length, bound] of [
      [2000, 1500],
      [300, 300],
      [600, 20_000],
      [40, 60_000],
    ] as const) {
      await check(Array.from({ length }, () => below(bound)));
    }
  });

  test('gives one and the same bigint for equal numbers a short time for many of them', () => {
    const many = new Array(50_000).fill(3000);
    const results = factorialAll(many);
    expect(results).toHaveLength(50_000);
    expect(results.every((value) => value === results[0])).toBe(true);
    expect(results[0] === factorial(3000)).toBe(true);
  });

  test('tells the step at which its async form is', async () => {
    const fractions: number[] = [];
    const ns = Array.from({ length: 500 }, (_, at) => 3000 - at);
    await factorialAll.async(ns, { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.length).toBeGreaterThanOrEqual(20);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    const none: number[] = [];
    await factorialAll.async([], { onProgress: (fraction) => none.push(fraction) });
    expect(none).toEqual([1]);
  });

  test('stops when its signal aborts, and when onProgress throws', async () => {
    const ns = Array.from({ length: 400 }, (_, at) => 100_000 + at);
    const controller = new AbortController();
    const aborted = factorialAll.async(ns, {
      signal: controller.signal,
      onProgress: () => controller.abort('seen enough'),
    });
    await expect(aborted).rejects.toBe('seen enough');
    const reason = new Error('thrown by onProgress');
    const thrown = factorialAll.async(ns, {
      onProgress: () => {
        throw reason;
      },
    });
    await expect(thrown).rejects.toBe(reason);
    await expect(factorialAll.async([5], { signal: AbortSignal.abort('early') })).rejects.toBe('early');
  });
});
