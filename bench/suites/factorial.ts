/** Factorials as bigints and as decimal text. Each sample computes another n near the nominal one. */

import { factorial, factorialString } from 'allcores/factorial';
import { type Agreement, identical } from '../harness/agreement.ts';
import type { Answer, Case, Contender, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { Gmpy2 } from '../peers/gmpy2.ts';
import { OneThread } from '../peers/one-thread.ts';
import { factorialTree } from '../peers/v8.ts';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];

/** The suite `factorial`. */
export const factorials: Suite = (context: Context): Case[] => {
  const gmp = lazy(() => new Gmpy2(context.resources));
  const oneThread = lazy(() => new OneThread(context.resources));
  const sizes = context.quick ? SIZES.slice(0, 2) : SIZES;
  const last = sizes.at(-1);

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
      const rivals: Rival[] = [
        rival(
          'v8',
          inTurn('product tree', ns, v8, () => text(v8(n))),
          identical,
        ),
        ...(n === last ? [oneThread().factorialRival(task, ns, n)] : []),
        ...(context.peers ? [rival('gmpy2', gmp().contender(task, ns, n), identical)] : []),
      ];
      return { ours: inTurn('allcores', ns, ours, () => text(ours(n))), rivals };
    },
  });

  return [
    ...sizes.map((n) => item('factorial', n, (k) => factorial(k), factorialTree)),
    ...sizes.map((n) =>
      item(
        'factorialString',
        n,
        (k) => factorialString(k),
        (k) => factorialTree(k).toString(),
      ),
    ),
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

function rival(peer: string, setting: Contender, agreement: Agreement): Rival {
  return { peer, agreement, settings: [setting] };
}
