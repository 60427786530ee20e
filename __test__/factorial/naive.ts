/** What the family of factorials is, in the plainest code; and seeded numbers to try it on. */

import { randomWords } from '../fixtures/kernel-data.mjs';

/** The product of the integers from `low` to `high`, by halves; 1 when there are none. */
export function product(low: bigint, high: bigint): bigint {
  if (high - low < 16n) {
    let result = 1n;
    for (let factor = low; factor <= high; factor++) result *= factor;
    return result;
  }
  const middle = (low + high) / 2n;
  return product(low, middle) * product(middle + 1n, high);
}

/** n!. */
export function naiveFactorial(n: number | bigint): bigint {
  return product(1n, BigInt(n));
}

/** n (n - 1) (n - 2) ..., of k factors. */
export function naiveFalling(n: bigint, k: number): bigint {
  let result = 1n;
  for (let i = 0; i < k; i++) result *= n - BigInt(i);
  return result;
}

/** n (n + 1) (n + 2) ..., of k factors. */
export function naiveRising(n: bigint, k: number): bigint {
  let result = 1n;
  for (let i = 0; i < k; i++) result *= n + BigInt(i);
  return result;
}

/** Whole numbers of a seed: `below(n)` is from 0 to n - 1, `bits(n)` a number of n bits. */
export function seeded(seed: number): { below(bound: number): number; bits(count: number): bigint } {
  const draw = randomWords(seed);
  return {
    below: (bound) => draw() % bound,
    bits: (count) => {
      let text = '';
      for (let at = 0; at < count; at += 32) text += draw().toString(16).padStart(8, '0');
      if (count === 0) return 0n;
      const value = BigInt(`0x${text}`) >> BigInt((32 - (count % 32)) % 32);
      return value | (1n << BigInt(count - 1));
    },
  };
}
