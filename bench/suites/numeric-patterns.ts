/**
 * Cases of the suite `numeric`: inputs on which sorting may be slow (the quantiles have theirs). The
 * peer is our own time on random numbers of the same length: a ratio of 0.5 says that the pattern
 * takes twice as long, which is our limit.
 */

import { argsort, sort, unique } from 'allcores/numeric';
import type { Case } from '../harness/case.ts';
import { type NumericSetup, noise, oneBin, oursOn, patterns } from './numeric-setup.ts';

/** Kernels on one array; their results are compared elsewhere. */
const kernels: Readonly<Record<string, (x: Float64Array) => unknown>> = {
  sort: (x) => sort(x),
  argsort: (x) => argsort(x),
  unique: (x) => unique(x),
};

/** The cases of this family. */
export const patternCases = (setup: NumericSetup): Case[] => {
  const random = setup.input('random', () => noise(setup.n, 1));
  const inputs = Object.entries({ ...patterns, 'one-bin': oneBin }).map(
    ([name, make]) => [name, setup.input(name, () => make(setup.n))] as const,
  );
  return inputs.flatMap(([pattern, x]) =>
    Object.entries(kernels).map(([name, kernel]) =>
      setup.case({
        task: `${name}, ${pattern}`,
        inputs: [x, random],
        ours: () => kernel(x()),
        answer: () => 0,
        rivals: () => [oursOn('ours on random', () => kernel(random()))],
      }),
    ),
  );
};
