/** Cases of the suite `numeric`: sort, argsort, unique, searchsorted. */

import { argsort, searchsorted, sort, unique } from 'allcores/numeric';
import { identical } from '../harness/agreement.ts';
import type { Case } from '../harness/case.ts';
import { bytesOf, type Input, type NumericSetup, noise } from './numeric-setup.ts';

/** The cases of this family. */
export const orderCases = (setup: NumericSetup): Case[] => {
  const { n } = setup;
  const x = setup.input('random', () => noise(n, 1));
  const singles = setup.input('singles', () => Float32Array.from(noise(n, 11)));
  const integers = setup.input('integers', () => Int32Array.from(noise(n, 12), (v) => v * 2 ** 32 - 2 ** 31));
  const thousand = setup.input('thousand', () => noise(1000, 13).sort());
  const few = setup.input('few integers', () => Int32Array.from(noise(n, 14), (v) => v * 1000));
  const fewFloats = setup.input('few floats', () => Float64Array.from(few()));

  const sorts = (task: string, input: Input<Float64Array | Float32Array | Int32Array>): Case =>
    setup.case({
      task,
      inputs: [input],
      ours: () => sort(input()),
      answer: bytesOf,
      loops: [{ 'TypedArray.prototype.sort': () => bytesOf(input().slice().sort()) }, identical],
      numpy: (numpy) => [numpy.rival(['sort'], { x: input.key }, identical)],
    });

  const uniques = (task: string, input: Input<Float64Array | Int32Array>): Case =>
    setup.case({
      task,
      inputs: [input],
      ours: () => unique(input()).values,
      answer: bytesOf,
      loops: [
        { 'a Set, sorted': () => bytesOf(new (typeOf(input()))(new Set<number>(input())).sort()) },
        identical,
      ],
      numpy: (numpy) => [numpy.rival(['unique'], { x: input.key }, identical)],
    });

  return [
    sorts('sort', x),
    sorts('sort of float32', singles),
    sorts('sort of int32', integers),
    setup.case({
      task: 'sort in place of a copy',
      inputs: [x],
      ours: () => {
        const copy = x().slice();
        return sort(copy, { out: copy });
      },
      answer: bytesOf,
      numpy: (numpy) => [numpy.rival(['copy, then sort'], { x: x.key }, identical)],
    }),
    setup.case({
      task: 'argsort',
      inputs: [x],
      ours: () => argsort(x()),
      // Numpy's faster way does not keep the order of equal elements.
      answer: (order) => bytesOf(Float64Array.from(order, (i) => x()[i] as number)),
      numpy: (numpy) => [numpy.rival(['argsort', 'argsort, stable'], { x: x.key }, identical)],
    }),
    uniques('unique of a thousand integers', few),
    uniques('unique of a thousand, float64', fewFloats),
    uniques('unique of random', x),
    setup.case({
      task: 'unique of a thousand, all options',
      inputs: [few],
      ours: () => unique(few(), { index: true, inverse: true, counts: true }),
      answer: ({ index, inverse, counts }) =>
        Float64Array.from([...index, ...counts, ...inverse.subarray(0, 1000)]),
      numpy: (numpy) => [numpy.rival(['unique, all options'], { x: few.key }, identical)],
    }),
    setup.case({
      task: 'searchsorted into a thousand',
      n,
      inputs: [thousand, x],
      ours: () => searchsorted(thousand(), x()),
      answer: bytesOf,
      numpy: (numpy) => [numpy.rival(['searchsorted'], { x: thousand.key, y: x.key }, identical)],
    }),
  ];
};

function typeOf(array: Float64Array | Int32Array): Float64ArrayConstructor {
  return array.constructor as Float64ArrayConstructor;
}
