/** Sums, means, variances, extremes and norms of whole arrays against their contracts. */

import type { NumericArray } from 'allcores';
import {
  describe,
  dot,
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
import fc from 'fast-check';
import {
  array,
  arrays,
  build,
  CALM_SPECIALS,
  type Drawn,
  type Kind,
  type Recipe,
  typeNames,
} from './arrays.ts';
import { call, expectNear, expectSame, expectThrown } from './calls.ts';
import { type Filter, type FilterRecipe, filterOf, filters, kept, values } from './filters.ts';
import * as rational from './rational.ts';
import { type Property, property, type Target } from './target.ts';
import { toTypeOf, treeSum } from './tree.ts';

/** Values whose sums and squares are far from overflow, so that the exact result is a finite number. */
const calm: Drawn = {
  kinds: ['small', 'wide', 'close', 'few', 'sorted', 'equal'] as readonly Kind[],
  specials: [...CALM_SPECIALS, 'NaN'],
  longest: 20_000,
};

/** An array, what of it takes part, and the options that say so. */
interface Given {
  readonly x: NumericArray;
  readonly filter: Filter;
  /** The elements that take part. */
  readonly parts: readonly (number | bigint)[];
  readonly keeps: readonly boolean[];
}

/** A property of a kernel on one filtered array; where a NaN is an error, that is checked here. */
function filtered(
  name: string,
  drawn: Drawn,
  kernel: unknown,
  check: (given: Given) => void | Promise<void>,
): Property {
  const arbitrary = fc.tuple(array(drawn), filters());
  return property(name, arbitrary, async ([recipe, which]: readonly [Recipe, FilterRecipe]) => {
    const x = build(recipe);
    const filter = filterOf(which, x.length);
    const keeps = kept(x, filter);
    if (keeps === 'raise') expectThrown(await call(kernel, [x], filter), 'RangeError');
    else await check({ x, filter, keeps, parts: values(x, keeps) });
  });
}

function isFloat(x: NumericArray): x is Float64Array {
  return typeNames.floats.includes(x.constructor.name);
}

function isBig(x: NumericArray): boolean {
  return x.constructor.name.startsWith('Big');
}

/** A sum of terms: floats over the tree, where what is left out counts as 0; integers exactly. */
function total({ x, keeps }: Given, term: (i: number) => number, exact: () => bigint): number | bigint {
  if (isFloat(x))
    return toTypeOf(
      x,
      treeSum(x.length, (i) => (keeps[i] ? term(i) : 0)),
    );
  return isBig(x) ? exact() : Number(exact());
}

function at(x: NumericArray): (i: number) => number {
  return (i) => x[i] as number;
}

function exactSum(parts: readonly (number | bigint)[]): bigint {
  return parts.reduce<bigint>((a, b) => a + BigInt(b), 0n);
}

function exactSquares(parts: readonly (number | bigint)[]): bigint {
  return parts.reduce<bigint>((a, b) => a + BigInt(b) ** 2n, 0n);
}

/** What `min` or `max` gives of elements that take part; undefined of none. */
function extreme(parts: readonly (number | bigint)[], side: 'min' | 'max'): number | bigint | undefined {
  const pick = (a: number | bigint, b: number | bigint) => {
    if (typeof a === 'number') return Math[side](a, b as number);
    return a < b === (side === 'min') ? a : b;
  };
  return parts.length === 0 ? undefined : parts.reduce(pick);
}

/** The exact variance of finite elements, as a fraction. */
function exactVariance(parts: readonly (number | bigint)[], ddof: number): readonly [bigint, bigint] {
  return rational.variance(rational.moments(parts), BigInt(ddof));
}

/**
 * How far a variance may be from the exact one: 1e-13 of it; also what follows from a mean that is
 * rounded to a double, which is all there is when the values are equal; and the rounding to the type.
 */
function spread({ x, parts }: Given, exact: number): number {
  const type = x.constructor.name;
  if (!isFloat(x)) return 0;
  const largest = parts.reduce<number>((most, value) => Math.max(most, Math.abs(Number(value))), 0);
  return exact * (1e-13 + rounding(type)) + (largest * 2 ** -50) ** 2;
}

/** The relative error of a rounding to the type, but of its subnormal numbers. */
function rounding(type: string): number {
  return { Float16Array: 2 ** -11, Float32Array: 2 ** -24 }[type] ?? 0;
}

/** The error of a rounding to a subnormal number of the type. */
function subnormalRounding({ x }: Given): number {
  return { Float16Array: 2 ** -25, Float32Array: 2 ** -150 }[x.constructor.name] ?? 0;
}

function isFinitePart(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isFinite(value);
}

const extremes = (['min', 'max'] as const).map((side) => {
  const kernel = { min, max }[side];
  return filtered(`${side} is that of Math, or of bigints`, {}, kernel, async ({ x, filter, parts }) => {
    const found = await call(kernel, [x], filter);
    const expected = extreme(parts, side);
    if (expected === undefined) expectNothing(found, x, filter);
    else expectSame(found, expected);
  });
});

/** What an extreme of nothing is: NaN when there were only NaNs, which were left out, else an error. */
function expectNothing(found: unknown, x: NumericArray, filter: Filter, nan: unknown = Number.NaN): void {
  if (elements(x).some((_, i) => filter.where?.[i] !== 0)) expectSame(found, nan);
  else expectThrown(found, 'RangeError');
}

function elements(x: NumericArray): (number | bigint)[] {
  return Array.from(x as ArrayLike<number | bigint>);
}

/** The fuzz target of the reductions of a whole array. */
export const reductions: Target = {
  name: 'reductions',
  properties: [
    filtered("sum has the bits of numpy's tree, integers their exact sum", {}, sum, async (given) => {
      const { x, filter, parts } = given;
      expectSame(
        await call(sum, [x], filter),
        total(given, at(x), () => exactSum(parts)),
      );
    }),
    filtered('mean is the sum divided once', {}, mean, async (given) => {
      const { x, filter, keeps, parts } = given;
      const found = await call(mean, [x], filter);
      if (parts.length === 0) expectSame(found, Number.NaN);
      else if (isFloat(x)) {
        const all = treeSum(x.length, (i) => (keeps[i] ? (x[i] as number) : 0));
        expectSame(found, toTypeOf(x, all / parts.length));
      } else expectSame(found, rational.rounded(exactSum(parts), BigInt(parts.length)));
    }),
    filtered(
      'sumOfSquares has the bits of the tree over rounded squares',
      {},
      sumOfSquares,
      async (given) => {
        const { x, filter, parts } = given;
        const expected = total(
          given,
          (i) => (x[i] as number) * (x[i] as number),
          () => exactSquares(parts),
        );
        expectSame(await call(sumOfSquares, [x], filter), expected);
      },
    ),
    property(
      'dot has the bits of the tree over rounded products',
      fc.tuple(arrays(2), filters()),
      async ([[a, b], which]) => {
        const [x, y] = [build(a as Recipe), build(b as Recipe)];
        const filter = filterOf(which, x.length);
        // A NaN on either side is one of the pair.
        const pairs = isFloat(x)
          ? x.map((value, i) => (Number.isNaN(value) || Number.isNaN(y[i]) ? Number.NaN : 0))
          : x;
        const keeps = kept(pairs, filter);
        const found = await call(dot, [x, y], filter);
        if (keeps === 'raise') expectThrown(found, 'RangeError');
        else {
          const exact = () => {
            const [left, right] = [values(x, keeps), values(y, keeps)];
            return left.reduce<bigint>(
              (all, value, i) => all + BigInt(value) * BigInt(right[i] as bigint),
              0n,
            );
          };
          const given = { x, filter, keeps, parts: values(x, keeps) };
          expectSame(
            found,
            total(given, (i) => (x[i] as number) * (y[i] as number), exact),
          );
        }
      },
    ),
    filtered('integers have exact sums as bigints', { types: typeNames.integers }, sum, async (given) => {
      const { x, filter, parts } = given;
      const options = { ...filter, bigint: true };
      expectSame(await call(sum, [x], options), exactSum(parts));
      expectSame(await call(sumOfSquares, [x], options), exactSquares(parts));
    }),
    ...extremes,
    filtered('minmax and ptp are min, max and their distance', {}, minmax, async ({ x, filter, parts }) => {
      const [both, distance] = [await call(minmax, [x], filter), await call(ptp, [x], filter)];
      const [least, greatest] = [extreme(parts, 'min'), extreme(parts, 'max')];
      if (least === undefined || greatest === undefined) {
        expectNothing(both, x, filter, { min: Number.NaN, max: Number.NaN });
        expectNothing(distance, x, filter);
        return;
      }
      expectSame(both, { min: least, max: greatest });
      if (typeof least === 'bigint') expectSame(distance, (greatest as bigint) - least);
      else expectSame(distance, toTypeOfFloat(x, (greatest as number) - least));
    }),
    filtered('variance and std are within 1e-13 of the exact value', calm, variance, async (given) => {
      const { x, filter, parts } = given;
      for (const ddof of [0, 1]) {
        const options = { ...filter, ddof };
        const [found, root] = [await call(variance, [x], options), await call(std, [x], options)];
        if (parts.length <= ddof || !parts.every(isFinitePart)) {
          expectSame([found, root], [Number.NaN, Number.NaN]);
          continue;
        }
        const fraction = exactVariance(parts, ddof);
        const exact = rational.rounded(...fraction);
        // A half float ends at 65,504, which is a standard deviation of 256 only.
        if (isFloat(x) && toTypeOf(x, exact) === Infinity) expectSame(found, Infinity);
        else expectNear(found, exact, spread(given, exact) + subnormalRounding(given));
        const exactRoot = rational.squareRoot(...fraction);
        const largest = Math.sqrt(spread(given, 0));
        const distance = exactRoot * (1e-13 + rounding(x.constructor.name)) + largest;
        expectNear(root, exactRoot, distance + subnormalRounding(given));
      }
    }),
    filtered(
      'describe says what the kernels of its names say',
      {},
      describe,
      async ({ x, filter, parts }) => {
        const found = (await call(describe, [x], { ...filter, ddof: 1 })) as Record<string, unknown>;
        const inMask = elements(x).filter((_, i) => filter.where?.[i] !== 0);
        expectSame(found['count'], parts.length);
        expectSame(found['nanCount'], inMask.filter(Number.isNaN).length);
        expectSame(found['mean'], await call(mean, [x], filter));
        expectSame(found['variance'], await call(variance, [x], { ...filter, ddof: 1 }));
        expectSame(found['std'], await call(std, [x], { ...filter, ddof: 1 }));
        expectSame(found['sum'], await call(sum, [x], filter));
        if (parts.length === 0) return;
        expectSame([found['min'], found['max']], [extreme(parts, 'min'), extreme(parts, 'max')]);
      },
    ),
    filtered(
      'norm is within 1e-13 of the exact root, and never overflows on the way',
      {},
      norm,
      async (given) => {
        const { x, filter, parts } = given;
        const found = await call(norm, [x], filter);
        if (parts.some((value) => Number.isNaN(value))) expectSame(found, Number.NaN);
        else if (!parts.every(isFinitePart)) expectSame(found, Infinity);
        else {
          const { squares } = rational.moments(parts);
          const exact = rational.squareRoot(squares, 1n << (2n * rational.UNIT));
          const rounded = isFloat(x) ? toTypeOf(x, exact) : exact;
          expectNear(found, rounded, rounded * (1e-13 + 2 * rounding(x.constructor.name)) + Number.MIN_VALUE);
        }
      },
    ),
    filtered('norms of order 1 and Infinity are sums and extremes of magnitudes', {}, norm, async (given) => {
      const { x, filter, parts } = given;
      const size = (value: number | bigint) => (value < 0 ? -value : value) as number | bigint;
      const one = await call(norm, [x], { ...filter, ord: 1 });
      if (isFloat(x))
        expectSame(
          one,
          total(
            given,
            (i) => Math.abs(x[i] as number),
            () => 0n,
          ),
        );
      else expectSame(one, Number(exactSum(parts.map(size))));
      const largest = extreme(parts.map(size), 'max') ?? 0;
      expectSame(
        await call(norm, [x], { ...filter, ord: Infinity }),
        isFloat(x) ? Math.abs(Number(largest)) : Number(largest),
      );
    }),
  ],
};

function toTypeOfFloat(x: NumericArray, value: number): number {
  return isFloat(x) ? toTypeOf(x, value) : value;
}
