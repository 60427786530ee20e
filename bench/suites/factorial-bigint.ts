/** Cases of the suite `factorial`: products of any two bigints, their text, and factorials of many numbers. */

import { cpuCount } from 'allcores';
import { bigintToString, factorial, factorialAll, multiply } from 'allcores/factorial';
import { identical } from '../harness/agreement.ts';
import type { Case, Context, Rival } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import type { Gmpy2 } from '../peers/gmpy2.ts';
import type { OneThread } from '../peers/one-thread.ts';
import { factorialTree } from '../peers/v8.ts';

/** What the results of a list are compared by, because all their digits would be 60 MB of text. */
const MODULUS = 2n ** 61n - 1n;

/** The cases of this family. */
export function bigintCases(context: Context, gmp: () => Gmpy2, oneThread: () => OneThread): Case[] {
  const { peers, quick } = context;
  return [
    text(quick ? 3000 : 1_000_000, peers ? gmp : undefined),
    product(quick ? 5000 : 10_000_000, oneThread, peers ? gmp : undefined),
    list(quick ? 50 : 2000, quick ? 500 : 20_000, peers ? gmp : undefined),
  ];
}

function text(n: number, gmp: (() => Gmpy2) | undefined): Case {
  return {
    task: 'bigintToString of n!',
    n,
    unit: 'ms',
    async open() {
      const value = factorial(n);
      const rivals: Rival[] = [v8(() => value.toString(), 'toString()')];
      if (gmp !== undefined) rivals.push(gmp().textRival(n));
      const ours = () => bigintToString(value);
      return { ours: blocking('allcores', ours, ours), rivals };
    },
  };
}

function product(digits: number, oneThread: () => OneThread, gmp: (() => Gmpy2) | undefined): Case {
  return {
    task: 'multiply, digits each',
    n: digits,
    unit: digits < 100_000 ? 'us' : 'ms',
    async open() {
      const [a, b] = [bytes(digits, 1), bytes(digits, 2)];
      const [x, y] = [number(a), number(b)];
      const rivals: Rival[] = [
        v8(
          () => x * y,
          'a * b',
          (value) => value.toString(16),
        ),
        await oneThread().multiplyRival(a, b),
      ];
      if (gmp !== undefined) rivals.push(await gmp().multiplyRival(a, b));
      const ours = () => multiply(x, y);
      return { ours: blocking('allcores', ours, () => ours().toString(16)), rivals };
    },
  };
}

function list(length: number, bound: number, gmp: (() => Gmpy2) | undefined): Case {
  return {
    task: `factorialAll of numbers up to ${bound}`,
    n: length,
    unit: 'ms',
    async open() {
      const draw = words(3);
      const ns = Array.from({ length }, () => draw() % (bound + 1));
      const answer = (values: readonly bigint[]) => values.map((value) => value % MODULUS).join();
      const [ours, separate] = [() => factorialAll(ns), () => ns.map((n) => factorial(n))];
      const rivals: Rival[] = [
        {
          peer: 'ours, separately',
          agreement: identical,
          settings: [blocking('factorial(n) for each', separate, () => answer(separate()))],
        },
        v8(() => ns.map(factorialTree), 'product tree for each', answer),
      ];
      if (gmp !== undefined) rivals.push(gmp().poolRival(ns, cpuCount(), MODULUS));
      return { ours: blocking('allcores', ours, () => answer(ours())), rivals };
    },
  };
}

function v8<T>(run: () => T, name: string, answer: (value: T) => string = String): Rival {
  return { peer: 'v8', agreement: identical, settings: [blocking(name, run, () => answer(run()))] };
}

/** Words of 32 bits without end (xorshift). */
function words(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** The bytes of a number of about so many decimal digits, least significant first. */
function bytes(digits: number, seed: number): Uint8Array {
  const draw = words(seed);
  const data = Uint32Array.from({ length: Math.ceil((digits * Math.log2(10)) / 32) }, draw);
  return new Uint8Array(data.buffer);
}

function number(data: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(data).reverse().toString('hex')}`);
}
