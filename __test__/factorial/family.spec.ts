import {
  binomial,
  doubleFactorial,
  type FactorialKernel,
  fallingFactorial,
  multinomial,
  primorial,
  risingFactorial,
} from 'allcores/factorial';
import { describe, expect, test } from 'vitest';
import { naiveFactorial, naiveFalling, naiveRising, product, seeded } from './naive.js';

/** Both forms. A plain comparison: a matcher would print thousands of digits. */
async function check<A extends readonly unknown[]>(
  kernel: FactorialKernel<A, bigint>,
  args: A,
  expected: bigint,
): Promise<void> {
  const [plain, later] = [kernel(...args), await kernel.async(...args)];
  const shown = args.map(String).join(', ');
  if (plain !== expected) throw new Error(`(${shown}) is ${short(plain)}, expected ${short(expected)}`);
  if (later !== expected) throw new Error(`.async(${shown}) is ${short(later)}`);
}

function short(value: bigint): string {
  const text = value.toString(16);
  return text.length > 40 ? `${text.slice(0, 20)}… (${text.length} hexadecimal digits)` : text;
}

describe('doubleFactorial', () => {
  test('is every second number multiplied, for every n up to 1,200', async () => {
    const running = [1n, 1n];
    for (let n = 0; n <= 1200; n++) {
      if (n > 1) running[n % 2] = (running[n % 2] as bigint) * BigInt(n);
      await check(doubleFactorial, [n], running[n % 2] as bigint);
    }
  });

  test('times its neighbour is a factorial, for random large n', async () => {
    const { below } = seeded(21);
    for (let i = 0; i < 8; i++) {
      const n = 5000 + below(60_000);
      expect(doubleFactorial(n) * doubleFactorial(n - 1) === naiveFactorial(n), `${n}`).toBe(true);
      await check(doubleFactorial, [BigInt(n)], doubleFactorial(n));
    }
  });
});

describe('fallingFactorial and risingFactorial', () => {
  test('are the product of k factors for all small n of either sign', async () => {
    for (let n = -12; n <= 12; n++) {
      for (let k = 0; k <= 14; k++) {
        await check(fallingFactorial, [n, k], naiveFalling(BigInt(n), k));
        await check(risingFactorial, [n, k], naiveRising(BigInt(n), k));
      }
    }
  });

  test('are it for random n of every size and many factors', async () => {
    const { below, bits } = seeded(22);
    for (let i = 0; i < 40; i++) {
      const k = below(3000);
      const n = BigInt(k) + bits(1 + below(62));
      await check(fallingFactorial, [n, k], product(n - BigInt(k) + 1n, n));
      await check(risingFactorial, [n, BigInt(k)], product(n, n + BigInt(k) - 1n));
      const sign = k % 2 === 0 ? 1n : -1n;
      await check(fallingFactorial, [-n, k], sign * product(n, n + BigInt(k) - 1n));
      await check(risingFactorial, [-n, k], sign * product(n - BigInt(k) + 1n, n));
    }
  });

  test('take the way through the primes when there are many factors, with the same result', async () => {
    const { below } = seeded(23);
    for (let i = 0; i < 12; i++) {
      const n = 2000 + below(40_000);
      // On both sides of n / log2(n), and up to all of them.
      for (const k of [Math.floor(n / Math.log2(n)) - 5, Math.ceil(n / 10), n - below(50), n]) {
        await check(fallingFactorial, [n, k], product(BigInt(n - k + 1), BigInt(n)));
      }
    }
  });

  test('go up to factors just below 2^64, and refuse the next', async () => {
    const last = 2n ** 64n - 1n;
    await check(fallingFactorial, [last, 3], last * (last - 1n) * (last - 2n));
    await check(risingFactorial, [last - 2n, 3], last * (last - 1n) * (last - 2n));
    await check(fallingFactorial, [-last + 2n, 3], -(last * (last - 1n) * (last - 2n)));
    for (const [kernel, n] of [
      [risingFactorial, last - 1n],
      [fallingFactorial, -last + 1n],
    ] as const) {
      expect(() => kernel(n, 3)).toThrow(
        expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }),
      );
    }
  });

  test('are 0 with more factors than n, however many', async () => {
    await check(fallingFactorial, [5, 2 ** 53 - 1], 0n);
    await check(fallingFactorial, [0, 2n ** 64n - 1n], 0n);
    await check(risingFactorial, [0, 2n ** 64n - 1n], 0n);
    await check(risingFactorial, [-5, 2 ** 53 - 1], 0n);
  });
});

describe('binomial', () => {
  test('follows the rule of Pascal up to 90, and is 0 beyond', async () => {
    let row = [1n];
    for (let n = 0; n <= 90; n++) {
      for (let k = 0; k <= n; k++) await check(binomial, [n, k], row[k] as bigint);
      await check(binomial, [n, n + 1], 0n);
      row = [1n, ...row.slice(1).map((value, k) => value + (row[k] as bigint)), 1n];
    }
  });

  test('is the quotient of factorials for random n of every size', async () => {
    const { below, bits } = seeded(24);
    for (let i = 0; i < 40; i++) {
      const k = below(1500);
      const n = BigInt(k) + bits(1 + below(63));
      const expected = product(n - BigInt(k) + 1n, n) / naiveFactorial(k);
      await check(binomial, [n, k], expected);
      await check(binomial, [n, n - BigInt(k)], expected);
    }
  });

  test('is it near the middle too, where all primes up to n are looked at', async () => {
    const { below } = seeded(25);
    for (let i = 0; i < 10; i++) {
      const n = 1000 + below(20_000);
      const k = below(n);
      const expected = naiveFactorial(n) / (naiveFactorial(k) * naiveFactorial(n - k));
      await check(binomial, [n, k], expected);
    }
  });
});

describe('multinomial', () => {
  test('is the quotient of factorials, for random lists in any order', async () => {
    const { below } = seeded(26);
    for (let i = 0; i < 40; i++) {
      const ks = Array.from({ length: below(8) }, () => below([3, 40, 700, 4000][below(4)] as number));
      const sum = ks.reduce((total, k) => total + k, 0);
      const parts = ks.reduce((all, k) => all * naiveFactorial(k), 1n);
      const expected = naiveFactorial(sum) / parts;
      await check(multinomial, [ks], expected);
      await check(multinomial, [ks.reverse().map(BigInt)], expected);
      await check(multinomial, [Uint16Array.from(ks)], expected);
    }
  });

  test('of one large number and small ones needs no primes up to the sum', async () => {
    const largest = 2n ** 62n;
    const expected = product(largest + 1n, largest + 900n) / (naiveFactorial(400) * naiveFactorial(500));
    await check(multinomial, [[400, largest, 500]], expected);
  });

  test('of nothing, of one number and of zeros is 1', async () => {
    for (const ks of [[], [0], [7], [2 ** 53 - 1], [0, 0, 0], new BigUint64Array(0)]) {
      await check(multinomial, [ks], 1n);
    }
  });
});

describe('primorial', () => {
  test('is the product of the primes, for every n up to 3,000 and at the ends of sieve segments', async () => {
    const last = 4 * 65_536 + 10;
    const composite = new Uint8Array(last + 1);
    const wanted = new Set([65_536, 65_537, 65_538, 131_071, 131_075, 262_147, last]);
    let expected = 1n;
    for (let n = 0; n <= last; n++) {
      if (n > 1 && composite[n] === 0) {
        expected *= BigInt(n);
        for (let multiple = n * n; multiple <= last; multiple += n) composite[multiple] = 1;
      }
      if (n <= 3000 || wanted.has(n)) await check(primorial, [n], expected);
    }
  });
});
