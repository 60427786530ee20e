import { factorial, factorialString, trailingZeros } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';

/** How often a number can be divided. */
function divisions(value: bigint, by: bigint): number {
  let count = 0;
  for (let rest = value; rest % by === 0n; rest /= by) count++;
  return count;
}

describe('trailingZeros', () => {
  test('counts the zeros at the end of the text, for every n up to 3,000', () => {
    for (let n = 0; n <= 3000; n++) {
      const zeros = /0*$/.exec(factorialString(n))?.[0].length;
      if (trailingZeros(n) !== zeros) throw new Error(`trailingZeros(${n}) is not ${zeros}`);
    }
  });

  test('counts how often the base divides n!, for bases of every kind', () => {
    const bases = [2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 24, 30, 36, 49, 72, 97, 1000, 1024, 6469693230, 97 ** 3];
    for (const n of [0, 1, 2, 5, 10, 48, 49, 97, 100, 194, 300]) {
      const value = factorial(n);
      for (const base of bases) {
        expect(trailingZeros(n, base), `${n} in base ${base}`).toBe(divisions(value, BigInt(base)));
      }
    }
  });

  test('is exact up to the largest arguments', () => {
    const last = Number.MAX_SAFE_INTEGER;
    expect(trailingZeros(last, 2)).toBe(last - 53);
    expect(trailingZeros(last, 2 ** 52)).toBe(Math.floor((last - 53) / 52));
    // 2^53 - 1 = 6361 · 69431 · 20394401
    expect(trailingZeros(last, last)).toBe(6361 * 69431 + Math.floor(last / 20394401 ** 2));
    expect(trailingZeros(10 ** 15)).toBe(249_999_999_999_997);
  });

  test('takes numbers and bigints, plainly and asynchronously', async () => {
    expect(trailingZeros(25n)).toBe(6);
    expect(trailingZeros(25n, 10n)).toBe(6);
    expect(trailingZeros(25, undefined)).toBe(6);
    expect(await trailingZeros.async(25)).toBe(6);
    expect(await trailingZeros.async(1_000_000n, 16)).toBe(249_998);
    expect(await trailingZeros.async(25, undefined, { signal: new AbortController().signal })).toBe(6);
    await expect(trailingZeros.async(25, 10, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });
});
