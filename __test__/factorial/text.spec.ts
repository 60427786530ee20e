import { bigintFromString, bigintToString, factorial, factorialString, multiply } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';
import { seeded } from './naive.js';

const signs = [
  [1n, 1n],
  [1n, -1n],
  [-1n, 1n],
  [-1n, -1n],
] as const;

describe('multiply', () => {
  test('is the product for every pair of signs and sizes from nothing to 40,000 bits', async () => {
    const { below, bits } = seeded(31);
    for (let i = 0; i < 60; i++) {
      const most = [5, 64, 130, 3000, 40_000][i % 5] as number;
      const [x, y] = [bits(below(most)), bits(below(most))];
      for (const [a, b] of signs) {
        const expected = a * x * b * y;
        expect(multiply(a * x, b * y) === expected, `${a * x} times ${b * y}`).toBe(true);
        expect((await multiply.async(a * x, b * y)) === expected).toBe(true);
      }
    }
  });

  test('of a negative number and zero is a zero like any other', async () => {
    expect(Object.is(multiply(-5n, 0n), 0n)).toBe(true);
    expect(Object.is(await multiply.async(0n, -(2n ** 100n)), 0n)).toBe(true);
  });

  test('of a number with itself, and of numbers with long runs of ones and zeros', () => {
    for (const size of [64n, 640n, 6400n, 64_000n, 640_000n]) {
      const ones = (1n << size) - 1n;
      const gap = (ones << (3n * size)) + ones;
      expect(multiply(ones, ones) === ones * ones, `${size}`).toBe(true);
      expect(multiply(gap, -ones) === -(gap * ones), `${size}`).toBe(true);
      expect(multiply(gap, gap) === gap * gap, `${size}`).toBe(true);
    }
  });
});

describe('bigintToString and bigintFromString', () => {
  test("give V8's text and number for every size up to 700 digits and some beyond", async () => {
    const { bits } = seeded(32);
    for (const size of [...Array(2300).keys(), 63_999, 64_000, 64_001, 128_001, 400_000]) {
      if (size > 300 && size < 2300 && size % 7 !== 0) continue;
      const x = size % 2 === 0 ? bits(size) : -bits(size);
      const text = String(x);
      expect(bigintToString(x) === text, `${size} bits`).toBe(true);
      expect(bigintFromString(text) === x, `${size} bits`).toBe(true);
      expect((await bigintToString.async(x)) === text, `${size} bits`).toBe(true);
      expect((await bigintFromString.async(text)) === x, `${size} bits`).toBe(true);
    }
  });

  test('are each the way back of the other up to five million digits', { timeout: 120_000 }, async () => {
    const { below, bits } = seeded(33);
    const modulus = 2n ** 61n - 1n;
    for (const most of [1_000_000, 4_000_000, 16_609_640]) {
      const x = -bits(most - below(most / 4));
      const text = await bigintToString.async(x);
      // Not only the way back: what the digits say, fifteen at a time.
      let remainder = 0n;
      for (let at = 1; at < text.length; at += 15) {
        const digits = text.slice(at, at + 15);
        remainder = (remainder * 10n ** BigInt(digits.length) + BigInt(digits)) % modulus;
      }
      expect(remainder === -x % modulus, `${most} bits`).toBe(true);
      expect(/^-[1-9]/.test(text)).toBe(true);
      expect(bigintFromString(text) === x, `${most} bits`).toBe(true);
    }
  });

  test('keep zeros and nines in long runs, and zeros in front do not count', () => {
    for (const digits of [1, 17, 18, 19, 20, 36, 37, 576, 577, 5000]) {
      for (const text of [`1${'0'.repeat(digits)}`, '9'.repeat(digits), `1${'0'.repeat(digits)}7`]) {
        expect(bigintToString(BigInt(text)) === text).toBe(true);
        expect(bigintFromString(text) === BigInt(text)).toBe(true);
        expect(bigintFromString(`-000${text}`) === -BigInt(text)).toBe(true);
        expect(bigintFromString(`+${text}`) === BigInt(text)).toBe(true);
      }
    }
    expect(bigintFromString('0')).toBe(0n);
    expect(bigintFromString('-0')).toBe(0n);
    expect(bigintFromString('000')).toBe(0n);
    expect(bigintToString(0n)).toBe('0');
  });

  test('give the text of a factorial that factorialString gives', async () => {
    for (const n of [0, 25, 3000, 20_000]) {
      const text = factorialString(n);
      expect(bigintToString(factorial(n)) === text, `${n}`).toBe(true);
      expect((await bigintFromString.async(text)) === factorial(n), `${n}`).toBe(true);
    }
  });

  test('take text in any form that a JavaScript string has', () => {
    const digits = '1234567890'.repeat(30);
    const wide = `${digits}€`.slice(0, -1); // its memory has two bytes for each character
    const sliced = `x${digits}`.slice(1);
    const joined = digits.slice(0, 100) + digits.slice(100);
    for (const text of [wide, sliced, joined]) expect(bigintFromString(text) === BigInt(digits)).toBe(true);
  });
});
