/** Sorting and searching against TypedArray's own sort and plain counting. */

import type { NumericArray } from 'allcores';
import { argsort, searchsorted, sort, unique } from 'allcores/numeric';
import fc from 'fast-check';
import { array, arrays, build, type Recipe } from './arrays.ts';
import { call, expectSame } from './calls.ts';
import { property, type Target } from './target.ts';

const drawn = { longest: 70_000 };

function elements(x: NumericArray): (number | bigint)[] {
  return Array.from(x as ArrayLike<number | bigint>);
}

/** A NaN comes last, as everywhere here; zeros are one value. */
function below(a: number | bigint, b: number | bigint): boolean {
  return Number.isNaN(a) ? false : Number.isNaN(b) || a < b;
}

/** How many elements of a sorted array stand before a value: those below it, or those not above it. */
function rank(sorted: NumericArray, value: number | bigint, side: 'left' | 'right'): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = sorted[middle] as number;
    const before = side === 'left' ? below(element, value) : !below(value, element);
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A key that is the same for all NaNs and for both zeros. */
function key(value: number | bigint): string {
  return value === 0 ? '0' : String(value);
}

/** The fuzz target of sorting. */
export const order: Target = {
  name: 'order',
  properties: [
    property('sort is TypedArray.prototype.sort, also in place', array(drawn), async (recipe) => {
      const x = build(recipe);
      const expected = plain(x).sort();
      expectSame(plain(await call(sort, [x])), expected);
      const [here, there] = [plain(x), plain(x)];
      sort(here, { out: here } as never);
      await sort.async(there, { out: there } as never);
      expectSame(here, expected);
      expectSame(there, expected);
    }),
    property('argsort gives the order of sort, ties by their indices', array(drawn), async (recipe) => {
      const x = build(recipe);
      const indices = (await call(argsort, [x])) as Uint32Array;
      expectSame(indices instanceof Uint32Array, true);
      const sorted = plain(x).sort();
      expectSame(indices.length, x.length);
      expectSame(new Set(indices).size, x.length);
      for (const [place, index] of indices.entries()) {
        expectSame(x[index], sorted[place]);
        const before = indices[place - 1];
        if (before !== undefined && Object.is(x[before], x[index])) expectSame(before < index, true, 'ties');
      }
    }),
    property('unique counts every value once', array({ longest: 20_000 }), async (recipe) => {
      const x = build(recipe);
      const options = { index: true, inverse: true, counts: true };
      const found = (await call(unique, [x], options)) as Record<string, Uint32Array>;
      const first = new Map<string, number>();
      const counts = new Map<string, number>();
      for (const [i, value] of elements(x).entries()) {
        const name = key(value);
        if (!first.has(name)) first.set(name, i);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      const sorted = elements(plain(x).sort()).filter(
        (value, i, all) => i === 0 || key(value) !== key(all[i - 1] as number),
      );
      const names = sorted.map(key);
      const values = elements(found['values'] as NumericArray);
      expectSame(values.map(key).join(), names.join(), 'values');
      expectSame(
        found['index'],
        Uint32Array.from(names, (name) => first.get(name) as number),
        'index',
      );
      expectSame(
        found['counts'],
        Uint32Array.from(names, (name) => counts.get(name) as number),
        'counts',
      );
      const place = new Map(names.map((name, i) => [name, i]));
      const inverse = Uint32Array.from(elements(x), (value) => place.get(key(value)) as number);
      expectSame(found['inverse'], inverse, 'inverse');
      const alone = (await call(unique, [x])) as object;
      expectSame(Object.keys(alone).join(), 'values');
    }),
    property(
      'searchsorted counts what stands before each value',
      fc.tuple(arrays(2, { longest: 20_000 }), fc.constantFrom(undefined, 'left' as const, 'right' as const)),
      async ([[a, b], side]) => {
        const sorted = plain(build(a as Recipe)).sort() as NumericArray;
        const wanted = build(b as Recipe);
        const expected = Uint32Array.from(elements(wanted), (value) => rank(sorted, value, side ?? 'left'));
        expectSame(await call(searchsorted, [sorted, wanted], side === undefined ? {} : { side }), expected);
      },
    ),
  ],
};

/** A copy in plain memory of its own. */
function plain(x: unknown): Float64Array {
  return (x as Float64Array).slice();
}
