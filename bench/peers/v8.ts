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
