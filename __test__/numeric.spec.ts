import type { NumericArray, NumericArrayConstructor } from 'allcores';
import { threadActivity } from 'allcores/diagnostics';
import { dot, max, mean, min, type NumericInput, sum, sumOfSquares, variance } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { arrayTypes, fill } from './fixtures/kernel-data.mjs';
import * as oracle from './kernels/numeric-oracle.js';

const types = arrayTypes.map((type) => ({ type, name: type.name }));
const reductions: [string, (x: NumericInput) => number, (x: NumericInput) => Promise<number>][] = [
  ['sum', sum, sum.async],
  ['mean', mean, mean.async],
  ['variance', variance, variance.async],
  ['min', min, min.async],
  ['max', max, max.async],
  ['sumOfSquares', sumOfSquares, sumOfSquares.async],
] as never;
const wide = (type: NumericArrayConstructor) => type === BigInt64Array || type === BigUint64Array;

/** Around the leaves of the tree and the blocks of the variance. Lengths that are split are in the golden files. */
const lengths = [0, 1, 2, 7, 8, 9, 127, 128, 129, 1000, 4097, 20_011];

function seeded(type: NumericArrayConstructor, length: number, seed: number): NumericArray {
  return fill(new type(length), seed) as NumericArray;
}

describe.each(types)('the reductions of a $name', ({ type }) => {
  const arrays = lengths.map((length) => [seeded(type, length, 1), seeded(type, length, 2)] as const);

  test('give the bits of the oracle at every length', () => {
    for (const [x, y] of arrays) {
      expect(sum(x), `sum of ${x.length}`).toBe(oracle.sum(x));
      expect(mean(x), `mean of ${x.length}`).toBe(oracle.mean(x));
      expect(sumOfSquares(x), `sumOfSquares of ${x.length}`).toBe(oracle.sumOfSquares(x));
      expect(dot(x, y), `dot of ${x.length}`).toBe(oracle.dot(x, y));
      if (x.length === 0) continue;
      expect(min(x), `min of ${x.length}`).toBe(oracle.min(x));
      expect(max(x), `max of ${x.length}`).toBe(oracle.max(x));
    }
  });

  test('give the exact integer with { bigint: true }, which floats refuse', async () => {
    const options = { bigint: true } as const;
    for (const [x, y] of arrays) {
      if (type === Float32Array || type === Float64Array) {
        for (const call of [
          () => sum(x, options),
          () => sumOfSquares(x, options),
          () => dot(x, y, options),
        ]) {
          expect(call).toThrow(expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }));
        }
        await expect(sum.async(x, options)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
      } else {
        expect(sum(x, options)).toBe(oracle.sum(x, options));
        expect(sumOfSquares(x, options)).toBe(oracle.sumOfSquares(x, options));
        expect(dot(x, y, options)).toBe(oracle.dot(x, y, options));
      }
    }
  });

  test('give bigints by the type of the array only, never by the value', () => {
    const x = new type(1);
    const kind = wide(type) ? 'bigint' : 'number';
    for (const value of [sum(x), sumOfSquares(x), dot(x, x), min(x), max(x)]) expect(typeof value).toBe(kind);
    for (const value of [mean(x), variance(x)]) expect(typeof value).toBe('number');
    for (const value of [sum(x, { bigint: false }), dot(x, x, { bigint: false })])
      expect(typeof value).toBe(kind);
  });

  test('give the variance within 1e-13 of the exact value, integers to the last bit', () => {
    for (const [x] of arrays) {
      for (const ddof of [0, 1, 3]) {
        const exact = oracle.variance(x, { ddof });
        const value = variance(x, { ddof });
        if (Number.isNaN(exact)) expect(value).toBeNaN();
        else if (type === Float64Array) expect(Math.abs(value - exact)).toBeLessThanOrEqual(exact * 1e-13);
        else if (type === Float32Array) expect(value).toBe(Math.fround(value));
        else expect(value, `variance of ${x.length}, ddof ${ddof}`).toBe(exact);
        if (type === Float32Array && exact > 0)
          expect(Math.abs(value / exact - 1)).toBeLessThanOrEqual(2 ** -23);
      }
    }
  });

  test('are the same plainly and asynchronously, below and above the length where work is split', async () => {
    for (const length of [1000, 1_200_007]) {
      const [x, y] = [seeded(type, length, 3), seeded(type, length, 4)];
      expect(await sum.async(x)).toBe(sum(x));
      expect(await mean.async(x)).toBe(mean(x));
      expect(await variance.async(x, { ddof: 1 })).toBe(variance(x, { ddof: 1 }));
      expect(await min.async(x)).toBe(min(x));
      expect(await max.async(x)).toBe(max(x));
      expect(await sumOfSquares.async(x)).toBe(sumOfSquares(x));
      expect(await dot.async(x, y)).toBe(dot(x, y));
    }
  });

  test('find an extreme wherever it stands', () => {
    const x = new type(70).fill((wide(type) ? 5n : 5) as never) as NumericArray;
    const [low, high, rest] = (wide(type) ? [1n, 9n, 5n] : [1, 9, 5]) as [never, never, never];
    for (let i = 0; i < x.length; i++) {
      x[i] = low;
      expect(min(x)).toBe(low);
      x[i] = high;
      expect(max(x)).toBe(high);
      x[i] = rest;
    }
  });
});

describe('the limits of integers', () => {
  test('a sum that leaves the safe integers is rounded once', () => {
    const x = new Uint32Array(2 ** 22 + 3).fill(2 ** 32 - 1);
    const exact = BigInt(x.length) * (2n ** 32n - 1n);
    expect(sum(x, { bigint: true })).toBe(exact);
    expect(sum(x)).toBe(Number(exact));
    expect(mean(x)).toBe(2 ** 32 - 1);
  });

  test('64-bit sums never wrap', () => {
    const top = new BigInt64Array(1000).fill(2n ** 63n - 1n);
    const bottom = new BigInt64Array(1000).fill(-(2n ** 63n));
    const unsigned = new BigUint64Array(1000).fill(2n ** 64n - 1n);
    expect(sum(top)).toBe(1000n * (2n ** 63n - 1n));
    expect(sum(bottom)).toBe(-1000n * 2n ** 63n);
    expect(sum(unsigned)).toBe(1000n * (2n ** 64n - 1n));
    expect(sumOfSquares(bottom)).toBe(1000n * 2n ** 126n);
    expect(sumOfSquares(unsigned)).toBe(1000n * (2n ** 64n - 1n) ** 2n);
    expect(dot(top, bottom)).toBe(-1000n * (2n ** 63n - 1n) * 2n ** 63n);
    expect(min(bottom)).toBe(-(2n ** 63n));
    expect(max(unsigned)).toBe(2n ** 64n - 1n);
    expect(mean(bottom)).toBe(-(2 ** 63));
  });

  test('dot of bytes is exact where numpy wraps', () => {
    expect(dot(new Uint8Array([1, 2]), new Uint8Array([200, 200]))).toBe(600);
  });

  test('what a subclass calls itself does not change what its elements are', () => {
    class Renamed extends Float64Array {
      override get [Symbol.toStringTag](): 'Float64Array' {
        return 'Int8Array' as 'Float64Array';
      }
    }
    expect(sum(new Renamed([0.5, 0.25]))).toBe(0.75);
    expect(() => sum(new Renamed([0.5]), { bigint: true })).toThrow(TypeError);
  });

  test('bytes are bytes, clamped or not', () => {
    expect(dot<Uint8Array | Uint8ClampedArray>(new Uint8Array([1, 2]), new Uint8ClampedArray([3, 4]))).toBe(
      11,
    );
  });
});

describe('the edge cases of the contract', () => {
  const inputs: [string, (values: number[]) => NumericArray | number[]][] = [
    ['a Float64Array', (values) => new Float64Array(values)],
    ['a Float32Array', (values) => new Float32Array(values)],
    ['an array of numbers', (values) => values],
  ];

  describe.each(inputs)('of %s', (_, of) => {
    test('empty: sums are 0, mean and variance NaN without a warning, min and max RangeErrors', async () => {
      expect(sum(of([]))).toBe(0);
      expect(dot(of([]), of([]))).toBe(0);
      expect(sumOfSquares(of([]))).toBe(0);
      expect(mean(of([]))).toBeNaN();
      expect(variance(of([]))).toBeNaN();
      for (const kernel of [min, max]) {
        expect(() => kernel(of([]))).toThrow(
          expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }),
        );
        await expect(kernel.async(of([]))).rejects.toThrow(RangeError);
      }
    });

    test('a variance is NaN when ddof is not below the length', () => {
      expect(variance(of([1, 2]), { ddof: 2 })).toBeNaN();
      expect(variance(of([1, 2]), { ddof: 3 })).toBeNaN();
      expect(variance(of([1, 2]), { ddof: 1 })).toBe(0.5);
      expect(variance(of([1]), { ddof: 0 })).toBe(0);
    });

    test('a NaN anywhere gives NaN', () => {
      for (let i = 0; i < 40; i++) {
        const x = of(Array.from({ length: 40 }, (_, k) => (k === i ? Number.NaN : k)));
        for (const [name, kernel] of reductions) expect(kernel(x), name).toBeNaN();
        expect(dot(x, of(Array(40).fill(1)))).toBeNaN();
      }
    });

    test('-0 is below +0 in any order, as for Math.min', () => {
      for (const zeros of [
        [0, -0],
        [-0, 0],
        [...Array(30).fill(0), -0, ...Array(30).fill(0)],
      ]) {
        expect(min(of(zeros))).toBe(-0);
        expect(max(of(zeros))).toBe(0);
      }
      expect(max(of([-0, -0]))).toBe(-0);
      expect(min(of([0, 0]))).toBe(0);
    });

    test('the sum of nothing but -0 is +0', () => {
      expect(sum(of([-0]))).toBe(0);
      expect(sum(of(Array(200).fill(-0)))).toBe(0);
    });

    test('infinities: of one sign they stay, of both they give NaN', () => {
      const { POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number;
      expect(sum(of([1, up]))).toBe(up);
      expect(sum(of([up, down]))).toBeNaN();
      expect(min(of([1, down, up]))).toBe(down);
      expect(max(of([1, down, up]))).toBe(up);
      expect(mean(of([down, 3]))).toBe(down);
    });
  });

  test('a sum that overflows on the way is Infinity', () => {
    expect(sum([1e308, 1e308, -1e308])).toBe(Number.POSITIVE_INFINITY);
  });

  test('a sum of 32-bit floats beyond their range is Infinity, although the doubles on the way hold it', () => {
    const x = new Float32Array([3e38, 3e38]);
    expect(sum(x)).toBe(Number.POSITIVE_INFINITY);
    expect(mean(x)).toBe(Math.fround(3e38));
    expect(sum(new Float32Array([3e38, 3e38, -3e38]))).toBe(Math.fround(3e38));
  });

  test('a variance of doubles far from zero keeps its digits', () => {
    const x = Float64Array.from({ length: 10_000 }, (_, i) => 1e9 + (i % 2));
    expect(variance(x)).toBeCloseTo(0.25, 12);
  });
});

describe('an array of numbers', () => {
  test('gives what a Float64Array gives', async () => {
    const values = [3.5, -1.25, 1e300, 2];
    const x = new Float64Array(values);
    for (const [name, kernel, later] of reductions) {
      expect(kernel(values), name).toBe(kernel(x));
      expect(await later(values), name).toBe(kernel(x));
    }
    expect(dot(values, values)).toBe(dot(x, x));
    expect(dot(values, x as never)).toBe(dot(x, x));
  });

  test.each([
    ['a hole', Object.assign(new Array(3), { 0: 1, 2: 3 }), '`x[1]` to be a number, got a hole'],
    ['null', [1, 2, null], '`x[2]` to be a number, got null'],
    ['a string', ['1'], '`x[0]` to be a number, got "1" (string)'],
    ['undefined', [1, undefined], '`x[1]` to be a number, got undefined'],
    ['a bigint', [1, 2n], '`x[1]` to be a number, got 2n (bigint)'],
    ['an object', [{}], '`x[0]` to be a number, got an object of type Object'],
  ])('with %s is a TypeError that names its place', async (_, values, message) => {
    const refused = expect.objectContaining({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: expect.stringContaining(message),
    });
    const x = values as number[];
    expect(() => sum(x)).toThrow(refused);
    await expect(mean.async(x)).rejects.toEqual(refused);
    expect(() => dot([1], x)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message.replace('x[', 'b[')) }),
    );
  });

  test('is copied: what happens to it during an asynchronous call does not matter', async () => {
    const values = Array(300_000).fill(1) as number[];
    const promise = sum.async(values);
    values.fill(7);
    expect(await promise).toBe(300_000);
  });
});

describe('many calls at once', () => {
  test('each gets its own result', async () => {
    const arrays = Array.from({ length: 300 }, (_, i) => new Float64Array(1 + i * 700).fill(i));
    const results = await Promise.all(arrays.map((x) => sum.async(x)));
    expect(results).toEqual(arrays.map((x, i) => x.length * i));
    expect(threadActivity(0).jobs).toBe(0);
  });

  test('leave the event loop free: a timer ticks while they run', async () => {
    const x = new Float64Array(2 ** 23).fill(0.5);
    let ticks = 0;
    let running = true;
    const timer = setInterval(() => ticks++, 1);
    const deadline = Date.now() + 20_000;
    // Calls follow each other without a pause; what else is on the loop still gets its turn.
    while (running) {
      expect(await variance.async(x)).toBe(0);
      running = ticks < 20 && Date.now() < deadline;
    }
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(20);
  });
});
