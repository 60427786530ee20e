/** Products of big integers against the naive multiplication, and their text against V8's. */

import { bigintFromString, bigintToString, binomial, factorialAll, multiply } from 'allcores/factorial';
import fc from 'fast-check';
import { randomWords } from '../fixtures/kernel-data.mjs';
import { call, expectSame } from './calls.ts';
import { property, type Target } from './target.ts';

/** A number that a counterexample can print: by its sign, its length in words of 32 bits and what they hold. */
interface Operand {
  readonly negative: boolean;
  readonly words: number;
  readonly kind: 'random' | 'ones' | 'sparse' | 'runs' | 'power';
  readonly seed: number;
}

/** Lengths up to where schoolbook ends, and around the borders of the methods above it. */
const lengths = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 70 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 900 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(64, 128, 512, 1000, 2000, 2048, 4000), fc.integer({ min: -3, max: 3 }))
      .map(([border, off]) => border + off),
  },
);

const operand: fc.Arbitrary<Operand> = fc.record({
  negative: fc.boolean(),
  words: lengths,
  kind: fc.constantFrom('random', 'ones', 'sparse', 'runs', 'power'),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});

function wordsOf({ words, kind, seed }: Operand): number[] {
  const draw = randomWords(seed);
  return Array.from({ length: words }, (_, at) => {
    const word = draw();
    switch (kind) {
      case 'ones':
        return 0xffffffff;
      case 'sparse':
        return word % 5 === 0 ? word : 0;
      case 'runs':
        return (at >> 3) % 2 === seed % 2 ? 0xffffffff : 0;
      case 'power':
        return at === words - 1 ? 1 << (word % 31) : 0;
      default:
        return word;
    }
  });
}

/** The number of words of 32 bits, least significant first. */
function join(words: readonly number[]): bigint {
  const text = words.map((word) => (word >>> 0).toString(16).padStart(8, '0'));
  return BigInt(`0x0${text.reverse().join('')}`);
}

function value(recipe: Operand): bigint {
  const magnitude = join(wordsOf(recipe));
  return recipe.negative ? -magnitude : magnitude;
}

/** The schoolbook product, in words of 16 bits, so that every sum is exact in a double. */
function naive(a: Operand, b: Operand): bigint {
  const [x, y] = [halves(wordsOf(a)), halves(wordsOf(b))];
  const sums = new Float64Array(x.length + y.length + 4);
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < y.length; j++)
      sums[i + j] = (sums[i + j] as number) + (x[i] as number) * (y[j] as number);
  }
  let carry = 0;
  for (let at = 0; at < sums.length; at++) {
    const sum = (sums[at] as number) + carry;
    sums[at] = sum % 65_536;
    carry = Math.floor(sum / 65_536);
  }
  const words = [];
  for (let at = 0; at + 1 < sums.length; at += 2) {
    words.push((sums[at] as number) + (sums[at + 1] as number) * 65_536);
  }
  const product = join(words);
  return a.negative === b.negative ? product : -product;
}

function halves(words: readonly number[]): number[] {
  return words.flatMap((word) => [word & 0xffff, word >>> 16]);
}

/** The fuzz target of big integers. */
export const bigints: Target = {
  name: 'bigint',
  properties: [
    property('multiply is the schoolbook product', fc.tuple(operand, operand), async ([a, b]) => {
      expectSame(await call(multiply, [value(a), value(b)]), naive(a, b));
    }),
    property('multiply by itself is the schoolbook square', operand, async (a) => {
      expectSame(await call(multiply, [value(a), value(a)]), naive(a, a));
    }),
    property("bigintToString gives V8's text, and bigintFromString takes it back", operand, async (a) => {
      const x = value(a);
      const text = String(x);
      expectSame(await call(bigintToString, [x]), text);
      expectSame(await call(bigintFromString, [text]), x);
    }),
    property(
      'binomials follow the rule of Pascal',
      fc.tuple(fc.maxSafeNat(), fc.integer({ min: 1, max: 400 })),
      async ([n, k]) => {
        const [whole, left, right] = [
          await call(binomial, [BigInt(n) + 1n, k]),
          await call(binomial, [n, k - 1]),
          await call(binomial, [n, k]),
        ];
        expectSame(whole, (left as bigint) + (right as bigint));
      },
    ),
    property(
      'factorialAll gives running products',
      fc.array(fc.integer({ min: 0, max: 2500 }), { maxLength: 40 }),
      async (ns) => {
        const results = (await call(factorialAll, [ns])) as bigint[];
        expectSame(results.length, ns.length);
        for (const [at, n] of ns.entries()) {
          let product = 1n;
          for (let factor = 2; factor <= n; factor++) product *= BigInt(factor);
          expectSame(results[at], product);
        }
      },
    ),
  ],
};
