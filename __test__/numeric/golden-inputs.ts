import { readFileSync } from 'node:fs';
import type { NumericArray } from 'allcores';

/** The inputs of the golden files, made as `scripts/golden/numeric.py` and `numeric_quantile.py` say. */

const LONGEST = 200_000;

/** A golden file. */
export function golden<T>(name: string): Record<string, T> {
  const path = new URL(`../golden/numeric/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, T>;
}

function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

type Make = new (length: number) => NumericArray;

const integers = {
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

function filled<A extends NumericArray>(array: A, value: () => unknown): A {
  for (let i = 0; i < array.length; i++) array[i] = value() as never;
  return array;
}

/** The array of a kind, or undefined where the Node has no such array. */
export function input(kind: string, seed = 1): NumericArray | undefined {
  const draw = draws(seed);
  if (kind === 'f64') return filled(new Float64Array(LONGEST), () => spread(draw, 53));
  if (kind === 'near') {
    return filled(new Float64Array(LONGEST), () => 100 + (draw() - 2 ** 31) * 2 ** -31);
  }
  if (kind === 'f32') return filled(new Float32Array(LONGEST), () => spread(draw, 24));
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
  const wide = () => (BigInt(draw()) << 32n) | BigInt(draw());
  return filled(new type(LONGEST), kind.endsWith('64') ? wide : draw);
}

/** A double as the files write it. */
export function bits(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

/** The double that a file means. */
export function double(text: string): number {
  return text === 'nan' ? Number.NaN : Buffer.from(text, 'hex').readDoubleBE();
}
