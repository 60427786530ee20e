/** Sums, means, variances and extremes against their contracts. */

import type { NumericArray } from 'allcores';
import { dot, max, mean, min, sum, sumOfSquares, variance } from 'allcores/numeric';
import * as oracle from '../kernels/numeric-oracle.ts';
import { array, arrays, build, CALM_SPECIALS, type Kind, typeNames } from './arrays.ts';
import { call, expectNear, expectSame, expectThrown } from './calls.ts';
import * as rational from './rational.ts';
import { property, type Target } from './target.ts';

/** Values whose sums and squares are far from overflow, so that the exact result is a finite number. */
const calm = {
  kinds: ['small', 'wide', 'close', 'few', 'sorted', 'equal'] as readonly Kind[],
  specials: CALM_SPECIALS,
  longest: 20_000,
};

function elements(x: NumericArray): (number | bigint)[] {
  return Array.from(x as ArrayLike<number | bigint>);
}

/** The fuzz target of the reductions of a whole array. */
export const reductions: Target = {
  name: 'reductions',
  properties: [
    property("sum has the bits of numpy's tree, integers their exact sum", array(), async (recipe) => {
      const x = build(recipe);
      expectSame(await call(sum, [x]), oracle.sum(x));
    }),
    property('mean is the sum divided once', array(), async (recipe) => {
      const x = build(recipe);
      expectSame(await call(mean, [x]), oracle.mean(x));
    }),
    property('sumOfSquares has the bits of the tree over rounded squares', array(), async (recipe) => {
      const x = build(recipe);
      expectSame(await call(sumOfSquares, [x]), oracle.sumOfSquares(x));
    }),
    property('dot has the bits of the tree over rounded products', arrays(2), async ([a, b]) => {
      const [x, y] = [build(a as never), build(b as never)];
      expectSame(await call(dot, [x, y]), oracle.dot(x, y));
    }),
    property(
      'integers have exact sums as bigints',
      arrays(2, { types: typeNames.integers }),
      async ([a, b]) => {
        const [x, y] = [build(a as never), build(b as never)];
        const options = { bigint: true };
        expectSame(await call(sum, [x], options), oracle.sum(x, options));
        expectSame(await call(sumOfSquares, [x], options), oracle.sumOfSquares(x, options));
        expectSame(await call(dot, [x, y], options), oracle.dot(x, y, options));
      },
    ),
    property('min and max are those of Math, or of bigints, and refuse nothing', array(), async (recipe) => {
      const x = build(recipe);
      for (const [kernel, expected] of [
        [min, oracle.min],
        [max, oracle.max],
      ] as const) {
        const found = await call(kernel, [x]);
        if (x.length === 0) expectThrown(found, 'RangeError');
        else expectSame(found, expected(x));
      }
    }),
    property('variance is within 1e-13 of the exact value', array(calm), async (recipe) => {
      const x = build(recipe);
      const values = elements(x);
      for (const ddof of [0, 1]) {
        const found = await call(variance, [x], { ddof });
        if (values.length <= ddof) expectSame(found, Number.NaN);
        else {
          const exact = rational.rounded(...rational.variance(rational.moments(values), BigInt(ddof)));
          expectNear(found, exact, spread(recipe.type, exact, values));
        }
      }
    }),
  ],
};

/**
 * How far a variance may be from the exact one: 1e-13 of it; also what follows from a mean that is
 * rounded to a double, which is all there is when the values are equal; and the rounding to the type.
 */
function spread(type: string, exact: number, values: readonly (number | bigint)[]): number {
  if (typeNames.integers.includes(type)) return 0;
  const largest = values.reduce<number>((most, value) => Math.max(most, Math.abs(Number(value))), 0);
  const unit = { Float16Array: 2 ** -11, Float32Array: 2 ** -24 }[type] ?? 0;
  return exact * (1e-13 + unit) + (largest * 2 ** -50) ** 2;
}
