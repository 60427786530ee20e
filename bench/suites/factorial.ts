/** Factorials as bigints and as decimal text. Each sample computes another n near the nominal one. */

import { machine } from 'allcores/diagnostics';
import { factorial, factorialString } from 'allcores/factorial';
import { identical } from '../harness/agreement.ts';
import type { Answer, Case, Contender, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { Gmpy2 } from '../peers/gmpy2.ts';
import { OneThread } from '../peers/one-thread.ts';
import { factorialTree } from '../peers/v8.ts';
import { bigintCases } from './factorial-bigint.ts';

const SIZES = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
/** Above it a peer takes seconds for each call. */
const UP_TO = { v8: 1_000_000, cpython: 100_000, text: 1_000_000 };

/** The suite `factorial`. */
export const factorials: Suite = (context: Context): Case[] => {
  const gmp = lazy(() => new Gmpy2(context.resources));
  const oneThread = lazy(() => new OneThread(context.resources));
  const avx2 = lazy(() => new OneThread(context.resources, 'avx2'));
  const sizes = context.quick ? SIZES.slice(0, 2) : SIZES;
  const threadsFrom = context.quick ? SIZES[1] : 1_000_000;

  const item = (
    task: 'factorial' | 'factorialString',
    n: number,
    ours: (n: number) => bigint | string,
    v8: (n: number) => bigint | string,
  ): Case => ({
    task,
    n,
    unit: n < 50_000 ? 'us' : 'ms',
    async open() {
      const ns = near(n);
      const text = (value: bigint | string) => (typeof value === 'string' ? value : value.toString(16));
      const rivals: Rival[] = [];
      if (n <= UP_TO.v8)
        rivals.push(
          rival(
            'v8',
            inTurn('product tree', ns, v8, () => text(v8(n))),
          ),
        );
      if (n >= (threadsFrom ?? 0)) rivals.push(oneThread().factorialRival(task, ns, n));
      if (context.peers) {
        rivals.push(rival('gmpy2', gmp().contender(task, ns, n)));
        if (task === 'factorial' && n <= UP_TO.cpython) rivals.push(gmp().mathRival(ns, n));
      }
      return { ours: inTurn('allcores', ns, ours, () => text(ours(n))), rivals };
    },
  });

  /** One core with the lesser instruction set, against GMP, which has one too. */
  const lesser = (n: number): Case => ({
    task: 'factorial, avx2, one thread',
    n,
    unit: 'ms',
    async open() {
      const ns = near(n);
      return {
        ours: avx2().factorialContender('factorial', ns, n),
        rivals: [rival('gmpy2', gmp().contender('factorial', ns, n))],
      };
    },
  });

  return [
    ...sizes.map((n) => item('factorial', n, (k) => factorial(k), factorialTree)),
    ...(context.peers && machine().levels.includes('avx2')
      ? [lesser(context.quick ? 10_000 : 1_000_000)]
      : []),
    ...sizes
      .filter((n) => n <= UP_TO.text)
      .map((n) =>
        item(
          'factorialString',
          n,
          (k) => factorialString(k),
          (k) => factorialTree(k).toString(),
        ),
      ),
    ...bigintCases(context, gmp, oneThread),
  ];
};

/** n and the numbers below it, in an order that is not sorted: 16 different jobs of the same size. */
function near(n: number): number[] {
  return Array.from({ length: 16 }, (_, i) => n - ((i * 7) % 16));
}

/** A contender that takes the next of `ns` at each call. */
function inTurn(
  name: string,
  ns: readonly number[],
  fn: (n: number) => unknown,
  answer: () => Answer,
): Contender {
  let at = 0;
  return blocking(name, () => fn(ns[at++ % ns.length] ?? 0), answer);
}

function rival(peer: string, setting: Contender): Rival {
  return { peer, agreement: identical, settings: [setting] };
}
