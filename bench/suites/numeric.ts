/** Reductions of large arrays, from memory, and of a small one, where the call itself counts. */

import { readMemory } from 'allcores/diagnostics';
import { dot, max, mean, min, sum, sumOfSquares, variance } from 'allcores/numeric';
import { type Agreement, identical, within } from '../harness/agreement.ts';
import type { Case, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { Numpy } from '../peers/numpy.ts';
import * as v8 from '../peers/v8.ts';

const SMALL = 1000;

/** The suite `numeric`. */
export const numeric: Suite = (context: Context): Case[] => {
  const n = context.quick ? 20_000 : 16_000_000;
  const x = lazy(() => noise(n, 1));
  const y = lazy(() => noise(n, 2));
  const small = lazy(() => noise(SMALL, 3));
  const numpy = lazy(() => new Numpy(context.resources));
  const loaded = lazy(() => numpy().load('x', x(), true));
  const loadedPair = lazy(async () => Promise.all([loaded(), numpy().load('y', y(), true)]));
  const loadedSmall = lazy(() => numpy().load('small', small()));

  /** A reduction of x: ours, the plain loops and what numpy has for it. */
  const reduction = (
    task: string,
    ours: (x: Float64Array) => number,
    ways: Readonly<Record<string, (x: Float64Array) => number>>,
    agreements: { readonly loop: Agreement },
    theirs: () => readonly Rival[],
    extra: () => readonly Rival[] = () => [],
  ): Case => ({
    task,
    n,
    unit: 'ms',
    async open() {
      const array = x();
      if (context.peers) await loaded();
      const run = () => ours(array);
      const bound = Object.fromEntries(Object.entries(ways).map(([name, loop]) => [name, () => loop(array)]));
      return {
        ours: blocking('allcores', run, run),
        rivals: [...extra(), v8.loops(bound, agreements.loop), ...(context.peers ? theirs() : [])],
      };
    },
  });

  const one = { x: 'x' };
  const close = within(1e-12);
  return [
    reduction(
      'sum',
      (array) => sum(array),
      { loop: v8.sumLoop, 'loop, four sums': v8.sumLoopOfFour },
      { loop: close },
      () => [numpy().rival(['sum', 'add.reduce'], one, identical)],
      () => [readLimit(x())],
    ),
    reduction(
      'mean',
      (array) => mean(array),
      { loop: v8.meanLoop },
      { loop: close },
      () => [numpy().rival(['mean'], one, identical)],
    ),
    reduction(
      'variance',
      (array) => variance(array),
      { 'two loops': v8.varianceLoop },
      { loop: within(1e-10) },
      () => [
        numpy().rival(['variance'], one, close),
        numpy().blasRival(['variance by hand'], one, close, 'numpy by hand'),
      ],
    ),
    reduction(
      'min',
      (array) => min(array),
      { loop: v8.minLoop },
      { loop: identical },
      () => [numpy().rival(['min'], one, identical)],
    ),
    reduction(
      'max',
      (array) => max(array),
      { loop: v8.maxLoop },
      { loop: identical },
      () => [numpy().rival(['max'], one, identical)],
    ),
    reduction(
      'sumOfSquares',
      (array) => sumOfSquares(array),
      { loop: v8.squaresLoop },
      { loop: close },
      () => [numpy().blasRival(['sum of squares, dot', 'sum of squares, einsum'], one, close)],
    ),
    {
      task: 'dot',
      n,
      unit: 'ms',
      async open() {
        const [a, b] = [x(), y()];
        if (context.peers) await loadedPair();
        const run = () => dot(a, b);
        const rivals = [v8.loops({ loop: () => v8.dotLoop(a, b) }, close)];
        if (context.peers) rivals.push(numpy().blasRival(['dot'], { x: 'x', y: 'y' }, close));
        return { ours: blocking('allcores', run, run), rivals };
      },
    },
    {
      task: 'sum',
      n: SMALL,
      unit: 'us',
      async open() {
        const array = small();
        if (context.peers) await loadedSmall();
        const run = () => sum(array);
        const ways = { loop: () => v8.sumLoop(array), 'loop, four sums': () => v8.sumLoopOfFour(array) };
        const rivals = [v8.loops(ways, close)];
        if (context.peers) rivals.push(numpy().rival(['sum', 'add.reduce'], { x: 'small' }, identical));
        return { ours: blocking('allcores', run, run), rivals };
      },
    },
    otherType(
      context,
      numpy,
      'sum of uint8',
      () => Uint8Array.from(noise(n, 4), (v) => v * 256),
      ['sum'],
      identical,
    ),
    otherType(
      context,
      numpy,
      'sum of int32',
      () => Int32Array.from(noise(n, 5), (v) => v * 2 ** 31),
      ['sum'],
      identical,
      // Beyond 2^53 the loop rounds at each step.
      close,
    ),
    // numpy adds 32-bit floats as such; ours adds them as doubles and rounds once: more exact, other bits.
    otherType(
      context,
      numpy,
      'sum of float32',
      () => Float32Array.from(noise(n, 6)),
      ['sum', 'sum, float64'],
      within(1e-6),
    ),
  ];
};

/** The sum of another element type: against a plain loop and numpy. */
function otherType(
  { peers, quick }: Context,
  numpy: () => Numpy,
  task: string,
  make: () => Uint8Array | Int32Array | Float32Array,
  theirs: readonly string[],
  agreement: Agreement,
  loopAgreement: Agreement = agreement,
): Case {
  return {
    task,
    n: quick ? 20_000 : 16_000_000,
    unit: 'ms',
    async open() {
      const array = make();
      const run = () => sum(array);
      // A function of its own for each type: a shared one would be compiled for all of them.
      const loop = new Function(
        'array',
        'let total = 0; for (let i = 0; i < array.length; i++) total += array[i]; return total;',
      ) as (array: Uint8Array | Int32Array | Float32Array) => number;
      const rivals = [v8.loops({ loop: () => loop(array) }, loopAgreement)];
      if (peers) {
        const name = task.replaceAll(' ', '-');
        await numpy().load(name, array);
        rivals.push(numpy().rival(theirs, { x: name }, agreement));
      }
      return { ours: blocking('allcores', run, run), rivals };
    },
  };
}

/** As fast as the bytes can be read: its answer, all words combined by exclusive or, is checked by a plain loop. */
function readLimit(array: Float64Array): Rival {
  const run = () => readMemory(array);
  return {
    peer: 'read-limit',
    agreement: identical,
    oursForCheck: () => exclusiveOr(array),
    settings: [blocking('native loop that only reads', run, run)],
  };
}

function exclusiveOr(array: Float64Array): bigint {
  const words = new Uint32Array(array.buffer, array.byteOffset, array.length * 2);
  let [low, high] = [0, 0];
  for (let i = 0; i < words.length; i += 2) {
    low ^= words[i] as number;
    high ^= words[i + 1] as number;
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Numbers from 0 to 1 that look random and are the same in every run (xorshift, 32 bits). */
function noise(length: number, seed: number): Float64Array {
  const values = new Float64Array(length);
  let state = (seed * 0x9e3779b9) | 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = (state >>> 0) / 2 ** 32;
  }
  return values;
}
