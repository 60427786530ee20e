import { prod } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { rounded, scaled, UNIT } from '../fuzz/rational.js';

const exact = { precision: 'exact' } as const;

/** The exact product, rounded once. */
function oracle(values: readonly number[]): number {
  const product = values.reduce((total, value) => total * scaled(value), 1n);
  return rounded(product, 1n << (UNIT * BigInt(values.length)));
}

/** Numbers whose product stays close to 1. */
function balanced(length: number, binades: number): number[] {
  const value = (i: number) => (1 + Math.abs(Math.sin(i + 1))) * 2 ** (((i * 7919) % binades) - binades / 2);
  const one = (i: number) => (i % 2 === 0 ? value(i) : (1 + (i % 5) * 1e-3) / value(i - 1));
  return Array.from({ length }, (_, i) => (i % 3 === 0 ? -one(i) : one(i)));
}

/** The tree of the sums, with products. */
function tree(x: readonly number[]): number {
  if (x.length > 128) {
    const half = Math.floor(x.length / 2);
    const at = half - (half % 8);
    return tree(x.slice(0, at)) * tree(x.slice(at));
  }
  const whole = x.length - (x.length % 8);
  const lanes = Array<number>(8).fill(1);
  for (let i = 0; i < whole; i++) lanes[i % 8] = (lanes[i % 8] as number) * (x[i] as number);
  const [a, b, c, d, e, f, g, h] = lanes as [number, number, number, number, number, number, number, number];
  return x.slice(whole).reduce((total, value) => total * value, a * b * (c * d) * (e * f * (g * h)));
}

describe('prod of floats', () => {
  test('multiplies along the tree of the sums', () => {
    for (const n of [0, 1, 7, 8, 9, 100, 128, 129, 300, 4097, 10_000]) {
      const x = balanced(n, 8);
      expect(prod(x), `${n}`).toBe(tree(x));
      const narrow = new Float32Array(x);
      expect(prod(narrow), `${n}`).toBe(Math.fround(tree([...narrow])));
    }
  });

  test("with precision 'exact' is the exact product, rounded once to the array's type", async () => {
    for (const n of [0, 1, 2, 9, 100, 400]) {
      for (const binades of [1, 60, 600]) {
        const x = balanced(n, binades);
        expect(prod(x, exact), `${n} ${binades}`).toBe(oracle(x));
        expect(await prod.async(new Float64Array(x), exact)).toBe(oracle(x));
      }
      const narrow = new Float32Array(balanced(n, 20));
      // A double between the two roundings makes no difference here: the test in Rust has ties.
      expect(prod(narrow, exact)).toBe(Math.fround(oracle([...narrow])));
    }
  });

  test("'pairwise', 'fast' and 'exact' are three orders that differ in their last bits only", () => {
    const x = new Float64Array(balanced(20_000, 2));
    const results = (['pairwise', 'fast', 'exact'] as const).map((precision) => prod(x, { precision }));
    expect(new Set(results).size).toBe(3);
    for (const result of results) expect(result / (results[2] as number)).toBeCloseTo(1, 10);
    expect(prod(x)).toBe(results[0]);
  });

  test('overflows and underflows on the way unless it is exact', () => {
    const x = [1e300, 1e300, 1e-300, 1e-300, 3];
    expect(prod(x)).toBe(Number.POSITIVE_INFINITY);
    expect(prod(x, exact)).toBe(oracle(x));
    expect(prod([5e-324, 0.5], exact)).toBe(0);
    expect(prod([1.5e-323, 0.5], exact)).toBe(1e-323);
    expect(prod([Number.MAX_VALUE, 1 + Number.EPSILON], exact)).toBe(Number.POSITIVE_INFINITY);
    expect(prod(new Float32Array([3e38, 3e38, 1e-38]), exact)).toBe(
      Math.fround(oracle([...new Float32Array([3e38, 3e38, 1e-38])])),
    );
  });

  test('decides a tie by what is far behind the last bit', () => {
    const [above, below] = [1 + Number.EPSILON, 1 - Number.EPSILON / 2];
    // 2^53 + 1 has its two factors, and lies between two doubles.
    const tie = [107, 84_179_432_287_299];
    for (const x of [tie, [...tie, above, below], [...tie, -1, above, below, above, below], [above, below]]) {
      expect(prod(x, exact)).toBe(oracle(x));
    }
    const many = new Float64Array(200_000).fill(2);
    for (let i = 0; i < many.length; i += 2) many[i] = 0.5;
    many.set(tie);
    many.set([0.5, 2], 1000);
    expect(prod(many, exact)).toBe(2 ** 53);
  });

  test('is 1 for nothing, decided by zeros, infinities and NaN, and leaves out what the filter says', () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    for (const precision of ['pairwise', 'fast', 'exact'] as const) {
      const of = (x: number[], options = {}) => prod(x, { precision, ...options });
      expect(of([])).toBe(1);
      expect(of([-2, 0])).toBe(-0);
      expect(of([-2, inf])).toBe(-inf);
      expect(of([0, inf])).toBeNaN();
      expect(of([2, nan])).toBeNaN();
      expect(of([2, nan, 4], { nanPolicy: 'omit' })).toBe(8);
      expect(of([nan, nan], { nanPolicy: 'omit' })).toBe(1);
      expect(of([2, nan, 4], { where: new Uint8Array([1, 0, 9]) })).toBe(8);
      expect(() => of([2, 3, nan], { nanPolicy: 'raise' })).toThrow(/at index 2/);
    }
  });
});

describe('prod of integers', () => {
  test('is the exact product rounded once, infinite beyond the doubles, and 0 with any zero', () => {
    const x = Int32Array.from({ length: 40 }, (_, i) => (i % 2 ? -1 : 1) * (i * 7919 + 3));
    const product = [...x].reduce((total, value) => total * BigInt(value), 1n);
    expect(prod(x)).toBe(rounded(product, 1n));
    expect(prod(new Uint8Array(1000).fill(255))).toBe(Number.POSITIVE_INFINITY);
    expect(prod(new Int8Array(1001).fill(-128))).toBe(Number.NEGATIVE_INFINITY);
    const zero = new Int8Array(5000).fill(-3);
    zero[4321] = 0;
    expect(prod(zero)).toBe(0);
    expect(prod(new Uint16Array(0))).toBe(1);
    expect(prod(new Uint32Array([2 ** 32 - 1, 2 ** 32 - 1]))).toBe(rounded((2n ** 32n - 1n) ** 2n, 1n));
    expect(prod(new Int16Array([5, 6, 7]), { where: new Uint8Array([1, 0, 1]) })).toBe(35);
  });

  test('as a bigint is the exact product, always for BigInt arrays', async () => {
    const numbers = Uint8Array.from({ length: 25 }, (_, i) => i + 1);
    const factorial = [...numbers].reduce((total, value) => total * BigInt(value), 1n);
    expect(prod(numbers, { bigint: true })).toBe(factorial);
    expect(prod(BigInt64Array.from(numbers, BigInt))).toBe(factorial);
    const wide = BigInt64Array.from(
      { length: 3001 },
      (_, i) => ((BigInt(i + 1) * 0x9e3779b97f4a7c15n) % 2n ** 63n) | 1n,
    );
    wide[17] = -(2n ** 63n);
    const product = wide.reduce((total, value) => total * value, 1n);
    expect(prod(wide)).toBe(product);
    expect(await prod.async(wide)).toBe(product);
    expect(prod(new BigUint64Array([2n ** 64n - 1n, 2n ** 64n - 1n]))).toBe((2n ** 64n - 1n) ** 2n);
    expect(prod(new BigInt64Array(0))).toBe(1n);
    expect(prod(new BigInt64Array([5n, 0n, -1n]))).toBe(0n);
    expect(prod(new BigInt64Array([5n, 0n, -7n]), { where: new Uint8Array([1, 0, 1]) })).toBe(-35n);
  });

  test('that no bigint can hold is refused before the work', async () => {
    // 63 bits each: two of 2^30 bits and some more.
    const x = new BigInt64Array(17_200_000).fill(-(2n ** 63n));
    expect(() => prod(x)).toThrow(RangeError);
    await expect(prod.async(x)).rejects.toThrow(/at most 1073741824 bits/);
    expect(prod(x.subarray(0, 1000))).toBe(2n ** 63000n);
  });

  test('asked for as a bigint of floats is a TypeError', () => {
    expect(() => prod([1, 2], { bigint: true } as never)).toThrow(/a product of floats is no integer/);
  });
});
