import type { NumericArrayConstructor } from 'allcores';
import { correlation, covariance, variance } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { ratio } from '../kernels/numeric-oracle.js';
import { isFloat, maskOf, numbers, policies, types } from './arrays.js';

/** Around the blocks of 1,024 pairs. */
const lengths = [1, 2, 3, 8, 9, 1023, 1025, 3001];

/** The sum of the products of the deviations times the number of pairs, of quarters as integers. */
function deviations(a: readonly bigint[], b: readonly bigint[]): bigint {
  const sum = (x: readonly bigint[]) => x.reduce((total, value) => total + value, 0n);
  const products = a.reduce((total, value, i) => total + value * (b[i] as bigint), 0n);
  return BigInt(a.length) * products - sum(a) * sum(b);
}

/** Elements of which `numbers` makes quarters, as integers. */
function integers(x: ArrayLike<number | bigint>, kept: readonly number[]): bigint[] {
  return kept.map((i) => BigInt(Number(x[i]) * 4));
}

function kept(
  a: ArrayLike<number | bigint>,
  b: ArrayLike<number | bigint>,
  where: Uint8Array | undefined,
  omit: boolean,
): number[] {
  const indices = Array.from({ length: a.length }, (_, i) => i);
  return indices.filter((i) => where?.[i] !== 0 && !(omit && (Number.isNaN(a[i]) || Number.isNaN(b[i]))));
}

const precision = (type: NumericArrayConstructor) =>
  ({ Float32Array: 2 ** -24, Float16Array: 2 ** -11 })[type.name] ?? 0;

describe.each(types)('covariance and correlation of $name', ({ type }) => {
  test('are exact to the last places, with every filter', async () => {
    for (const length of lengths) {
      for (const holes of [false, true]) {
        const a = numbers(type, length, length, holes);
        const b = numbers(type, length, length + 50, holes);
        for (const where of [undefined, maskOf(length, 3)]) {
          for (const nanPolicy of policies) {
            const options = { nanPolicy, ...(where && { where }) };
            const indices = kept(a, b, where, nanPolicy === 'omit');
            const broken = indices.some((i) => Number.isNaN(a[i]) || Number.isNaN(b[i]));
            if (broken && nanPolicy === 'raise') {
              expect(() => covariance(a, b, options)).toThrow(RangeError);
              expect(() => correlation(a, b, options)).toThrow(RangeError);
              continue;
            }
            const value = covariance(a, b, { ...options, ddof: 1 });
            const coefficient = correlation(a, b, options);
            expect(await covariance.async(a, b, { ...options, ddof: 1 })).toBe(value);
            expect(await correlation.async(a, b, options)).toBe(coefficient);
            const n = BigInt(indices.length);
            if (broken || n < 2n) {
              expect(value).toBeNaN();
              expect(coefficient).toBeNaN();
              continue;
            }
            const [x, y] = [integers(a, indices), integers(b, indices)];
            const exact = ratio(deviations(x, y), 16n * n * (n - 1n));
            const root = (z: readonly bigint[]) => Math.sqrt(ratio(deviations(z, z), 16n * n * (n - 1n)));
            const size = root(x) * root(y);
            // Relative to the standard deviations, and one rounding to the type of the array.
            const close = 1e-13 * size + precision(type) * Math.abs(exact);
            if (isFloat(a)) expect(Math.abs(value - exact)).toBeLessThanOrEqual(close);
            else expect(value).toBe(exact);
            if (size === 0) expect(coefficient).toBeNaN();
            else expect(Math.abs(coefficient - exact / size)).toBeLessThanOrEqual(2e-13 + precision(type));
          }
        }
      }
    }
  });
});

test.each([
  [1e9, 1],
  [0, 1e-300],
  [0, 1e300],
])('data around %d at scale %d is within 1e-13', (offset, scale) => {
  const length = 10_000;
  const integer = (seed: number) => numbers(Int32Array, length, seed) as Int32Array;
  const x = integer(1);
  const y = integer(2).map((value, i) => value + (x[i] as number));
  const exact = (z: Int32Array) => Array.from(z, (value) => BigInt(value) + BigInt(offset));
  const floats = (z: Int32Array) => Float64Array.from(z, (value) => (value + offset) * scale);
  const [a, b] = [floats(x), floats(y)];
  const n = BigInt(length);
  const [xx, yy, xy] = [
    deviations(exact(x), exact(x)),
    deviations(exact(y), exact(y)),
    deviations(exact(x), exact(y)),
  ];
  const size = Math.sqrt(Number(xx)) * Math.sqrt(Number(yy));
  expect(Math.abs(correlation(a, b) - Number(xy) / size)).toBeLessThanOrEqual(1e-13);
  expect(correlation(a, a)).toBe(1);
  // The scales of both sides meet again in the middle.
  const small = Float64Array.from(y, (value) => (value + offset) / scale);
  const expected = ratio(xy, n * n);
  const spread = size / (length * length);
  expect(Math.abs(covariance(a, small) - expected)).toBeLessThanOrEqual(1e-13 * spread);
});

test('the covariance of an array with itself is its variance', () => {
  const x = numbers(Float64Array, 5000, 4) as Float64Array;
  expect(covariance(x, x)).toBeCloseTo(variance(x), 12);
});

test('what does not vary has no correlation, and too few pairs have no covariance', () => {
  const x = numbers(Float64Array, 3000, 4) as Float64Array;
  for (const value of [0, 0.1, 1 / 3, 1e300]) {
    const same = new Float64Array(3000).fill(value);
    expect(correlation(x, same)).toBeNaN();
    expect(covariance(same, same)).toBe(0);
  }
  expect(covariance([], [])).toBeNaN();
  expect(correlation([1], [2])).toBeNaN();
  expect(covariance([1, 2], [3, 4], { ddof: 2 })).toBeNaN();
});

test('`raise` names the first pair with a NaN on either side', () => {
  const a = new Float64Array(200_000);
  const b = new Float64Array(200_000);
  [a[150_000], b[140_001]] = [Number.NaN, Number.NaN];
  expect(() => covariance(a, b, { nanPolicy: 'raise' })).toThrow('index 140001');
  const where = new Uint8Array(200_000).fill(1);
  where[140_001] = 0;
  expect(() => correlation(a, b, { nanPolicy: 'raise', where })).toThrow('index 150000');
});
