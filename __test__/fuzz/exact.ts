/** Exact sums, products and running results against exact rationals and their promised order. */

import type { NumericArray } from 'allcores';
import { cumprod, cumsum, dot, norm, prod, sum, sumOfSquares } from 'allcores/numeric';
import fc from 'fast-check';
import { array, arrays, build, type Recipe, typeNames } from './arrays.ts';
import { call, expectSame, Thrown } from './calls.ts';
import { type Filter, filterOf, filters, kept, values } from './filters.ts';
import { formats, products, rounded, scaled, squareRoot, UNIT } from './rational.ts';
import { property, type Target } from './target.ts';

const floats = { types: typeNames.floats, longest: 20_000 } as const;
const exact = { precision: 'exact' } as const;
const ONE = 1n << UNIT;

/** The nearest value of the array's type. */
function narrow(x: NumericArray, numerator: bigint, denominator: bigint): number {
  return rounded(numerator, denominator, formats[x.constructor.name as keyof typeof formats]);
}

/** The elements that take part, or the result that infinities and NaN among them decide. */
function finite(x: NumericArray, filter: Filter): number[] | 'raise' | 'special' {
  const keeps = kept(x, filter);
  if (keeps === 'raise') return 'raise';
  const left = values(x, keeps) as number[];
  return left.every(Number.isFinite) ? left : 'special';
}

async function checked(
  recipe: Recipe,
  filter: Filter,
  kernel: unknown,
  expected: (x: NumericArray, left: number[]) => number,
) {
  const x = build(recipe);
  const left = finite(x, filter);
  const found = await call(kernel, [x], { ...exact, ...filter });
  if (left === 'raise') {
    if (!(found instanceof Thrown)) throw new Error(`expected an error, got ${String(found)}`);
  } else if (left === 'special') {
    if (Number.isFinite(found)) throw new Error(`expected no finite result, got ${String(found)}`);
  } else expectSame(found, expected(x, left));
}

const drawn = fc.tuple(array(floats), filters());

/** The fuzz target of exact results. */
export const exactness: Target = {
  name: 'exact',
  properties: [
    property('an exact sum is the sum of the rationals, rounded once', drawn, async ([recipe, filter]) => {
      await checked(recipe, filterOf(filter, recipe.length), sum, (x, left) => {
        const total = left.reduce((all, value) => all + scaled(value), 0n);
        if (total !== 0n) return narrow(x, total, ONE);
        return left.every((value) => Object.is(value, -0)) ? -0 : 0;
      });
    }),
    property('an exact sum of squares is that of the rationals', drawn, async ([recipe, filter]) => {
      await checked(recipe, filterOf(filter, recipe.length), sumOfSquares, (x, left) =>
        narrow(x, products(left, left), ONE * ONE),
      );
    }),
    property(
      'an exact norm is the root of the sum of squares, rounded once',
      fc.tuple(array({ ...floats, types: ['Float64Array'] }), filters()),
      async ([recipe, filter]) => {
        await checked(recipe, filterOf(filter, recipe.length), norm, (_, left) =>
          squareRoot(products(left, left), ONE * ONE),
        );
      },
    ),
    property('an exact dot is that of the rationals', arrays(2, floats), async ([a, b]) => {
      const [x, y] = [build(a as Recipe), build(b as Recipe)];
      const [left, right] = [finite(x, {}), finite(y, {})];
      const found = await call(dot, [x, y], exact);
      if (!Array.isArray(left) || !Array.isArray(right)) {
        if (Number.isFinite(found)) throw new Error(`expected no finite result, got ${String(found)}`);
      } else expectSame(found, narrow(x, products(left, right), ONE * ONE));
    }),
    property(
      'an exact product is that of the rationals',
      fc.tuple(array({ ...floats, longest: 300 }), filters()),
      async ([recipe, filter]) => {
        await checked(recipe, filterOf(filter, recipe.length), prod, (x, left) => {
          const product = left.reduce((all, value) => all * scaled(value), 1n);
          const size = narrow(x, product, 1n << (UNIT * BigInt(left.length)));
          const negative = left.filter((value) => value < 0 || Object.is(value, -0)).length % 2 === 1;
          return negative ? -Math.abs(size) : Math.abs(size);
        });
      },
    ),
    property(
      'a product of integers is exact',
      array({ types: typeNames.integers, longest: 2000 }),
      async (recipe) => {
        const x = build(recipe);
        const product = Array.from(x as ArrayLike<number | bigint>, BigInt).reduce(
          (all, value) => all * value,
          1n,
        );
        expectSame(await call(prod, [x], { bigint: true }), product);
        if (!recipe.type.startsWith('Big')) expectSame(await call(prod, [x]), rounded(product, 1n));
      },
    ),
    property(
      'running results of integers are exact or refused',
      array({ types: typeNames.integers }),
      async (recipe) => {
        const x = build(recipe);
        for (const [kernel, neutral, put] of [
          [cumsum, 0n, (a: bigint, b: bigint) => a + b],
          [cumprod, 1n, (a: bigint, b: bigint) => a * b],
        ] as const) {
          const found = await call(kernel, [x]);
          const wide = recipe.type.startsWith('Big');
          const limit = wide ? 2n ** 63n : 2n ** 53n;
          let running: bigint = neutral;
          for (let i = 0; i < x.length; i++) {
            running = put(running, BigInt(x[i] as number | bigint));
            if (running < -limit || running >= limit) {
              if (wide && !(found instanceof Thrown)) throw new Error(`expected an error at index ${i}`);
              break;
            }
            if (found instanceof Thrown) continue;
            const result = (found as Float64Array)[i] as number | bigint;
            if (BigInt(result) !== running) throw new Error(`index ${i}: ${result} is not ${running}`);
          }
        }
      },
    ),
  ],
};
