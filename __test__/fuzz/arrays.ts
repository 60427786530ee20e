/** Typed arrays of every type, length and place, drawn as small recipes that always build the same array. */

import type { NumericArray } from 'allcores';
import fc from 'fast-check';
import { arrayTypes, float16, randomWords } from '../fixtures/kernel-data.mjs';

/** A constructor of any element type that this Node has. */
interface Constructor {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): NumericArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericArray;
}

/** The element types by their names; `Float16Array` where the Node has it. */
export const types: Readonly<Record<string, Constructor>> = Object.fromEntries(
  [...arrayTypes, ...float16].map((type) => [type.name, type as never]),
);

/** Names of types, by what their elements are. */
export const typeNames = {
  all: Object.keys(types),
  floats: Object.keys(types).filter((name) => name.startsWith('Float')),
  integers: Object.keys(types).filter((name) => !name.startsWith('Float')),
  numbers: Object.keys(types).filter((name) => !name.startsWith('Big')),
} as const;

/**
 * What the elements look like. Integers: `wide` and `bits` use the whole range of the type, the others
 * are small. `bits` of floats may be NaN or infinite.
 */
export type Kind = 'small' | 'wide' | 'close' | 'few' | 'sorted' | 'equal' | 'bits';

const KINDS: readonly Kind[] = ['small', 'wide', 'close', 'few', 'sorted', 'equal', 'bits'];

/** One special value and where it stands, as a part of the length. */
type Special = readonly [place: number, value: string];

/** Everything that makes an array. */
export interface Recipe {
  readonly type: string;
  readonly length: number;
  readonly kind: Kind;
  readonly seed: number;
  readonly specials: readonly Special[];
  /** Elements before and after it in its buffer. */
  readonly before: number;
  readonly after: number;
  readonly shared: boolean;
}

/** What `array` may draw. */
export interface Drawn {
  /** Default: every type. */
  readonly types?: readonly string[];
  /** Default: every kind. */
  readonly kinds?: readonly Kind[];
  /** Special values of floats, by their texts; default: all of them. Integers get their extremes. */
  readonly specials?: readonly string[];
  readonly shortest?: number;
  /** Default: 140,000 (a little above 1 MiB of doubles). */
  readonly longest?: number;
}

/** Special values of floats. */
export const FLOAT_SPECIALS: readonly string[] = [
  'NaN',
  'Infinity',
  '-Infinity',
  '0',
  '-0',
  '5e-324',
  '-5e-324',
  '2.2250738585072014e-308',
  '1.7976931348623157e+308',
  '-1.7976931348623157e+308',
  '1e-300',
  '1e300',
  '9007199254740993',
  '0.1',
];

/** Those whose sums are no surprise: neither NaN nor infinite, and far from the largest double. */
export const CALM_SPECIALS: readonly string[] = ['0', '-0', '0.1', '-1e15', '1e-15'];

/** Borders of leaves, blocks and the lengths at which work is split. */
const BORDERS = [128, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
const LARGE_BORDERS = [131_072];

function lengths(shortest: number, longest: number): fc.Arbitrary<number> {
  const clamp = (n: number) => Math.min(Math.max(n, shortest), longest);
  const near = (borders: readonly number[]) =>
    fc.tuple(fc.constantFrom(...borders), fc.integer({ min: -9, max: 9 })).map(([border, d]) => border + d);
  return fc
    .oneof(
      { weight: 12, arbitrary: fc.integer({ min: 0, max: 300 }) },
      { weight: 4, arbitrary: near(BORDERS) },
      { weight: 2, arbitrary: fc.integer({ min: 300, max: 20_000 }) },
      { weight: 1, arbitrary: near(LARGE_BORDERS) },
    )
    .map(clamp);
}

/** One array. */
export function array(drawn: Drawn = {}): fc.Arbitrary<Recipe> {
  return arrays(1, drawn).map(([recipe]) => recipe as Recipe);
}

/** Several arrays of one type and length. */
export function arrays(count: number, drawn: Drawn = {}): fc.Arbitrary<readonly Recipe[]> {
  const { types: names = typeNames.all, kinds = KINDS, specials = FLOAT_SPECIALS } = drawn;
  const { shortest = 0, longest = 140_000 } = drawn;
  const own = fc.record({
    kind: fc.constantFrom(...kinds),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    specials:
      specials.length === 0
        ? fc.constant([])
        : fc.oneof(
            fc.constant([]),
            fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), oneOf(specials, 'NaN')), {
              maxLength: 4,
            }),
          ),
    before: fc.constantFrom(0, 0, 1, 3, 7),
    after: fc.constantFrom(0, 0, 1, 5),
    shared: fc.boolean(),
  });
  return fc
    .record({
      type: floatsOften(names),
      length: lengths(shortest, longest),
      parts: fc.array(own, { minLength: count, maxLength: count }),
    })
    .map(({ type, length, parts }) => parts.map((part) => ({ type, length, ...part })));
}

/** One of some texts; `often`, when it is among them, a third of the time. */
function oneOf(texts: readonly string[], often: string): fc.Arbitrary<string> {
  const any = { weight: 2, arbitrary: fc.constantFrom(...texts) };
  return texts.includes(often) ? fc.oneof(any, { weight: 1, arbitrary: fc.constant(often) }) : any.arbitrary;
}

/** Types of integers have less that can go wrong: half of the arrays are floats, where both are wanted. */
function floatsOften(names: readonly string[]): fc.Arbitrary<string> {
  const floats = names.filter((name) => typeNames.floats.includes(name));
  const any = fc.constantFrom(...names);
  return floats.length === 0 ? any : fc.oneof(any, fc.constantFrom(...floats));
}

/** The array of a recipe. */
export function build({ type, length, before, after, shared, ...values }: Recipe): NumericArray {
  const Type = types[type] as Constructor;
  const size = Type.BYTES_PER_ELEMENT;
  const bytes = (before + length + after) * size;
  const buffer = shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  // What lies beside the array must not be read.
  new Uint8Array(buffer).fill(0xff);
  const x = new Type(buffer, before * size, length);
  if (type.startsWith('Float')) fillFloats(x as Float64Array, values);
  else fillIntegers(x, values);
  for (const [place, text] of values.specials)
    plant(x, Math.min(Math.floor(place * length), length - 1), text);
  return x;
}

type Values = Pick<Recipe, 'kind' | 'seed' | 'specials'>;

function fillFloats(x: Float64Array, { kind, seed }: Values): void {
  const next = randomWords(seed);
  const signed = () => next() / 2 ** 31 - 1;
  const first = signed();
  const value: Record<Exclude<Kind, 'bits'>, (i: number) => number> = {
    small: signed,
    wide: () => signed() * 2 ** ((next() % 81) - 40),
    close: () => 1e9 + signed(),
    few: () => (next() % 5) - 2,
    sorted: (i) => i / 8 - 100,
    equal: () => first,
  };
  if (kind === 'bits') fillBits(x, next);
  else for (let i = 0; i < x.length; i++) x[i] = value[kind](i);
}

function fillIntegers(x: NumericArray, { kind, seed }: Values): void {
  const next = randomWords(seed);
  fillBits(x, next);
  if (kind === 'wide' || kind === 'bits') return;
  const first = next() % 100;
  const value: Record<Exclude<Kind, 'bits' | 'wide'>, (i: number) => number> = {
    small: () => next() % 100,
    close: () => 100 + (next() % 3),
    few: () => next() % 5,
    sorted: (i) => Math.floor((i * 100) / x.length),
    equal: () => first,
  };
  const big = x instanceof BigInt64Array || x instanceof BigUint64Array;
  for (let i = 0; i < x.length; i++) {
    const element = value[kind](i);
    x[i] = (big ? BigInt(element) : element) as never;
  }
}

function fillBits(x: NumericArray, next: () => number): void {
  const bytes = new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  for (let i = 0; i < bytes.length; i++) bytes[i] = next() >>> 24;
}

/** Floats get the value itself; integers, which cannot have it, one of their extremes. */
function plant(x: NumericArray, at: number, text: string): void {
  if (at < 0) return;
  const value = Number(text);
  if (/^Float/.test(x.constructor.name)) {
    x[at] = value as never;
    return;
  }
  const bits = x.BYTES_PER_ELEMENT * 8;
  const signed = /^(Int|BigInt)/.test(x.constructor.name);
  const [low, high] = signed
    ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]
    : [0n, 2n ** BigInt(bits) - 1n];
  const extreme = value < 1 ? low : high;
  x[at] = (bits === 64 ? extreme : Number(extreme)) as never;
}
