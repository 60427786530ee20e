/** The order of additions that is the contract of sums of floats: numpy's pairwise tree. */

import type { NumericArray } from 'allcores';

type Join = (a: number, b: number) => number;

/** Joins `n` terms from `start` as numpy does: eight lanes in leaves of at most 128, halves above. */
export function tree(
  term: (i: number) => number,
  join: Join,
  empty: number,
  start: number,
  n: number,
): number {
  if (n < 8) {
    let joined = empty;
    for (let i = start; i < start + n; i++) joined = join(joined, term(i));
    return joined;
  }
  if (n > 128) {
    const half = Math.floor(n / 16) * 8;
    return join(tree(term, join, empty, start, half), tree(term, join, empty, start + half, n - half));
  }
  const lanes = Array.from({ length: 8 }, (_, lane) => term(start + lane));
  const whole = start + Math.floor(n / 8) * 8;
  for (let i = start + 8; i < whole; i++) {
    const lane = (i - start) % 8;
    lanes[lane] = join(lanes[lane] as number, term(i));
  }
  let level = lanes;
  while (level.length > 1) {
    const pairs = level;
    level = Array.from({ length: pairs.length / 2 }, (_, i) =>
      join(pairs[2 * i] as number, pairs[2 * i + 1] as number),
    );
  }
  let joined = level[0] as number;
  for (let i = whole; i < start + n; i++) joined = join(joined, term(i));
  return joined;
}

/** The sum of `n` terms: `0 + tree`, so that it is never −0. */
export function treeSum(n: number, term: (i: number) => number): number {
  return 0 + tree(term, (a, b) => a + b, -0, 0, n);
}

/** A double rounded to the type of a float array's elements. */
export function toTypeOf(x: NumericArray, value: number): number {
  const one = new (x.constructor as new (length: number) => Float64Array)(1);
  one[0] = value;
  return one[0] as number;
}
