/**
 * Plain JavaScript on V8: what a program does without a package.
 *
 * Why this is its best: loops over typed arrays that stay monomorphic (one function for each element
 * type and each mapped function, so that V8 compiles each for what it meets), a sum also with
 * four accumulators (V8 does not break the chain of additions by itself), factorials by a
 * balanced product tree, which lets V8 use its fast multiplication (a simple loop is 6 times
 * slower at 10,000!).
 */

import type { Agreement } from '../harness/agreement.ts';
import type { Answer, Rival } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';

/** A peer's row for loops over an array: one contender for each way to write it. */
export function loops(ways: Readonly<Record<string, () => Answer>>, agreement: Agreement): Rival {
  return {
    peer: 'v8',
    agreement,
    settings: Object.entries(ways).map(([name, run]) => blocking(name, run, run)),
  };
}

/** The loop that everybody writes. */
export function sumLoop(x: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i] as number;
  return total;
}

/** Four sums side by side. */
export function sumLoopOfFour(x: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length - (x.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += x[i] as number;
    b += x[i + 1] as number;
    c += x[i + 2] as number;
    d += x[i + 3] as number;
  }
  let total = a + b + (c + d);
  for (let i = whole; i < x.length; i++) total += x[i] as number;
  return total;
}

/** The mean by a loop. */
export function meanLoop(x: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i] as number;
  return total / x.length;
}

/** Two passes: the mean, then the squared distances from it. */
export function varianceLoop(x: Float64Array): number {
  const mean = meanLoop(x);
  let total = 0;
  for (let i = 0; i < x.length; i++) {
    const distance = (x[i] as number) - mean;
    total += distance * distance;
  }
  return total / x.length;
}

/** The least element by a loop. */
export function minLoop(x: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < x.length; i++) if ((x[i] as number) < least) least = x[i] as number;
  return least;
}

/** The greatest element by a loop. */
export function maxLoop(x: Float64Array): number {
  let greatest = -Infinity;
  for (let i = 0; i < x.length; i++) if ((x[i] as number) > greatest) greatest = x[i] as number;
  return greatest;
}

/** The least and the greatest element by one loop. */
export function minMaxLoop(x: Float64Array): Float64Array {
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return Float64Array.of(least, greatest);
}

/** The index of the least element by a loop. */
export function argMinLoop(x: Float64Array): number {
  let found = 0;
  for (let i = 1; i < x.length; i++) if ((x[i] as number) < (x[found] as number)) found = i;
  return found;
}

/** The sum of the products by a loop. */
export function dotLoop(x: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i] as number) * (y[i] as number);
  return total;
}

/** The sum of the squares by a loop. */
export function squaresLoop(x: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i] as number) * (x[i] as number);
  return total;
}

/** n! by a balanced product tree. */
export function factorialTree(n: number): bigint {
  const product = (from: number, to: number): bigint => {
    if (to - from < 8) {
      let total = BigInt(from);
      for (let factor = from + 1; factor <= to; factor++) total *= BigInt(factor);
      return total;
    }
    const middle = (from + to) >> 1;
    return product(from, middle) * product(middle + 1, to);
  };
  return n < 2 ? 1n : product(2, n);
}

/** n! modulo m, for n below 2^26: pairs of factors are exact as numbers, which halves the work on bigints. */
export function remainderLoop(n: number, m: bigint): bigint {
  let remainder = 1n % m;
  for (let k = 2; k <= n; k += 2) {
    remainder = (remainder * BigInt(k === n ? k : k * (k + 1))) % m;
  }
  return remainder;
}

/** ln n! of each element, by a table for small n and Stirling's series above. */
export function lnFactorialLoop(x: Float64Array, out: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++) {
    const n = x[i] as number;
    if (n < SMALL_LN_FACTORIALS.length) {
      out[i] = SMALL_LN_FACTORIALS[n] as number;
    } else {
      const series = (1 / 12 - 1 / (360 * n * n)) / n;
      out[i] = (n + 0.5) * Math.log(n) - n + (LN_TAU_HALF + series);
    }
  }
  return out;
}

const LN_TAU_HALF = Math.log(2 * Math.PI) / 2;

const SMALL_LN_FACTORIALS = (() => {
  const table = new Float64Array(171);
  let product = 1;
  for (let n = 2; n < table.length; n++) {
    product *= n;
    table[n] = Math.log(product);
  }
  return table;
})();
