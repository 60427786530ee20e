import type { NumericArray } from 'allcores';

/**
 * What the numeric kernels must give, in the plainest JavaScript: the tree of additions for floats,
 * BigInt and one rounding for integers. Slow, and independent of the native code.
 */

type Floats = Float32Array | Float64Array;

/** numpy's pairwise tree over `at(0) … at(n - 1)`. */
function tree(at: (index: number) => number, start: number, n: number): number {
  if (n < 8) {
    let total = -0;
    for (let i = 0; i < n; i++) total += at(start + i);
    return total;
  }
  if (n <= 128) {
    const lanes = Array.from({ length: 8 }, (_, lane) => at(start + lane));
    const whole = n - (n % 8);
    for (let i = 8; i < whole; i++) lanes[i % 8] = (lanes[i % 8] as number) + at(start + i);
    const [a, b, c, d, e, f, g, h] = lanes as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    let total = a + b + (c + d) + (e + f + (g + h));
    for (let i = whole; i < n; i++) total += at(start + i);
    return total;
  }
  let half = Math.floor(n / 2);
  half -= half % 8;
  return tree(at, start, half) + tree(at, start + half, n - half);
}

function treeSum(n: number, at: (index: number) => number): number {
  return 0 + tree(at, 0, n);
}

/** `numerator / denominator`, rounded once to the nearest double, ties to even. */
export function ratio(numerator: bigint, denominator: bigint): number {
  const negative = numerator < 0n;
  const shifted = (negative ? -numerator : numerator) << 256n;
  // The last bit says that something was left over, so that a tie is no tie.
  const quotient = (shifted / denominator) | (shifted % denominator === 0n ? 0n : 1n);
  const value = Number(quotient) * 2 ** -256;
  return negative ? -value : value;
}

function isFloats(x: NumericArray): x is Floats {
  return Object.prototype.toString.call(x).startsWith('[object Float');
}

/** A double rounded once to the type of an array of floats. */
export function narrow(x: NumericArray, value: number): number {
  const one = new (x.constructor as Float64ArrayConstructor)(1);
  one[0] = value;
  return one[0] as number;
}

function bigints(x: NumericArray): bigint[] {
  return Array.from(x as ArrayLike<number | bigint>, (value) => BigInt(value));
}

/** The result of a sum: an exact integer as the kernels give it, or a double rounded to the array's type. */
function total(
  x: NumericArray,
  bigint: boolean,
  floats: (at: Floats) => number,
  exact: (of: bigint[]) => bigint,
) {
  if (isFloats(x)) return narrow(x, floats(x));
  const value = exact(bigints(x));
  return bigint || x instanceof BigInt64Array || x instanceof BigUint64Array ? value : Number(value);
}

/** What `sum` gives. */
export function sum(x: NumericArray, { bigint = false } = {}): number | bigint {
  return total(
    x,
    bigint,
    (floats) => treeSum(floats.length, (i) => floats[i] as number),
    (values) => values.reduce((a, b) => a + b, 0n),
  );
}

/** What `dot` gives. */
export function dot(x: NumericArray, y: NumericArray, { bigint = false } = {}): number | bigint {
  const others = isFloats(y) ? [] : bigints(y);
  return total(
    x,
    bigint,
    (floats) => treeSum(floats.length, (i) => (floats[i] as number) * (y[i] as number)),
    (values) => values.reduce((a, b, i) => a + b * (others[i] as bigint), 0n),
  );
}

/** What `sumOfSquares` gives. */
export function sumOfSquares(x: NumericArray, options: { bigint?: boolean } = {}): number | bigint {
  return dot(x, x, options);
}

/** What `mean` gives. */
export function mean(x: NumericArray): number {
  if (x.length === 0) return Number.NaN;
  if (!isFloats(x)) return ratio(sum(x, { bigint: true }) as bigint, BigInt(x.length));
  const value = treeSum(x.length, (i) => x[i] as number) / x.length;
  return narrow(x, value);
}

function extreme(x: NumericArray, pick: (a: number, b: number) => number, below: boolean): number | bigint {
  if (!(x instanceof BigInt64Array || x instanceof BigUint64Array)) {
    return Array.from(x as ArrayLike<number>).reduce((a, b) => pick(a, b));
  }
  return bigints(x).reduce((a, b) => (b < a === below ? b : a));
}

/** What `min` gives. */
export function min(x: NumericArray): number | bigint {
  return extreme(x, Math.min, true);
}

/** What `max` gives. */
export function max(x: NumericArray): number | bigint {
  return extreme(x, Math.max, false);
}

/** The exact variance rounded once; for floats over their exact values, read as integers over one power of two. */
export function variance(x: NumericArray, { ddof = 0 } = {}): number {
  const n = x.length;
  if (ddof >= n) return Number.NaN;
  // Every double of moderate size is an integer over 2^200.
  const scale = isFloats(x) ? 200n : 0n;
  const values = isFloats(x) ? Array.from(x, (value) => exactly(value, scale)) : bigints(x);
  const all = values.reduce((a, b) => a + b, 0n);
  const squares = values.reduce((a, b) => a + b * b, 0n);
  return ratio(BigInt(n) * squares - all * all, (BigInt(n) * BigInt(n - ddof)) << (2n * scale));
}

function exactly(value: number, scale: bigint): bigint {
  let shift = 0n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  return BigInt(scaled) << (scale - shift);
}
