/** Exact arithmetic for oracles: doubles as integers over 2^1074, and one rounding at the end. */

/** Every finite double is an integer times 2^-UNIT. */
export const UNIT = 1074n;

const bits = new BigUint64Array(1);
const double = new Float64Array(bits.buffer);

/** The integer `value * 2^1074`; a bigint or a finite number. */
export function scaled(value: number | bigint): bigint {
  if (typeof value === 'bigint') return value << UNIT;
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no rational`);
  double[0] = value;
  const word = bits[0] as bigint;
  const exponent = (word >> 52n) & 0x7ffn;
  const fraction = word & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return word >> 63n === 1n ? -magnitude : magnitude;
}

/** A binary format: the digits of its numbers, the exponent of its least one, the first power beyond it. */
interface Format {
  readonly digits: number;
  readonly least: number;
  readonly beyond: number;
}

/** The formats of the float arrays. */
export const formats = {
  Float16Array: { digits: 11, least: -24, beyond: 2 ** 16 },
  Float32Array: { digits: 24, least: -149, beyond: 2 ** 128 },
  Float64Array: { digits: 53, least: -1074, beyond: Infinity },
} as const satisfies Readonly<Record<string, Format>>;

/** `numerator / denominator`, rounded once to the nearest number of a format, ties to even; overflow is infinite. */
export function rounded(
  numerator: bigint,
  denominator: bigint,
  format: Format = formats.Float64Array,
): number {
  if (denominator <= 0n) throw new RangeError('Expected a positive denominator');
  const negative = numerator < 0n;
  const magnitude = roundedMagnitude(negative ? -numerator : numerator, denominator, format);
  const value = magnitude >= format.beyond ? Infinity : magnitude;
  return negative ? -value : value;
}

function roundedMagnitude(numerator: bigint, denominator: bigint, { digits, least }: Format): number {
  if (numerator === 0n) return 0;
  // The last bit has the weight 2^shift: all digits or one more of the quotient, but never below the least number.
  const shift = Math.max(bitLength(numerator) - bitLength(denominator) - digits, least);
  const [top, bottom] =
    shift < 0 ? [numerator << BigInt(-shift), denominator] : [numerator, denominator << BigInt(shift)];
  let quotient = top / bottom;
  let rest = top % bottom;
  let unit = bottom;
  let exponent = shift;
  if (quotient >> BigInt(digits) > 0n) {
    rest += (quotient & 1n) * bottom;
    unit = bottom << 1n;
    quotient >>= 1n;
    exponent += 1;
  }
  const twice = rest << 1n;
  if (twice > unit || (twice === unit && (quotient & 1n) === 1n)) quotient += 1n;
  // Two factors: neither power is beyond the doubles, and the first product is exact.
  const half = Math.trunc(exponent / 2);
  return Number(quotient) * 2 ** half * 2 ** (exponent - half);
}

/** The rounded square root of `numerator / denominator`, within one unit of the last place. */
export function squareRoot(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  // 2^(2k) times the quotient has 260 bits or more, so that its integer root has 130.
  const missing = 260 - (bitLength(numerator) - bitLength(denominator));
  const k = BigInt(missing > 0 ? Math.ceil(missing / 2) : 0);
  return rounded(integerRoot((numerator << (2n * k)) / denominator), 1n << k);
}

function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function bitLength(value: bigint): number {
  const text = value.toString(16);
  return (text.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(text[0] as string, 16)));
}

/** Sums that every oracle of moments needs, each exact: over 2^UNIT and over 2^(2 UNIT). */
export interface Moments {
  readonly n: bigint;
  readonly sum: bigint;
  readonly squares: bigint;
}

/** The exact sums of finite values and of their squares. */
export function moments(values: readonly (number | bigint)[]): Moments {
  let [sum, squares] = [0n, 0n];
  // Most values share low zero bits: without them the squares are a tenth as long.
  const whole = values.map(scaled);
  const zeros = commonZeros(whole);
  for (const value of whole) {
    const short = value >> zeros;
    sum += short;
    squares += short * short;
  }
  return { n: BigInt(values.length), sum: sum << zeros, squares: squares << (2n * zeros) };
}

/** The exact sum of products of finite values, over 2^(2 UNIT). */
export function products(a: readonly (number | bigint)[], b: readonly (number | bigint)[]): bigint {
  const [left, right] = [a.map(scaled), b.map(scaled)];
  const [zerosLeft, zerosRight] = [commonZeros(left), commonZeros(right)];
  let total = 0n;
  for (let i = 0; i < left.length; i++) {
    total += ((left[i] as bigint) >> zerosLeft) * ((right[i] as bigint) >> zerosRight);
  }
  return total << (zerosLeft + zerosRight);
}

function commonZeros(values: readonly bigint[]): bigint {
  let all = 0n;
  for (const value of values) all |= value < 0n ? -value : value;
  if (all === 0n) return 0n;
  return BigInt(bitLength(all & -all) - 1);
}

/** The variance of finite values as a fraction. */
export function variance({ n, sum, squares }: Moments, ddof = 0n): readonly [bigint, bigint] {
  return [n * squares - sum * sum, (n * (n - ddof)) << (2n * UNIT)];
}
