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
import type { Numbers } from '../peers/python-peer.ts';
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

  // A last axis of 160 elements: what a line costs beside its elements shows.
  const deep = [Math.round(n / 16_000), 100, 160];
  const cells = deep.reduce((a, b) => a * b, 1);
  const scaled = <A extends Numbers>(name: string, make: (values: Float64Array) => A) =>
    setup.input(`deep ${name}`, () => make(noise(cells, 4)));
  const kinds = [
    { name: 'uint8', input: scaled('uint8', (values) => Uint8Array.from(values, (value) => value * 256)) },
    {
      name: 'int32',
      input: scaled('int32', (values) => Int32Array.from(values, (value) => value * 2 ** 31)),
    },
    { name: 'float64', input: scaled('float64', (values) => values) },
  ] as const;
  type Along = { shape: readonly number[]; axis: number };
  const reductions = [
    { task: 'sum', along: (x: Numbers, axis: Along) => sum(x, axis), whole: (x: Numbers) => sum(x) },
    { task: 'max', along: (x: Numbers, axis: Along) => max(x, axis), whole: (x: Numbers) => max(x) },
    { task: 'argmax', along: (x: Numbers, axis: Along) => argmax(x, axis), whole: (x: Numbers) => argmax(x) },
  ];
  const threeAxes = kinds.flatMap(({ name, input }) =>
    reductions.flatMap(({ task, along, whole }) =>
      [0, 1, 2].map((axis) =>
        setup.case({
          task: `${task} of ${name}, axis ${axis} of ${deep.join(' x ')}`,
          n: cells,
          inputs: [input],
          ours: () => along(input(), { shape: deep, axis }),
          answer: (result) => Float64Array.from(result as ArrayLike<number>),
          rivals: () => [oursOn('ours without axis', () => whole(input()))],
          numpy: (numpy) => [
            numpy.rival(
              [`${task} along`],
              { x: input.key, shape: deep, axis },
              name === 'float64' && task === 'sum' ? close : identical,
            ),
          ],
        }),
      ),
    ),
  );

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
    ...threeAxes,
  ];
};
