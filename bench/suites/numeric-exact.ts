/** Cases of the suite `numeric`: exact sums, prod, cumsum, cumprod. */

import { cumprod, cumsum, dot, prod, sum } from 'allcores/numeric';
import { identical, within } from '../harness/agreement.ts';
import type { Case } from '../harness/case.ts';
import * as v8 from '../peers/v8.ts';
import { type NumericSetup, noise, readLimit } from './numeric-setup.ts';

/** The cases of this family. */
export const exactCases = (setup: NumericSetup): Case[] => {
  const { n } = setup;
  const x = setup.input('random', () => noise(n, 1));
  const y = setup.input('random2', () => noise(n, 2));
  const near = setup.input('nearOne', () => noise(n, 3).map((value) => 1 + (value - 0.5) * 1e-3));
  const out = new Float64Array(n);
  const one = { x: 'random' };
  const close = within(1e-9);
  return [
    setup.case({
      task: 'exact sum',
      inputs: [x],
      ours: () => sum(x(), { precision: 'exact' }),
      rivals: () => [readLimit(x())],
      loops: [{ loop: () => v8.sumLoop(x()) }, close],
      numpy: (numpy) => [
        numpy.rival(['sum'], one, within(1e-12)),
        numpy.rival(['fsum'], one, identical, 'math.fsum'),
      ],
    }),
    setup.case({
      task: 'exact dot',
      inputs: [x, y],
      ours: () => dot(x(), y(), { precision: 'exact' }),
      loops: [{ loop: () => v8.dotLoop(x(), y()) }, close],
      numpy: (numpy) => [numpy.blasRival(['dot'], { x: 'random', y: 'random2' }, close)],
    }),
    setup.case({
      task: 'prod',
      inputs: [near],
      ours: () => prod(near()),
      rivals: () => [readLimit(near())],
      loops: [{ loop: () => near().reduce((product, value) => product * value, 1) }, close],
      numpy: (numpy) => [numpy.rival(['prod'], { x: 'nearOne' }, close)],
    }),
    setup.case({
      task: 'exact prod',
      inputs: [near],
      ours: () => prod(near(), { precision: 'exact' }),
      rivals: () => [readLimit(near())],
      numpy: (numpy) => [numpy.rival(['prod'], { x: 'nearOne' }, close)],
    }),
    setup.case({
      task: 'cumsum with out',
      inputs: [x],
      ours: () => cumsum(x(), { out }),
      loops: [{ loop: () => running(x(), out) }, close],
      numpy: (numpy) => [
        numpy.rival(['cumsum'], one, close),
        numpy.rival(['cumsum, out'], one, close, 'numpy with out'),
      ],
    }),
    setup.case({
      task: 'cumsum',
      inputs: [x],
      ours: () => cumsum(x()),
      numpy: (numpy) => [numpy.rival(['cumsum'], one, close)],
    }),
    setup.case({
      task: 'cumprod with out',
      inputs: [near],
      ours: () => cumprod(near(), { out }),
      numpy: (numpy) => [numpy.rival(['cumprod'], { x: 'nearOne' }, close)],
    }),
  ];
};

/** Running sums one after the other. */
function running(x: Float64Array, out: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += x[i] as number;
    out[i] = sum;
  }
  return out;
}
