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

interface Pair {
  readonly a: rational.Moments;
  readonly b: rational.Moments;
  readonly products: bigint;
}

/** n² times the covariance, over the square of the unit. */
function crossed({ a, b, products }: Pair): bigint {
  return a.n * products - a.sum * b.sum;
}

function exactCovariance(pair: Pair, ddof: bigint): number {
  const { n } = pair.a;
  return rational.rounded(crossed(pair), (n * (n - ddof)) << (2n * rational.UNIT));
}

/** Within 1e-13 of the product of both standard deviations. */
function expectCovariance(found: number, pair: Pair, ddof: bigint, what: string): void {
  const exact = exactCovariance(pair, ddof);
  if (Object.is(found, exact)) return;
  const [a, b] = [rational.variance(pair.a, ddof), rational.variance(pair.b, ddof)];
  const size = rational.squareRoot(a[0] * b[0], a[1] * b[1]);
  const distance = Math.max(size * RELATIVE, Number.MIN_VALUE);
  expect(Math.abs(found - exact), `${what}: ${found} for ${exact}`).toBeLessThanOrEqual(distance);
}

function exactCorrelation(pair: Pair): number {
  const squared = ({ n, sum, squares }: rational.Moments) => n * squares - sum * sum;
  const top = crossed(pair);
  const root = rational.squareRoot(top * top, squared(pair.a) * squared(pair.b));
  return top < 0n ? -root : root;
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

  test('covariance is within 1e-13, and correlation', async () => {
    for (const { x, moments } of arrays) {
      // Related to x, so that the covariance is no small rest of large terms.
      const other = noise(x.length, 77, (u) => u);
      const y = x.map((element, i) => element / 2 + (other[i] as number) * (element - (x[0] as number)));
      const pair = {
        a: moments,
        b: rational.moments(Array.from(y)),
        products: rational.products(Array.from(x), Array.from(y)),
      };
      for (const ddof of [0, 1]) {
        const found = covariance(x, y, { ddof });
        expectCovariance(found, pair, BigInt(ddof), `covariance of ${x.length} elements, ddof ${ddof}`);
        expect(await covariance.async(x, y, { ddof })).toBe(covariance(x, y, { ddof }));
      }
      expectClose(correlation(x, y), exactCorrelation(pair), `correlation of ${x.length}`);
    }
  });
});

test('the covariance of arrays at the scales 1e300 and 1e-300 is within 1e-13', () => {
  for (const length of lengths) {
    const x = noise(length, 5, (u) => u * 1e300);
    const y = x.map((element) => element * 1e-300 * 1e-300);
    const pair = {
      a: rational.moments(Array.from(x)),
      b: rational.moments(Array.from(y)),
      products: rational.products(Array.from(x), Array.from(y)),
    };
    expectCovariance(covariance(x, y), pair, 0n, `${length} elements`);
    expectCovariance(covariance(y, x), pair, 0n, `${length} elements`);
  }
});

function min(x: Float64Array): number {
  return x.reduce((a, b) => Math.min(a, b));
}

function max(x: Float64Array): number {
  return x.reduce((a, b) => Math.max(a, b));
}
