import { dot, norm, sum, sumOfSquares } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { products, rounded, scaled, squareRoot, UNIT } from '../fuzz/rational.js';

const exact = { precision: 'exact' } as const;

/** What test262 demands of `Math.sumPrecise`, by value: the terms and their sum. */
const sums: readonly (readonly [terms: readonly number[], sum: number])[] = [
  [[1, 2, 3], 6],
  [[1e308], 1e308],
  [[1e308, -1e308], 0],
  [[0.1], 0.1],
  [[0.1, 0.1], 0.2],
  [[0.1, -0.1], 0],
  [[1e308, 1e308, 0.1, 0.1, 1e30, 0.1, -1e30, -1e308, -1e308], 0.30000000000000004],
  [[1e30, 0.1, -1e30], 0.1],
  [[8.98846567431158e307, 8.988465674311579e307, -1.7976931348623157e308], 9.9792015476736e291],
  [[-5.630637621603525e255, 9.565271205476345e307, 2.9937604643020797e292], 9.565271205476347e307],
  [
    [
      6.739986666787661e66, 2, -1.2689709186578243e-116, 1.7046015739467354e308, -9.979201547673601e291,
      6.160926733208294e307, -3.179557053031852e234, -7.027282978772846e307, -0.7500000000000001,
    ],
    1.61796594939028e308,
  ],
  [
    [
      0.31150493246968836, -8.988465674311582e307, 1.8315037361673755e-270, -15.999999999999996,
      2.9999999999999996, 7.345200721499384e164, -2.033582473639399, -8.98846567431158e307,
      -3.5737295155405993e292, 4.13894772383715e-124, -3.6111186457260667e-35, 2.387234887098013e180,
      7.645295562778372e-298, 3.395189016861822e-103, -2.6331611115768973e-149,
    ],
    Number.NEGATIVE_INFINITY,
  ],
  [
    [
      -1.1442589134409902e308, 9.593842098384855e138, 4.494232837155791e307, -1.3482698511467367e308,
      4.494232837155792e307,
    ],
    -1.5936821971565685e308,
  ],
  [
    [-1.1442589134409902e308, 4.494232837155791e307, -1.3482698511467367e308, 4.494232837155792e307],
    -1.5936821971565687e308,
  ],
  [
    [9.593842098384855e138, -6.948356297254111e307, -1.3482698511467367e308, 4.494232837155792e307],
    -1.5936821971565685e308,
  ],
  [[-2.534858246857893e115, 8.988465674311579e307, 8.98846567431158e307], 1.7976931348623157e308],
  [[1.3588124894186193e308, 1.4803986201152006e223, 6.741349255733684e307], Number.POSITIVE_INFINITY],
  [[6.741349255733684e307, 1.7976931348623155e308, -7.388327292663961e41], Number.POSITIVE_INFINITY],
  [[-1.9807040628566093e28, 1.7976931348623157e308, 9.9792015476736e291], 1.7976931348623157e308],
  [
    [-1.0214557991173964e61, 1.7976931348623157e308, 8.98846567431158e307, -8.988465674311579e307],
    1.7976931348623157e308,
  ],
  [
    [
      1.7976931348623157e308, 7.999999999999999, -1.908963895403937e-230, 1.6445950082320264e292,
      2.0734856707605806e205,
    ],
    Number.POSITIVE_INFINITY,
  ],
  [[6.197409167220438e-223, -9.979201547673601e291, -1.7976931348623157e308], Number.NEGATIVE_INFINITY],
  [
    [
      4.49423283715579e307, 8.944251746776101e307, -0.0002441406250000001, 1.1752060710043817e308,
      4.940846717201632e292, -1.6836699406454528e308,
    ],
    8.353845887521184e307,
  ],
  [
    [
      8.988465674311579e307, 7.999999999999998, 7.029158107234023e-308, -2.2303483759420562e-172,
      -1.7976931348623157e308, -8.98846567431158e307,
    ],
    -1.7976931348623157e308,
  ],
  [[8.98846567431158e307, 8.98846567431158e307], Number.POSITIVE_INFINITY],
];

/** A large array whose sum is zero: each number comes back with the other sign, in another block. */
function cancelling(length: number): Float64Array {
  const x = new Float64Array(length);
  const half = Math.floor(length / 2);
  for (let i = 0; i < half; i++) {
    x[i] = Math.sin(i + 1) * 10 ** (i % 7);
    x[length - 1 - i] = -(x[i] as number);
  }
  return x;
}

describe("sum with precision 'exact'", () => {
  test.each(sums)('of %j is %d, as Math.sumPrecise has it', (terms, total) => {
    expect(sum(terms, exact)).toBe(total);
    expect(sum(new Float64Array(terms).reverse(), exact)).toBe(total);
  });

  test('finds the same sums at the borders of blocks among five million elements', async () => {
    const x = cancelling(5_000_000);
    const places = [0, 2047, 2048, 32_767, 65_535, 2_499_990, 4_999_985];
    for (const [terms, total] of sums) {
      // One term here, one there: all but the first few are far from each other.
      const planted = terms.map((term, i) => {
        const place = (places[i % places.length] as number) + 3 * Math.floor(i / places.length);
        const mirror = x.length - 1 - place;
        const before = [x[place] as number, x[mirror] as number] as const;
        [x[place], x[mirror]] = [term, 0];
        return { place, mirror, before };
      });
      expect(await sum.async(x, exact), `${terms}`).toBe(total);
      for (const { place, mirror, before } of planted.reverse()) [x[place], x[mirror]] = before;
    }
    expect(sum(x, exact)).toBe(0);
  });

  test('is -0 for nothing and for -0 only, and +0 for what cancels', () => {
    expect(sum([], exact)).toBe(-0);
    expect(sum(new Float64Array(200_000).fill(-0), exact)).toBe(-0);
    expect(sum([-0, 0], exact)).toBe(0);
    expect(sum([3, -3], exact)).toBe(0);
    expect(sum([-0, 5], { ...exact, where: new Uint8Array([1, 0]) })).toBe(-0);
    expect(sum([])).toBe(0);
  });

  test('is decided by infinities and NaN, unless they are left out', () => {
    const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minus } = Number;
    expect(sum([1, inf], exact)).toBe(inf);
    expect(sum([minus, 1e308, 1e308], exact)).toBe(minus);
    expect(sum([inf, minus], exact)).toBeNaN();
    expect(sum([1, nan], exact)).toBeNaN();
    expect(sum([1e308, nan, 1e308, -1e308], { ...exact, nanPolicy: 'omit' })).toBe(1e308);
    expect(sum([inf, minus], { ...exact, where: new Uint8Array([1, 0]) })).toBe(inf);
    expect(() => sum([1, nan], { ...exact, nanPolicy: 'raise' })).toThrow(/at index 1/);
    expect(sum([inf, minus], { ...exact, nanPolicy: 'raise' })).toBeNaN();
  });

  test('of 32-bit floats is rounded to their type, once', () => {
    // By way of a double it would be a tie, and 1.
    const x = new Float32Array([1, 2 ** -24, 2 ** -120]);
    expect(sum(x, exact)).toBe(1 + 2 ** -23);
    expect(sum(x)).toBe(1);
    expect(sum(new Float32Array(3).fill(3e38), exact)).toBe(Number.POSITIVE_INFINITY);
    const cancels = new Float32Array([3e38, 3e38, -3e38]);
    expect(sum(cancels, exact)).toBe(cancels[0]);
  });

  test('differs from pairwise where that is off, and integers are the same in both', () => {
    const x = new Float64Array(1000).fill(0.1);
    const total = rounded(1000n * scaled(0.1), 1n << UNIT);
    expect(sum(x, exact)).toBe(total);
    expect(sum(x)).not.toBe(total);
    expect(sum(new Int16Array([5, -7]), exact)).toBe(-2);
  });
});

describe("dot, sumOfSquares and norm with precision 'exact'", () => {
  test('keep products beyond the range of doubles', () => {
    expect(dot([1e200, 1e200, 3], [1e200, -1e200, 4], exact)).toBe(12);
    expect(dot([1e200, 1e200, 3], [1e200, -1e200, 4])).toBeNaN();
    const tiny = new Float64Array(3000).fill(2 ** -540);
    expect(sumOfSquares(tiny, exact)).toBe(rounded(3000n, 1n << 1080n));
    expect(sumOfSquares(tiny)).toBe(0);
    expect(dot([], [], exact)).toBe(0);
  });

  test('of numbers of many sizes are the rounded exact ones', () => {
    for (const spread of [1, 40, 600]) {
      const make = (seed: number) =>
        Float64Array.from(
          { length: 5000 },
          (_, i) => Math.sin(i + seed) * 2 ** (((i * 7919) % spread) - spread / 2),
        );
      const [x, y] = [make(1), make(0.5)];
      const [a, b] = [[...x], [...y]];
      expect(dot(x, y, exact)).toBe(rounded(products(a, b), 1n << (2n * UNIT)));
      const squares = products(a, a);
      expect(sumOfSquares(x, exact)).toBe(rounded(squares, 1n << (2n * UNIT)));
      // The oracle's root is cut off far behind the last bit of a double.
      expect(norm(x, exact)).toBe(squareRoot(squares, 1n << (2n * UNIT)));
      const magnitudes = a.reduce((total, value) => total + scaled(Math.abs(value)), 0n);
      expect(norm(x, { ...exact, ord: 1 })).toBe(rounded(magnitudes, 1n << UNIT));
    }
  });

  test('of 32-bit floats are rounded to their type, once', () => {
    const x = new Float32Array([1, 2 ** -12, 2 ** -70]);
    expect(sumOfSquares(x, exact)).toBe(1 + 2 ** -23);
    expect(sumOfSquares(x)).toBe(1);
    const y = new Float32Array([1, 2 ** -12, -(2 ** -70)]);
    expect(dot(x, y, exact)).toBe(1);
    const big = new Float32Array([3e38, 3e38]);
    expect(norm(big, exact)).toBe(Number.POSITIVE_INFINITY);
    expect(norm(new Float32Array([3e30, 4e30]), exact)).toBe(
      Math.fround(Math.hypot(...new Float32Array([3e30, 4e30]))),
    );
  });

  test('leave out pairs by the mask and by NaN in either array', () => {
    const [x, y] = [
      [1, Number.NaN, 3, 4, 5],
      [2, 2, Number.NaN, 2, Number.POSITIVE_INFINITY],
    ];
    const where = new Uint8Array([1, 1, 1, 1, 0]);
    expect(dot(x, y, { ...exact, where, nanPolicy: 'omit' })).toBe(10);
    expect(dot(x, y, { ...exact, nanPolicy: 'omit' })).toBe(Number.POSITIVE_INFINITY);
    expect(dot([Number.NaN, 1], [Number.POSITIVE_INFINITY, 1], { ...exact, nanPolicy: 'omit' })).toBe(1);
    expect(dot(x, y, { ...exact, where })).toBeNaN();
    expect(norm([3, Number.NaN, 4], { ...exact, nanPolicy: 'omit' })).toBe(5);
  });

  test('norm rounds the root of the exact sum, which a rounded sum would miss', () => {
    // The sum is just above the square of a tie: rounded first, its root falls on the even neighbour.
    let differences = 0;
    for (let i = 0; i < 2000; i++) {
      const x = [1 + i * 2 ** -20, (i % 97) * 2 ** -26 + 2 ** -30, 2 ** -52];
      const squares = products(x, x);
      const root = squareRoot(squares, 1n << (2n * UNIT));
      expect(norm(x, exact)).toBe(root);
      if (Math.sqrt(rounded(squares, 1n << (2n * UNIT))) !== root) differences++;
    }
    expect(differences).toBeGreaterThan(0);
    expect(norm(new BigInt64Array([2n ** 62n, 2n ** 62n + 1n]), exact)).toBe(
      squareRoot(2n ** 124n + (2n ** 62n + 1n) ** 2n, 1n),
    );
  });
});
