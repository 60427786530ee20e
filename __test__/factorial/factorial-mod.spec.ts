import { readFileSync } from 'node:fs';
import { threadActivity } from 'allcores/diagnostics';
import { factorialMod } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';
import { randomWords } from '../fixtures/kernel-data.mjs';

/** n! modulo m for each of some rising n, by one product after the other. */
function* direct(m: bigint, last: number): Generator<[n: number, expected: bigint]> {
  let product = 1n % m;
  for (let n = 0; n <= last; n++) {
    if (n > 1) product = (product * BigInt(n)) % m;
    yield [n, product];
  }
}

/** A plain comparison, because a matcher costs more than the kernel. */
function check(n: number | bigint, m: bigint, expected: bigint): void {
  const got = factorialMod(n, m);
  if (got !== expected) throw new Error(`factorialMod(${n}, ${m}) is ${got}, not ${expected}`);
}

const MERSENNE = 2n ** 61n - 1n;

describe('factorialMod', () => {
  test('is the remainder of the product, for every modulus up to 300 and every n', () => {
    for (let m = 1n; m <= 300n; m++) {
      for (const [n, expected] of direct(m, Number(m) + 2)) check(n, m, expected);
    }
    expect(factorialMod(0, 1)).toBe(0);
  });

  const moduli: readonly [what: string, m: bigint][] = [
    ['the largest modulus, a power of two', 2n ** 63n],
    ['the largest odd number', 2n ** 63n - 1n],
    ['the largest prime', 2n ** 63n - 25n],
    ['a prime of 31 bits', 2n ** 31n - 1n],
    ['the first odd number above the narrow products', 2n ** 31n + 1n],
    ['a prime of 61 bits', MERSENNE],
    ['2 · 3 · p²', 6n * 1_000_003n ** 2n],
    ['a power of 3', 3n ** 39n],
    ['a Carmichael number', 825_265n],
    ['a larger Carmichael number', 1_299_963_601n],
    ['a product of two large primes', 3_037_000_453n * 3_037_000_493n],
  ];

  test.each(moduli)('is right for small n modulo %s', (_, m) => {
    for (const [n, expected] of direct(m, 400)) check(n, m, expected);
  });

  test('is right on both sides of every multiple of a prime, modulo its powers and their multiples', () => {
    const p = 70_001n;
    for (const m of [p, p ** 2n, p ** 3n, 6n * p ** 2n, 4n * p ** 3n, p ** 2n * 70_003n, p * 1_000_003n]) {
      const near = (n: number) => Math.min(n % Number(p), Number(p) - (n % Number(p))) <= 2;
      for (const [n, expected] of direct(m, 4 * Number(p) + 3)) {
        if (near(n) || n % 9973 === 0) check(n, m, expected);
      }
    }
  });

  test('is right where one method takes over from another, by n! = n · (n - 1)!', () => {
    const steps = (m: bigint, border: number) => {
      let before = factorialMod(border - 1, m);
      for (let n = border; n <= border + 1; n++) {
        const here = factorialMod(n, m);
        if (here !== (before * BigInt(n)) % m) throw new Error(`n = ${n}, m = ${m}`);
        before = here;
      }
    };
    for (const m of [2n ** 31n - 1n, MERSENNE, 2n ** 63n - 25n, 3_037_000_453n * 3_037_000_493n]) {
      for (const border of [128, 65_536, 2 ** 17, 2 ** 20, 2 ** 24]) steps(m, border);
    }
    for (const m of [MERSENNE, 3_037_000_453n * 3_037_000_493n]) steps(m, 500_000_000);
  }, 120_000);

  test("follows Wilson's theorem: (p - 1)! is -1 and n! (p - 1 - n)! is 1 or -1 modulo a prime p", () => {
    const next = randomWords(5);
    for (const p of [3n, 5n, 1_000_003n, 2n ** 31n - 1n, 999_999_999_989n]) {
      expect(factorialMod(p - 1n, p)).toBe(p - 1n);
      if (p > 3n) expect(factorialMod(p - 2n, p)).toBe(1n);
      for (let i = 0; i < 4; i++) {
        const n = BigInt(next()) % p;
        const product = (factorialMod(n, p) * factorialMod(p - 1n - n, p)) % p;
        expect(product, `n = ${n}, p = ${p}`).toBe(n % 2n === 1n ? 1n : p - 1n);
      }
    }
    for (const n of [0n, 1n, 2n, 1000n, 100_000n]) {
      expect((factorialMod(n, MERSENNE) * factorialMod(MERSENNE - 1n - n, MERSENNE)) % MERSENNE).toBe(
        n % 2n === 1n ? 1n : MERSENNE - 1n,
      );
    }
  });

  test('is 0 as soon as m divides n!, at once', () => {
    for (const m of [1n, 7n, 2n ** 61n - 1n, 2n ** 63n, 6n * 1_000_003n ** 2n]) {
      for (const n of [m, m + 1n, 2n ** 64n - 1n]) check(n, m, 0n);
    }
    // The second multiple of the prime brings its second factor.
    check(2_000_006, 6n * 1_000_003n ** 2n, 0n);
    expect(factorialMod(2_000_005, 6n * 1_000_003n ** 2n)).not.toBe(0n);
    check(2n ** 40n, 3n ** 39n, 0n);
  });

  test('agrees with GMP', () => {
    const golden = JSON.parse(
      readFileSync(new URL('../golden/factorial/numbers.json', import.meta.url), 'utf8'),
    ) as { factorialMod: [n: string, m: string, residue: string][] };
    expect(golden.factorialMod.length).toBeGreaterThan(40);
    for (const [n, m, residue] of golden.factorialMod) check(BigInt(n), BigInt(m), BigInt(residue));
  });

  test('gives a number for a number and a bigint for a bigint, whatever n is', async () => {
    for (const n of [10, 10n]) {
      expect(factorialMod(n, 1_000_003)).toBe(628_791);
      expect(factorialMod(n, 1_000_003n)).toBe(628_791n);
      expect(await factorialMod.async(n, 1_000_003)).toBe(628_791);
      expect(await factorialMod.async(n, 1_000_003n)).toBe(628_791n);
    }
    const safe = Number.MAX_SAFE_INTEGER;
    expect(BigInt(factorialMod(100, safe))).toBe(factorialMod(100n, BigInt(safe)));
  });

  test('tells how to pass what a number cannot say', () => {
    expect(() => factorialMod(2 ** 53, 7)).toThrow(/`n`.*above 2\^53 - 1 it must be a bigint/);
    expect(() => factorialMod(5, 2 ** 60)).toThrow(/`m`.*above 2\^53 - 1 it must be a bigint/);
  });

  test('refuses bad arguments before any work', () => {
    const before = threadActivity(0);
    for (const m of [0, 0n, -1, -7n, 2n ** 63n + 1n, 2 ** 63 * 2, 1.5, Number.NaN]) {
      expect(() => factorialMod(5, m)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }));
    }
    expect(threadActivity(0)).toEqual(before);
  });

  test('tells its progress as it goes, and that it is done', async () => {
    for (const n of [400_000_000, 400_000_000_000]) {
      const told: number[] = [];
      await factorialMod.async(n, MERSENNE, { onProgress: (share) => told.push(share) });
      expect(told.at(-1)).toBe(1);
      expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
      expect(told.length, `${n}`).toBeGreaterThan(5);
    }
  });

  test('refuses what may need more than maxMemory, with the estimate, before any work', async () => {
    const before = threadActivity(0);
    const [n, m] = [10n ** 15n, MERSENNE];
    const refused = { code: 'ERR_OUT_OF_RANGE', message: expect.stringMatching(/maxMemory.*\d{9,} bytes/) };
    expect(() => factorialMod(n, m, { maxMemory: 1e8 })).toThrow(expect.objectContaining(refused));
    await expect(factorialMod.async(n, m, { maxMemory: 1e8 })).rejects.toMatchObject(refused);
    expect(threadActivity(0)).toEqual(before);
    expect(factorialMod(10, 1_000_003, { maxMemory: 1e6 })).toBe(628_791);
  });

  test('can be cancelled in mid-call, after which the next one works', async () => {
    const controller = new AbortController();
    const before = threadActivity(0).blocks;
    const promise = factorialMod.async(10n ** 18n, MERSENNE, { signal: controller.signal });
    while (threadActivity(0).blocks < before + 10) await new Promise((done) => setTimeout(done, 1));
    controller.abort('enough');
    await expect(promise).rejects.toBe('enough');
    expect(await factorialMod.async(10, 1_000_003)).toBe(628_791);
  });
});
