import { readFileSync } from 'node:fs';
import { digitCount, factorialString, logFactorial } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';

describe('digitCount', () => {
  test('is the length of the text, for every n up to 20,000', () => {
    // n! = n · (n - 1)!: its leading digits and its exponent, checked against the text now and then.
    let [leading, digits] = [1, 1];
    for (let n = 0; n <= 20_000; n++) {
      const expected = n < 3000 || n % 97 === 0 ? factorialString(n).length : undefined;
      leading *= Math.max(n, 1);
      while (leading >= 10) [leading, digits] = [leading / 10, digits + 1];
      if (Math.abs(leading - 1) < 1e-9 && n > 1) throw new Error('too near to a power of ten to tell');
      if (expected !== undefined && expected !== digits) throw new Error(`the oracle errs at ${n}`);
      if (digitCount(n) !== digits) throw new Error(`digitCount(${n}) is not ${digits}`);
    }
  });

  test("agrees with MPFR's log-gamma, also next to powers of ten and at the largest n", () => {
    const { digitCount: golden } = JSON.parse(
      readFileSync(new URL('../golden/factorial/numbers.json', import.meta.url), 'utf8'),
    ) as { digitCount: [n: number, digits: number][] };
    expect(golden.length).toBeGreaterThan(30);
    expect(golden.at(-1)).toEqual([627_109_151_413_468, 9_007_199_254_740_990]);
    for (const [n, digits] of golden) expect(digitCount(n), `${n}`).toBe(digits);
    // Some of them cannot be told apart by doubles.
    const fraction = (n: number) => (logFactorial(n) * Math.LOG10E) % 1;
    expect(golden.some(([n]) => n > 1e6 && Math.min(fraction(n), 1 - fraction(n)) < 1e-6)).toBe(true);
  });

  test('takes numbers and bigints, plainly and asynchronously', async () => {
    for (const n of [0, 1, 25, 1000, 10 ** 12]) {
      expect(digitCount(BigInt(n))).toBe(digitCount(n));
      expect(await digitCount.async(n)).toBe(digitCount(n));
    }
    expect(digitCount(1000)).toBe(2568);
    await expect(digitCount.async(5, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });

  test('refuses an n whose digits a number could not count', () => {
    for (const n of [627_109_151_413_469, 627_109_151_413_469n, 1e15]) {
      expect(() => digitCount(n)).toThrow(
        expect.objectContaining({
          code: 'ERR_OUT_OF_RANGE',
          message: expect.stringContaining('from 0 to 627109151413468'),
        }),
      );
    }
  });
});
