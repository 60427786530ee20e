/** What is told of factorials without writing them. Each sample of one number takes another n near the nominal one. */

import { digitCount, factorialMod, logFactorial } from 'allcores/factorial';
import { type Agreement, identical, within } from '../harness/agreement.ts';
import type { Answer, Case, Contender, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { Gmpy2 } from '../peers/gmpy2.ts';
import { factorialTree, lnFactorialLoop, remainderLoop } from '../peers/v8.ts';

const MERSENNE_31 = 2n ** 31n - 1n;
const MERSENNE_61 = 2n ** 61n - 1n;

/** What a thousand million products one by one have given (by a plain loop in C). */
const ONE_BY_ONE = [
  [MERSENNE_31, 1_289_569_604n],
  [MERSENNE_61, 1_271_824_943_253_701_933n],
] as const;

/** The suite `factorial-numbers`. */
export const factorialNumbers: Suite = (context: Context): Case[] => {
  const gmp = lazy(() => new Gmpy2(context.resources));
  const few = context.quick ? 10_000 : 1_000_000;
  const many = context.quick ? 10_000 : 1_000_000_000;

  const remainder = (n: number): Case => ({
    task: 'factorialMod, 61-bit prime',
    n,
    unit: 'ms',
    async open() {
      const ns = near(n);
      const text = (value: bigint) => value.toString(16);
      const loop = (k: number) => remainderLoop(k, MERSENNE_61);
      return {
        ours: inTurn(
          ns,
          (k) => factorialMod(k, MERSENNE_61),
          () => text(factorialMod(n, MERSENNE_61)),
        ),
        rivals: [
          rival(
            'v8',
            inTurn(ns, loop, () => text(loop(n))),
            identical,
          ),
          ...(context.peers
            ? [rival('gmpy2', gmp().contender('factorialMod', ns, n, { m: text(MERSENNE_61) }), identical)]
            : []),
        ],
      };
    },
  });

  /** The time that the call must not exceed, as a peer: a ratio above 1 says that it does not. */
  const bounded = ([m, residue]: (typeof ONE_BY_ONE)[number]): Case => ({
    task: `factorialMod, ${m.toString(2).length}-bit prime, within 1.5 s`,
    n: many,
    unit: 'ms',
    async open() {
      const ns = near(many);
      const limit: Contender = {
        name: '1.5 s',
        answer: () => (context.quick ? remainderLoop(many, m) : residue),
        time: async () => [1.5],
      };
      const ours = inTurn(
        ns,
        (k) => factorialMod(k, m),
        () => factorialMod(many, m),
      );
      return { ours, rivals: [rival('limit', limit, identical)] };
    },
  });

  const logarithms: Case = {
    task: 'logFactorial, array',
    n: few,
    unit: 'ns/item',
    async open() {
      const x = Float64Array.from({ length: few }, (_, i) => (i * 7919) % 1_000_003);
      const out = new Float64Array(few);
      const theirs = new Float64Array(few);
      return {
        ours: blocking(
          'allcores',
          () => logFactorial(x, { out }),
          () => logFactorial(x),
          { items: few },
        ),
        rivals: [
          rival(
            'v8',
            blocking(
              'Stirling',
              () => lnFactorialLoop(x, theirs),
              () => lnFactorialLoop(x, theirs).slice(),
              { items: few },
            ),
            within(1e-13),
          ),
        ],
      };
    },
  };

  const digits = (n: number): Case => ({
    task: 'digitCount',
    n,
    unit: 'us',
    async open() {
      const ns = near(n);
      const v8 = (k: number) => factorialTree(k).toString().length;
      return {
        ours: inTurn(
          ns,
          (k) => digitCount(k),
          () => digitCount(n),
        ),
        rivals: [
          rival(
            'v8',
            inTurn(ns, v8, () => v8(n)),
            identical,
          ),
        ],
      };
    },
  });

  return [remainder(few), ...ONE_BY_ONE.map(bounded), logarithms, digits(10_000)];
};

/** n and the numbers below it, in an order that is not sorted: 16 different jobs of the same size. */
function near(n: number): number[] {
  return Array.from({ length: 16 }, (_, i) => n - ((i * 7) % 16));
}

/** A contender that takes the next of `ns` at each call. */
function inTurn(ns: readonly number[], fn: (n: number) => unknown, answer: () => Answer): Contender {
  let at = 0;
  return blocking('allcores', () => fn(ns[at++ % ns.length] ?? 0), answer);
}

function rival(peer: string, setting: Contender, agreement: Agreement): Rival {
  return { peer, agreement, settings: [setting] };
}
