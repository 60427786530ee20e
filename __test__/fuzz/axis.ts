/** Where the extremes are, truth, covariance, and every reduction along an axis, against loops and slices. */

import type { NumericArray } from 'allcores';
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
  min,
  prod,
  ptp,
  std,
  sum,
  variance,
} from 'allcores/numeric';
import fc from 'fast-check';
import { array, arrays, build } from './arrays.ts';
import { call, expectNear, expectSame, expectThrown, Thrown } from './calls.ts';
import { type Filter, filterOf, filters, kept } from './filters.ts';
import { property, type Target } from './target.ts';

/** The first index of the best element, or of a NaN; undefined when nothing takes part. */
function firstBest(x: NumericArray, keeps: readonly boolean[], sign: 1 | -1): number | undefined {
  let best: number | undefined;
  for (const [i, value] of Array.from(x as ArrayLike<number | bigint>).entries()) {
    if (!keeps[i]) continue;
    if (Number.isNaN(value)) return i;
    const than = best === undefined ? undefined : (x[best] as number | bigint);
    if (than === undefined || (sign > 0 ? value < than : value > than)) best = i;
  }
  return best;
}

/** Kernels whose result for a line does not depend on an order of roundings. */
const exactly = { min, max, ptp, argmin, argmax };
const rounded = { sum, prod, mean, variance, std };

/** The dimensions of a table of at most `length` elements: what is before the axis, the axis, what is behind. */
function shapeOf(length: number, outer: number, inner: number): [number, number, number] {
  const tables = Math.min(outer, Math.max(1, length));
  const columns = Math.min(inner, Math.max(1, Math.floor(length / tables)));
  return [tables, Math.floor(length / (tables * columns)), columns];
}

function* linesOf(x: NumericArray, where: Uint8Array | undefined, shape: readonly [number, number, number]) {
  const [outer, length, inner] = shape;
  for (let line = 0; line < outer * inner; line++) {
    const start = Math.floor(line / inner) * length * inner + (line % inner);
    const at = (_: unknown, row: number) => start + row * inner;
    const indices = Array.from({ length }, at);
    const copy = x.slice(0, length) as unknown as { [index: number]: number | bigint };
    for (const [row, index] of indices.entries()) copy[row] = x[index] as number | bigint;
    const mask = where && Uint8Array.from(indices, (index) => where[index] as number);
    yield [copy as unknown as NumericArray, mask] as const;
  }
}

type Kernel = (x: NumericArray, options: object) => number | bigint;

/** The flat kernel on a copy of each line, or what it threw for the first line that it refuses. */
function lineByLine(
  kernel: Kernel,
  x: NumericArray,
  shape: readonly [number, number, number],
  { where, ...rest }: Filter,
): (number | bigint)[] | 'thrown' {
  const results: (number | bigint)[] = [];
  for (const [line, mask] of linesOf(x, where, shape)) {
    try {
      results.push(kernel(line, mask === undefined ? rest : { ...rest, where: mask }));
    } catch {
      return 'thrown';
    }
  }
  return results;
}

const drawn = fc.tuple(
  array({ longest: 20_000 }),
  filters(),
  fc.constantFrom(1, 1, 2, 3, 50),
  fc.constantFrom(1, 2, 3, 7, 8, 31, 32, 33, 100, 700),
);

/** The fuzz target of this family. */
export const axes: Target = {
  name: 'axis',
  properties: [
    property(
      'argmin and argmax give the first index',
      fc.tuple(array(), filters()),
      async ([recipe, draw]) => {
        const x = build(recipe);
        const filter = filterOf(draw, x.length);
        const keeps = kept(x, filter);
        for (const [kernel, sign] of [
          [argmin, 1],
          [argmax, -1],
        ] as const) {
          const found = await call(kernel, [x], filter);
          const expected = keeps === 'raise' ? undefined : firstBest(x, keeps, sign);
          if (expected === undefined) expectThrown(found, 'RangeError');
          else expectSame(found, expected);
        }
      },
    ),
    property('any, all and countNonzero count', fc.tuple(array(), filters()), async ([recipe, draw]) => {
      const x = build(recipe);
      const filter = filterOf(draw, x.length);
      const keeps = kept(x, filter);
      const results = [await call(any, [x], filter), await call(all, [x], filter)];
      const count = await call(countNonzero, [x], filter);
      if (keeps === 'raise') {
        for (const found of [...results, count]) expectThrown(found, 'RangeError');
        return;
      }
      const left = Array.from(x as ArrayLike<number | bigint>).filter((_, i) => keeps[i]);
      const nonzero = left.filter((value) => Number.isNaN(value) || Number(value) !== 0).length;
      expectSame([...results, count], [nonzero > 0, nonzero === left.length, nonzero]);
    }),
    property(
      'a covariance is symmetric, and a correlation is at most 1',
      fc.tuple(arrays(2), filters()),
      async ([recipes, draw]) => {
        const [a, b] = recipes.map(build) as [NumericArray, NumericArray];
        const filter = filterOf(draw, a.length);
        const together = await call(covariance, [a, b], filter);
        expectSame(await call(covariance, [b, a], filter), together);
        const coefficient = await call(correlation, [a, b], filter);
        if (together instanceof Thrown) expectThrown(coefficient, 'RangeError');
        else if (!Number.isNaN(coefficient)) expectNear(coefficient, 0, 1);
      },
    ),
    property('extremes along an axis are those of each line', drawn, async ([recipe, draw, outer, inner]) => {
      const whole = build(recipe);
      const shape = shapeOf(whole.length, outer, inner);
      const x = whole.subarray(0, shape[0] * shape[1] * shape[2]) as NumericArray;
      const filter = filterOf(draw, x.length);
      for (const [name, kernel] of Object.entries(exactly)) {
        const found = await call(kernel, [x], { ...filter, shape, axis: 1 });
        const expected = lineByLine(kernel as Kernel, x, shape, filter);
        if (expected === 'thrown') {
          expectThrown(found, 'RangeError');
          continue;
        }
        if (found instanceof Thrown) throw new Error(`${name}: ${found.message}`);
        const result = found as NumericArray;
        const wanted = result.slice();
        for (const [line, value] of expected.entries()) wanted[line] = value as never;
        expectSame(result, wanted, name);
      }
    }),
    property(
      'sums along the last axis have the bits of each line',
      drawn,
      async ([recipe, draw, , length]) => {
        const whole = build(recipe);
        const shape = [Math.floor(whole.length / length), length] as const;
        const x = whole.subarray(0, shape[0] * length) as NumericArray;
        const filter = filterOf(draw, x.length);
        for (const [name, kernel] of Object.entries(rounded)) {
          const found = await call(kernel, [x], { ...filter, shape, axis: 1 });
          const expected = lineByLine(kernel as Kernel, x, [shape[0], length, 1], filter);
          if (expected === 'thrown') expectThrown(found, 'RangeError');
          else expectSame(found, Float64Array.from(expected, Number), name);
        }
      },
    ),
  ],
};
