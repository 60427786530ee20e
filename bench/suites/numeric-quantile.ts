/** Cases of the suite `numeric`: median, quantile, histogram, bincount. */

import { bincount, histogram, median, quantile } from 'allcores/numeric';
import { identical } from '../harness/agreement.ts';
import type { Case } from '../harness/case.ts';
import { type NumericSetup, noise, oneBin, oursOn, patterns } from './numeric-setup.ts';

const SMALL = 1000;
const BINS = 256;
const THREE = [0.01, 0.5, 0.99];

/** The cases of this family. */
export const quantileCases = (setup: NumericSetup): Case[] => {
  const { n } = setup;
  const x = setup.input('random', () => noise(n, 1));
  const small = setup.input('small', () => noise(SMALL, 3));
  const bytes = setup.input('bytes', () => Uint8Array.from(noise(n, 1), (value) => value * 256));
  const floats = setup.input('floats', () => Float32Array.from(noise(n, 1)));
  return [
    setup.case({
      task: 'median',
      inputs: [x],
      ours: () => median(x()),
      numpy: (numpy) => [numpy.rival(['median'], { x: 'random' }, identical)],
    }),
    setup.case({
      task: 'median of float32',
      inputs: [floats],
      ours: () => median(floats()),
      numpy: (numpy) => [numpy.rival(['median'], { x: 'floats' }, identical)],
    }),
    setup.case({
      task: 'median of uint8',
      inputs: [bytes],
      ours: () => median(bytes()),
      numpy: (numpy) => [numpy.rival(['median'], { x: 'bytes' }, identical)],
    }),
    setup.case({
      task: 'median',
      unit: 'us',
      inputs: [small],
      ours: () => median(small()),
      numpy: (numpy) => [numpy.rival(['median'], { x: 'small' }, identical)],
    }),
    setup.case({
      task: 'three quantiles',
      inputs: [x],
      ours: () => quantile(x(), THREE),
      numpy: (numpy) => [numpy.rival(['three quantiles'], { x: 'random' }, identical)],
    }),
    setup.case({
      task: 'histogram of 256 bins',
      inputs: [x],
      ours: () => histogram(x(), { bins: BINS }).counts,
      numpy: (numpy) => [numpy.rival(['histogram'], { x: 'random' }, identical)],
    }),
    setup.case({
      task: 'histogram of 256 bins, range given',
      inputs: [x],
      ours: () => histogram(x(), { bins: BINS, range: [0, 1] }).counts,
      numpy: (numpy) => [numpy.rival(['histogram, range given'], { x: 'random' }, identical)],
    }),
    setup.case({
      task: 'bincount of uint8',
      inputs: [bytes],
      ours: () => bincount(bytes()),
      numpy: (numpy) => [numpy.rival(['bincount'], { x: 'bytes' }, identical)],
    }),
    ...Object.entries({ ...patterns, 'one-bin': oneBin }).flatMap(([name, make]) => {
      const pattern = setup.input(name, () => make(n));
      return [
        setup.case({
          task: `median, ${name}`,
          inputs: [pattern, x],
          ours: () => median(pattern()),
          rivals: () => [oursOn('ours on random', () => median(x()))],
        }),
        setup.case({
          task: `three quantiles, ${name}`,
          inputs: [pattern, x],
          ours: () => quantile(pattern(), THREE),
          rivals: () => [oursOn('ours on random', () => quantile(x(), THREE))],
        }),
        setup.case({
          task: `histogram of 256 bins, ${name}`,
          inputs: [pattern, x],
          ours: () => histogram(pattern(), { bins: BINS }).counts,
          rivals: () => [oursOn('ours on random', () => histogram(x(), { bins: BINS }))],
        }),
      ];
    }),
  ];
};
