/**
 * Cases of the suite `numeric`: where the extremes are, truth, covariance, and reductions along an
 * axis.
 */

import {
  all,
  any,
  argmax,
  argmin,
  correlation,
  countNonzero,
  covariance,
  max,
  mean,
  sum,
  variance,
} from 'allcores/numeric';
import { type Agreement, identical, within } from '../harness/agreement.ts';
import type { Case } from '../harness/case.ts';
import { type Input, type NumericSetup, noise, oursOn, readLimit, readLimitOf } from './numeric-setup.ts';

/** The cases of this family. */
export const axisCases = (setup: NumericSetup): Case[] => {
  const { n } = setup;
  const x = setup.input('random', () => noise(n, 1));
  const y = setup.input('random2', () => noise(n, 2));
  const zeros = setup.input('zeros', () => new Float64Array(n));
  const two = { x: 'random', y: 'random2' };
  const close = within(1e-12);

  const flat = (task: string, input: Input, ours: () => number): Case =>
    setup.case({
      task,
      inputs: [input],
      ours,
      rivals: () => [readLimit(input())],
      numpy: (numpy) => [
        numpy.rival([task === 'countNonzero' ? 'count_nonzero' : task], { x: input.key }, identical),
      ],
    });

  const side = Math.round(Math.sqrt(n));
  const square = setup.input('square', () => noise(side * side, 3));
  const shape = [side, side];
  const along = (
    task: string,
    theirs: string,
    axis: number,
    ours: () => Float64Array | Uint32Array,
    plain: () => unknown,
    agreement: Agreement,
  ): Case =>
    setup.case({
      task: `${task}, axis ${axis} of ${side} x ${side}`,
      n: side * side,
      inputs: [square],
      ours,
      answer: (result) => Float64Array.from(result),
      rivals: () => [oursOn('ours without axis', plain)],
      numpy: (numpy) => [numpy.rival([theirs], { x: 'square', shape, axis }, agreement)],
    });

  const deep = [Math.round(n / 16_000), 100, 160];
  const bytes = setup.input('bytes', () =>
    Uint8Array.from(
      noise(
        deep.reduce((a, b) => a * b, 1),
        4,
      ),
      (value) => value * 256,
    ),
  );
  const images = (axis: number): Case =>
    setup.case({
      task: `sum of uint8, axis ${axis} of ${deep.join(' x ')}`,
      n: deep.reduce((a, b) => a * b, 1),
      inputs: [bytes],
      ours: () => sum(bytes(), { shape: deep, axis }),
      answer: (result) => result as Float64Array,
      rivals: () => [oursOn('ours without axis', () => sum(bytes()))],
      numpy: (numpy) => [numpy.rival(['sum along'], { x: 'bytes', shape: deep, axis }, identical)],
    });

  return [
    flat('argmin', x, () => argmin(x())),
    flat('argmax', x, () => argmax(x())),
    flat('countNonzero', x, () => countNonzero(x())),
    flat('all', x, () => Number(all(x()))),
    flat('any', zeros, () => Number(any(zeros()))),
    setup.case({
      task: 'covariance',
      inputs: [x, y],
      ours: () => covariance(x(), y()),
      rivals: () => [readLimitOf([x(), y()])],
      numpy: (numpy) => [numpy.rival(['covariance'], two, within(1e-9))],
    }),
    setup.case({
      task: 'correlation',
      inputs: [x, y],
      ours: () => correlation(x(), y()),
      rivals: () => [readLimitOf([x(), y()])],
      numpy: (numpy) => [numpy.rival(['correlation'], two, within(1e-9))],
    }),
    ...[0, 1].flatMap((axis) => [
      along(
        'sum',
        'sum along',
        axis,
        () => sum(square(), { shape, axis }),
        () => sum(square()),
        close,
      ),
      along(
        'mean',
        'mean along',
        axis,
        () => mean(square(), { shape, axis }),
        () => mean(square()),
        close,
      ),
      along(
        'variance',
        'var along',
        axis,
        () => variance(square(), { shape, axis }),
        () => variance(square()),
        close,
      ),
      along(
        'max',
        'max along',
        axis,
        () => max(square(), { shape, axis }),
        () => max(square()),
        identical,
      ),
      along(
        'argmax',
        'argmax along',
        axis,
        () => argmax(square(), { shape, axis }),
        () => argmax(square()),
        identical,
      ),
    ]),
    ...[0, 1, 2].map(images),
  ];
};
