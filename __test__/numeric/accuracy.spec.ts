import { correlation, covariance, std, describe as summary, variance } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { randomWords } from '../fixtures/kernel-data.mjs';
import * as rational from '../fuzz/rational.js';

const RELATIVE = 1e-13;

/** Around the blocks of 4,096 elements, and long enough to be split over threads. */
const lengths = [2, 3, 100, 4095, 4096, 4097, 20_011, 140_000];

function noise(length: number, seed: number, value: (noise: number) => number): Float64Array {
  const next = randomWords(seed);
  return Float64Array.from({ length }, () => value(next() / 2 ** 31 - 1));
}

/** Data that cancels when it is handled badly, or whose squares are no doubles. */
const data: readonly (readonly [name: string, value: (noise: number) => number])[] = [
  ['1e9 plus noise', (u) => 1e9 + u],
  ['noise at the scale 1e-300', (u) => u * 1e-300],
  ['noise at the scale 1e300', (u) => u * 1e300],
  ['1e9 plus noise at the scale 1e-300', (u) => (1e9 + u) * 1e-300],
  ['1e3 plus noise at the scale 1e300', (u) => (1e3 + u) * 1e300],
];

/** How far a result may be: 1e-13 of the exact one; below the normal doubles, one unit of the last place. */
function expectClose(found: number, exact: number, what: string): void {
  if (Object.is(found, exact)) return;
  expect(Math.abs(found - exact), `${what}: ${found} for ${exact}`).toBeLessThanOrEqual(
    Math.max(Math.abs(exact) * RELATIVE, Number.MIN_VALUE),
  );
}

describe.each(data)('on %s, against exact rationals', (_, value) => {
  const arrays = lengths.map((length) => {
    const x = noise(length, length, value);
    return { x, moments: rational.moments(Array.from(x)) };
  });

  test('variance and std are within 1e-13', async () => {
    for (const { x, moments } of arrays) {
      for (const ddof of [0, 1]) {
        const fraction = rational.variance(moments, BigInt(ddof));
        const what = `${x.length} elements, ddof ${ddof}`;
        expectClose(variance(x, { ddof }), rational.rounded(...fraction), `variance of ${what}`);
        expectClose(std(x, { ddof }), rational.squareRoot(...fraction), `std of ${what}`);
        expect(await variance.async(x, { ddof })).toBe(variance(x, { ddof }));
        expect(await std.async(x, { ddof })).toBe(std(x, { ddof }));
      }
    }
  });

  test('describe is within 1e-13 in all that it computes', () => {
    for (const { x, moments } of arrays) {
      const found = summary(x, { ddof: 1 });
      const fraction = rational.variance(moments, 1n);
      const { n, sum } = moments;
      // What is near 0 by cancellation has an error by the size of what was added.
      const size = x.reduce((most, element) => Math.max(most, Math.abs(element)), 0);
      expect(found).toMatchObject({ count: x.length, nanCount: 0, min: min(x), max: max(x) });
      expectClose(found.variance, rational.rounded(...fraction), `variance of ${x.length}`);
      expectClose(found.std, rational.squareRoot(...fraction), `std of ${x.length}`);
      const mean = rational.rounded(sum, n << rational.UNIT);
      expect(Math.abs(found.mean - mean)).toBeLessThanOrEqual(size * RELATIVE);
      const total = rational.rounded(sum, 1n << rational.UNIT);
      expect(Math.abs(found.sum - total)).toBeLessThanOrEqual(size * x.length * RELATIVE);
    }
  });
});

function min(x: Float64Array): number {
  return x.reduce((a, b) => Math.min(a, b));
}

function max(x: Float64Array): number {
  return x.reduce((a, b) => Math.max(a, b));
}
