import type { NumericArray, NumericArrayConstructor } from 'allcores';
import * as numeric from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { arrayTypes, fill, float16 } from '../fixtures/kernel-data.mjs';
import { filterOf, kept, values } from '../fuzz/filters.ts';
import * as rational from '../fuzz/rational.ts';
import * as oracle from '../kernels/numeric-oracle.ts';

const { dot, max, mean, min, minmax, norm, ptp, std, sum, sumOfSquares, variance } = numeric;
const describeArray = numeric.describe;

const types: { type: NumericArrayConstructor; name: string }[] = [
  ...arrayTypes,
  ...(float16 as readonly unknown[] as readonly NumericArrayConstructor[]),
].map((type) => ({ type, name: type.name }));

/** Around rows, leaves, the blocks of variance, and above 1 MiB for the widest types. */
const lengths = [1, 7, 8, 9, 129, 1000, 4097, 9000, 140_003];

const isFloat = (x: NumericArray) => x.constructor.name.startsWith('Float');

/** The unit of the last place of the narrower floats. */
const units: Readonly<Record<string, number>> = { Float32Array: 2 ** -23, Float16Array: 2 ** -10 };

/** Values with a NaN here and there where the type has one. */
function seeded(type: NumericArrayConstructor, length: number): NumericArray {
  const x = fill(new type(length), length) as NumericArray;
  if (isFloat(x)) for (let i = 5; i < length; i += 97) x[i] = Number.NaN;
  return x;
}

/** The same array with 0 for what is left out: what the tree of a filtered sum adds up. */
function zeroed(x: NumericArray, keeps: readonly boolean[]): NumericArray {
  const copy = x.slice() as Float64Array;
  keeps.forEach((keep, i) => {
    if (!keep) copy[i] = (typeof copy[i] === 'bigint' ? 0n : 0) as number;
  });
  return copy;
}

/** The elements that take part, in an array of the same type. */
function chosen(x: NumericArray, keeps: readonly boolean[]): NumericArray {
  const Type = x.constructor as Float64ArrayConstructor;
  return Type.from(values(x, keeps) as number[]);
}

function near(found: number, exact: number, x: NumericArray): void {
  const unit = units[x.constructor.name] ?? 0;
  expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * (1e-13 + unit));
}

const filters = [
  { nanPolicy: 'omit', keeps: undefined },
  { nanPolicy: undefined, keeps: 160 },
  { nanPolicy: 'omit', keeps: 160 },
  { nanPolicy: 'raise', keeps: 160 },
  { nanPolicy: 'omit', keeps: 256 },
] as const;

describe.each(types)('where and nanPolicy on a $name', ({ type }) => {
  test('leave elements out of every sum, of the bits too', () => {
    for (const length of lengths) {
      const x = seeded(type, length);
      for (const recipe of filters) {
        const filter = filterOf({ ...recipe, seed: length + 1 }, length);
        const keeps = kept(x, filter);
        if (keeps === 'raise') {
          for (const kernel of [
            sum,
            sumOfSquares,
            mean,
            variance,
            std,
            describeArray,
            norm,
            min,
            ptp,
            minmax,
          ]) {
            const index = Array.from(x as Float64Array).findIndex(
              (value, i) => Number.isNaN(value) && filter.where?.[i] !== 0,
            );
            expect(() => (kernel as (...args: unknown[]) => unknown)(x, filter), kernel.name).toThrow(
              expect.objectContaining({
                name: 'RangeError',
                message: expect.stringContaining(`index ${index}`),
              }),
            );
          }
          continue;
        }
        const zeros = zeroed(x, keeps);
        const some = chosen(x, keeps);
        expect(sum(x, filter)).toEqual(oracle.sum(zeros));
        expect(sumOfSquares(x, filter)).toEqual(oracle.sumOfSquares(zeros));
        expect(dot(x, x, filter)).toEqual(oracle.dot(zeros, zeros));
        if (some.length === 0) {
          expect(mean(x, filter)).toBeNaN();
          continue;
        }
        if (isFloat(x)) {
          const exact = (oracle.sum(Float64Array.from(zeros as Float64Array)) as number) / some.length;
          expect(mean(x, filter)).toBe(oracle.narrow(x, exact));
        } else {
          expect(mean(x, filter)).toBe(oracle.mean(some));
        }
      }
    }
  });

  test('leave elements out of extremes and of what describe tells', () => {
    for (const length of lengths) {
      const x = seeded(type, length);
      for (const recipe of filters) {
        const filter = filterOf({ ...recipe, seed: length + 2 }, length);
        const keeps = kept(x, filter);
        if (keeps === 'raise') continue;
        const some = chosen(x, keeps);
        if (some.length === 0) continue;
        const [low, high] = [oracle.min(some), oracle.max(some)];
        expect(min(x, filter)).toEqual(low);
        expect(max(x, filter)).toEqual(high);
        expect(minmax(x, filter)).toEqual({ min: low, max: high });
        const range = isFloat(x)
          ? oracle.narrow(x, Number(high) - Number(low))
          : (high as never) - (low as never);
        expect(ptp(x, filter)).toEqual(range);
        const all = describeArray(x, filter);
        const masked = filterOf({ nanPolicy: undefined, keeps: recipe.keeps, seed: length + 2 }, length);
        const nans = values(x, kept(x, masked) as boolean[]).filter((value) => Number.isNaN(value)).length;
        expect(all).toEqual({
          count: some.length,
          nanCount: nans,
          min: low,
          max: high,
          mean: mean(x, filter),
          variance: variance(x, filter),
          std: std(x, filter),
          sum: sum(x, filter),
        });
      }
    }
  });

  test('leave elements out of variance and of norms', () => {
    for (const length of [1, 9, 129, 5000]) {
      const x = seeded(type, length);
      for (const recipe of filters) {
        const filter = filterOf({ ...recipe, seed: length + 3 }, length);
        const keeps = kept(x, filter);
        if (keeps === 'raise') continue;
        const some = values(x, keeps);
        if (some.length === 0 || some.some((value) => Number.isNaN(value))) continue;
        const exact = rational.rounded(...rational.variance(rational.moments(some), 0n));
        near(variance(x, filter), exact, x);
        near(std(x, filter), Math.sqrt(exact), x);
        const squares = oracle.sumOfSquares(Float64Array.from(some, Number)) as number;
        near(norm(x, filter), Math.sqrt(squares), x);
        const sizes = some.map((value) => Math.abs(Number(value)));
        near(
          norm(x, { ...filter, ord: 1 }),
          sizes.reduce((a, b) => a + b, 0),
          x,
        );
        near(norm(x, { ...filter, ord: Number.POSITIVE_INFINITY }), Math.max(...sizes), x);
      }
    }
  });
});

describe('edge cases', () => {
  const omit = { nanPolicy: 'omit' } as const;
  const none = { where: new Uint8Array(2) };

  test('an array of NaN only has sum 0, mean NaN and extremes NaN under omit', () => {
    const x = new Float64Array([Number.NaN, Number.NaN]);
    expect(sum(x, omit)).toBe(0);
    expect([mean(x, omit), min(x, omit), max(x, omit), ptp(x, omit), variance(x, omit)]).toEqual(
      Array(5).fill(Number.NaN),
    );
    expect(minmax(x, omit)).toEqual({ min: Number.NaN, max: Number.NaN });
    expect(describeArray(x, omit)).toMatchObject({ count: 0, nanCount: 2, min: Number.NaN, sum: 0 });
  });

  test('a mask that keeps nothing is an empty array', () => {
    for (const x of [new Float64Array([1, Number.NaN]), new Int16Array(2), new BigInt64Array(2)]) {
      for (const kernel of [min, max, ptp, minmax]) {
        expect(() => kernel(x, none)).toThrow(RangeError);
        expect(() => kernel(x, { ...none, ...omit })).toThrow(RangeError);
      }
      expect(Number(sum(x, none))).toBe(0);
      expect([mean(x, none), variance(x, none), std(x, none)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      expect(norm(x, none)).toBe(0);
      expect(describeArray(x, none)).toMatchObject({
        count: 0,
        nanCount: 0,
        min: Number.NaN,
        mean: Number.NaN,
      });
    }
  });

  test('an infinity of each sign is no NaN to raise', () => {
    const x = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
    expect(sum(x, { nanPolicy: 'raise' })).toBeNaN();
    expect(() => sum([...x, Number.NaN], { nanPolicy: 'raise' })).toThrow('index 3');
    expect(() => dot([1, 2], [1, Number.NaN], { nanPolicy: 'raise' })).toThrow('index 1');
  });

  test('a pair is left out when either side is NaN', () => {
    expect(dot([1, Number.NaN, 3], [4, 5, Number.NaN], omit)).toBe(4);
    expect(dot([Number.POSITIVE_INFINITY, 1], [0, 1], omit)).toBeNaN();
  });

  test('minus zero is kept by extremes and made plus zero by sums', () => {
    expect(min([0, -0])).toBe(-0);
    expect(max([-0, -0])).toBe(-0);
    expect(sum([-0, -0])).toBe(0);
    expect(sum([-0, -0], { precision: 'fast' })).toBe(0);
    expect(sum([-0, -0], { where: new Uint8Array([1, 0]) })).toBe(0);
  });

  test('the spread of very large and very small numbers neither overflows nor underflows', () => {
    for (const scale of [2 ** 1010, 2 ** -1040, 2 ** 600, 2 ** -600]) {
      const x = [3 * scale, -4 * scale, 12 * scale];
      expect(norm(x)).toBe(13 * scale);
      expect(std([1 * scale, 3 * scale])).toBe(scale);
    }
    expect(norm([0, -0])).toBe(0);
    expect(norm([Number.NEGATIVE_INFINITY, 1])).toBe(Number.POSITIVE_INFINITY);
    expect(std([5e-324, 5e-324])).toBe(0);
    expect(std([Number.MAX_VALUE, Number.MAX_VALUE])).toBe(0);
  });

  test('weights say how often an element counts', () => {
    for (const { type } of types) {
      const x = new type(20) as Float64Array;
      const weights = Float64Array.from({ length: 20 }, (_, i) => (i % 5) / 4);
      let [total, weight] = [0, 0];
      for (let i = 0; i < 20; i++) {
        x[i] = (typeof x[0] === 'bigint' ? BigInt(i) : i) as number;
        total += i * (weights[i] as number);
        weight += weights[i] as number;
      }
      const of = (value: number) => (isFloat(x) ? oracle.narrow(x, value) : value);
      expect(mean(x, { weights }), type.name).toBe(of(total / weight));
      const where = Uint8Array.from({ length: 20 }, (_, i) => Number(i === 3 || i === 4));
      expect(mean(x, { weights, where }), type.name).toBe(of((3 * 0.75 + 4) / 1.75));
    }
    expect(mean([1, Number.NaN, 3], { weights: [1, 5, 1], nanPolicy: 'omit' })).toBe(2);
    expect(mean([1, 2], { weights: [0, 0] })).toBeNaN();
    expect(() => mean([1, 2], { weights: [1, Number.NaN], nanPolicy: 'raise' })).toThrow('index 1');
  });

  test('a fast sum is near the exact one, and the same for every call', () => {
    for (const length of [3, 64, 4095, 4096, 4097, 200_001]) {
      const x = fill(new Float64Array(length), 3);
      const fast = sum(x, { precision: 'fast' });
      expect(Math.abs(fast - (oracle.sum(x) as number))).toBeLessThanOrEqual(
        1e-14 * (oracle.sum(x.map(Math.abs)) as number),
      );
      expect(sum(x, { precision: 'fast' })).toBe(fast);
      expect(sum(new Int32Array(9).fill(7), { precision: 'fast' })).toBe(63);
    }
  });
});
