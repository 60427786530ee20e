import { readFileSync } from 'node:fs';
import type { NumericArray } from 'allcores';
import { randomWords } from '../fixtures/kernel-data.mjs';

/** The inputs of the golden files, made as `scripts/golden/numeric.py` and `numeric_quantile.py` say. */

const LONGEST = 200_000;

/** A golden file. */
export function golden<T>(name: string): T {
  const path = new URL(`../golden/numeric/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

type Make = new (length: number) => NumericArray;

/** The types of integers as the files name them. */
export const integers = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
} as const;

function spread(draw: () => number, bits: 53 | 24): number {
  const [a, b, c] = [draw(), draw(), draw()];
  const mantissa = bits === 53 ? (a >>> 6) * 2 ** 27 + (b >>> 5) : a >>> 8;
  return (b & 1 ? -mantissa : mantissa) * 2 ** ((c % 40) - (bits === 53 ? 72 : 44));
}

/** The next value of a kind. */
export const generators = {
  double: (draw: () => number): number => spread(draw, 53),
  single: (draw: () => number): number => spread(draw, 24),
  near: (draw: () => number): number => 100 + (draw() - 2 ** 31) * 2 ** -31,
  whole: (draw: () => number): number => draw(),
  whole64: (draw: () => number): bigint => (BigInt(draw()) << 32n) | BigInt(draw()),
};

function filled<A extends NumericArray>(array: A, value: () => unknown): A {
  for (let i = 0; i < array.length; i++) array[i] = value() as never;
  return array;
}

/** The array of a kind, or undefined where the Node has no such array. */
export function input(kind: string, seed = 1): NumericArray | undefined {
  const draw = randomWords(seed);
  const { double, near, single, whole, whole64 } = generators;
  if (kind === 'f64') return filled(new Float64Array(LONGEST), () => double(draw));
  if (kind === 'near') return filled(new Float64Array(LONGEST), () => near(draw));
  if (kind === 'f32') return filled(new Float32Array(LONGEST), () => single(draw));
  if (kind === 'f16') {
    const Half = (globalThis as { Float16Array?: new (buffer: ArrayBufferLike) => NumericArray })
      .Float16Array;
    const words = filled(new Uint16Array(LONGEST), () => {
      const magnitude = (draw() >>> 16) % 0x7c00;
      return magnitude | ((draw() & 1) << 15);
    });
    return Half && new Half(words.buffer);
  }
  const type = integers[kind as keyof typeof integers] as Make;
  const next: (draw: () => number) => unknown = kind.endsWith('64') ? whole64 : whole;
  return filled(new type(LONGEST), () => next(draw));
}

/** A double as the files write it. */
export function bits(value: number | bigint): string {
  if (Number.isNaN(value)) return 'nan';
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value as number);
  return bytes.toString('hex');
}

/** The double that a file means. */
export function double(text: string): number {
  return text === 'nan' ? Number.NaN : Buffer.from(text, 'hex').readDoubleBE();
}
