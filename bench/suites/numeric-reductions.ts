/** Cases of the suite `numeric`: reductions of a whole array to a number or a few. */

import {
  describe,
  dot,
  type FilterOptions,
  max,
  mean,
  min,
  minmax,
  norm,
  ptp,
  std,
  sum,
  sumOfSquares,
  variance,
} from 'allcores/numeric';
import { type Agreement, identical, within } from '../harness/agreement.ts';
import type { Case } from '../harness/case.ts';
import type { Numbers } from '../peers/python-peer.ts';
import * as v8 from '../peers/v8.ts';
import { type Input, type NumericSetup, noise, oursOn, readLimit, readLimitOf } from './numeric-setup.ts';

const SMALL = 1000;
/** 800 kB of doubles: in the second cache of a core. */
const CACHED = 100_000;

/** The cases of this family. */
export const reductionCases = (setup: NumericSetup): Case[] => {
  const { n } = setup;
  const x = setup.input('random', () => noise(n, 1));
  const y = setup.input('random2', () => noise(n, 2));
  const small = setup.input('small', () => noise(SMALL, 3));
  const cached = setup.input('cached', () => noise(CACHED, 9));
  const one = { x: 'random' };
  const close = within(1e-12);
  return [
    setup.case({
      task: 'sum',
      inputs: [x],
      ours: () => sum(x()),
      rivals: () => [readLimit(x())],
      loops: [{ loop: () => v8.sumLoop(x()), 'loop, four sums': () => v8.sumLoopOfFour(x()) }, close],
      numpy: (numpy) => [numpy.rival(['sum', 'add.reduce'], one, identical)],
    }),
    setup.case({
      task: 'mean',
      inputs: [x],
      ours: () => mean(x()),
      rivals: () => [readLimit(x())],
      loops: [{ loop: () => v8.meanLoop(x()) }, close],
      numpy: (numpy) => [numpy.rival(['mean'], one, identical)],
    }),
    setup.case({
      task: 'variance',
      inputs: [x],
      ours: () => variance(x()),
      rivals: () => [readLimit(x())],
      loops: [{ 'two loops': () => v8.varianceLoop(x()) }, within(1e-10)],
      numpy: (numpy) => [
        numpy.rival(['variance'], one, close),
        numpy.blasRival(['variance by hand'], one, close, 'numpy by hand'),
      ],
    }),
    setup.case({
      task: 'min',
      inputs: [x],
      ours: () => min(x()),
      rivals: () => [readLimit(x())],
      loops: [{ loop: () => v8.minLoop(x()) }, identical],
      numpy: (numpy) => [numpy.rival(['min'], one, identical)],
    }),
    setup.case({
      task: 'max',
      inputs: [x],
      ours: () => max(x()),
      rivals: () => [readLimit(x())],
      loops: [{ loop: () => v8.maxLoop(x()) }, identical],
      numpy: (numpy) => [numpy.rival(['max'], one, identical)],
    }),
    setup.case({
      task: 'minmax',
      inputs: [x],
      ours: () => minmax(x()),
      answer: ({ min: least, max: greatest }) => Float64Array.of(least, greatest),
      rivals: () => [readLimit(x())],
      loops: [{ 'one loop': () => v8.minMaxLoop(x()) }, identical],
      numpy: (numpy) => [numpy.rival(['minmax'], one, identical)],
    }),
    setup.case({
      task: 'ptp',
      inputs: [x],
      ours: () => ptp(x()),
      rivals: () => [readLimit(x())],
      numpy: (numpy) => [numpy.rival(['ptp'], one, identical)],
    }),
    setup.case({
      task: 'std',
      inputs: [x],
      ours: () => std(x()),
      rivals: () => [readLimit(x())],
      numpy: (numpy) => [numpy.rival(['std'], one, close)],
    }),
    setup.case({
      task: 'describe',
      inputs: [x],
      ours: () => describe(x()),
      answer: (found) => Float64Array.of(found.min, found.max, found.mean, found.variance, found.sum),
      rivals: () => [readLimit(x())],
      numpy: (numpy) => [numpy.rival(['describe'], one, close, 'numpy, 5 calls')],
    }),
    setup.case({
      task: 'norm',
      inputs: [x],
      ours: () => norm(x()),
      rivals: () => [readLimit(x())],
      numpy: (numpy) => [numpy.blasRival(['norm'], one, close)],
    }),
    setup.case({
      task: 'norm, ord 1',
      inputs: [x],
      ours: () => norm(x(), { ord: 1 }),
      rivals: () => [readLimit(x())],
      numpy: (numpy) => [numpy.rival(['norm 1'], one, close)],
    }),
    ...filtered(setup, x),
    setup.case({
      task: 'sumOfSquares',
      inputs: [x],
      ours: () => sumOfSquares(x()),
      rivals: () => [readLimit(x())],
      loops: [{ loop: () => v8.squaresLoop(x()) }, close],
      numpy: (numpy) => [numpy.blasRival(['sum of squares, dot', 'sum of squares, einsum'], one, close)],
    }),
    setup.case({
      task: 'dot',
      inputs: [x, y],
      ours: () => dot(x(), y()),
      rivals: () => [readLimitOf([x(), y()])],
      loops: [{ loop: () => v8.dotLoop(x(), y()) }, close],
      numpy: (numpy) => [numpy.blasRival(['dot'], { x: 'random', y: 'random2' }, close)],
    }),
    setup.case({
      task: 'sum',
      n: SMALL,
      unit: 'us',
      inputs: [small],
      ours: () => sum(small()),
      loops: [{ loop: () => v8.sumLoop(small()), 'loop, four sums': () => v8.sumLoopOfFour(small()) }, close],
      numpy: (numpy) => [numpy.rival(['sum', 'add.reduce'], { x: 'small' }, identical)],
    }),
    setup.case({
      task: 'sum, from the cache',
      n: CACHED,
      unit: 'us',
      inputs: [cached],
      ours: () => sum(cached()),
      loops: [
        { loop: () => v8.sumLoop(cached()), 'loop, four sums': () => v8.sumLoopOfFour(cached()) },
        close,
      ],
      numpy: (numpy) => [numpy.rival(['sum', 'add.reduce'], { x: 'cached' }, identical)],
    }),
    setup.case({
      task: 'variance, from the cache',
      n: CACHED,
      unit: 'us',
      inputs: [cached],
      ours: () => variance(cached()),
      loops: [{ 'two loops': () => v8.varianceLoop(cached()) }, within(1e-10)],
      numpy: (numpy) => [
        numpy.rival(['variance'], { x: 'cached' }, close),
        numpy.blasRival(['variance by hand'], { x: 'cached' }, close, 'numpy by hand'),
      ],
    }),
    otherType(
      setup,
      setup.input('bytes', () => Uint8Array.from(noise(n, 4), (v) => v * 256)),
      'sum of uint8',
      ['sum'],
      identical,
    ),
    otherType(
      setup,
      setup.input('int32', () => Int32Array.from(noise(n, 5), (v) => v * 2 ** 31)),
      'sum of int32',
      ['sum'],
      identical,
      // Beyond 2^53 the loop rounds at each step.
      close,
    ),
    // numpy adds 32-bit floats as such; ours adds them as doubles and rounds once: more exact, other bits.
    otherType(
      setup,
      setup.input('float32', () => Float32Array.from(noise(n, 6))),
      'sum of float32',
      ['sum', 'sum, float64'],
      within(1e-6),
    ),
  ];
};

/** The sum of another element type: against a plain loop and numpy. */
function otherType(
  setup: NumericSetup,
  x: Input<Uint8Array | Int32Array | Float32Array>,
  task: string,
  theirs: readonly string[],
  agreement: Agreement,
  loopAgreement: Agreement = agreement,
): Case {
  // A function of its own for each type: a shared one would be compiled for all of them.
  const loop = new Function(
    'array',
    'let total = 0; for (let i = 0; i < array.length; i++) total += array[i]; return total;',
  ) as (array: Numbers) => number;
  return setup.case({
    task,
    inputs: [x],
    ours: () => sum(x()),
    rivals: () => [readLimit(x())],
    loops: [{ loop: () => loop(x()) }, loopAgreement],
    numpy: (numpy) => [numpy.rival(theirs, { x: x.key }, agreement)],
  });
}

/** Reductions that leave elements out: a tenth of them NaN, or two thirds of them masked. */
function filtered(setup: NumericSetup, x: Input): Case[] {
  const close = within(1e-12);
  const holed = setup.input('holed', () => noise(setup.n, 1).map((v, i) => (i % 10 === 3 ? Number.NaN : v)));
  const mask = setup.input('mask', () => Uint8Array.from(noise(setup.n, 2), (v) => (v < 1 / 3 ? 1 : 0)));
  const omit = { nanPolicy: 'omit' } as const;
  type Kernel = (x: Float64Array, options?: FilterOptions) => number;
  const kernels: readonly (readonly [name: string, kernel: Kernel, agreement: Agreement])[] = [
    ['sum', (x, options) => sum(x, options), close],
    ['mean', mean, close],
    ['variance', variance, close],
    ['min', (x, options) => min(x, options), identical],
  ];
  const theirs: Readonly<Record<string, readonly string[]>> = {
    sum: ['nansum'],
    mean: ['nanmean'],
    variance: ['nanvar'],
    min: ['nanmin'],
  };
  return kernels.flatMap(([name, kernel, agreement]) => [
    setup.case({
      task: `${name}, omit`,
      inputs: [holed],
      ours: () => kernel(holed(), omit),
      rivals: () => [readLimit(holed()), oursOn('ours, plain', () => kernel(holed()))],
      numpy: (numpy) => [numpy.rival(theirs[name] ?? [], { x: 'holed' }, agreement)],
    }),
    setup.case({
      task: `${name}, where`,
      inputs: [x, mask],
      ours: () => kernel(x(), { where: mask() }),
      rivals: () => [readLimitOf([x(), mask()]), oursOn('ours, plain', () => kernel(x()))],
      numpy: (numpy) => [
        numpy.rival([`${name} where`, `${name} of x[mask]`], { x: 'random', mask: 'mask' }, agreement),
      ],
    }),
  ]);
}
