/** Order statistics and bins against a sorted copy and the definition of a bin. */

import type { NumericArray } from 'allcores';
import { bincount, histogram, median, quantile } from 'allcores/numeric';
import fc from 'fast-check';
import { array, build, typeNames } from './arrays.ts';
import { call, expectSame, expectThrown } from './calls.ts';
import { filterOf, filters, kept, values } from './filters.ts';
import { property, type Target } from './target.ts';
import { toTypeOf } from './tree.ts';

/** By value, -0 below +0, as doubles: the order of the kernels. */
function sorted(elements: readonly (number | bigint)[]): Float64Array {
  return Float64Array.from(elements, Number).sort();
}

/** The elements that take part, sorted; or the word for how the call must end. */
function ordered(x: NumericArray, filter: ReturnType<typeof filterOf>): Float64Array | 'raise' | 'nan' {
  const keeps = kept(x, filter);
  if (keeps === 'raise') return 'raise';
  const elements = sorted(values(x, keeps));
  return Number.isNaN(elements.at(-1)) ? 'nan' : elements;
}

/** The fuzz target of quantiles and histograms. */
export const quantiles: Target = {
  name: 'quantile',
  properties: [
    property(
      'the lower quantile is an element of the sorted array',
      fc.tuple(array(), filters(), fc.double({ min: 0, max: 1, noNaN: true })),
      async ([recipe, how, q]) => {
        const x = build(recipe);
        const filter = filterOf(how, x.length);
        const found = await call(quantile, [x, q], { ...filter, method: 'lower' });
        const elements = ordered(x, filter);
        if (elements === 'raise') return expectThrown(found, 'RangeError');
        if (elements === 'nan') return expectSame(found, Number.NaN);
        const taken = kept(x, filter.where === undefined ? {} : { where: filter.where });
        if (!(taken as boolean[]).includes(true)) return expectThrown(found, 'RangeError');
        if (elements.length === 0) return expectSame(found, Number.NaN);
        expectSame(found, elements[Math.floor(q * (elements.length - 1))]);
      },
    ),
    property(
      'the median is the quantile 0.5, or NaN',
      fc.tuple(array(), filters()),
      async ([recipe, how]) => {
        const x = build(recipe);
        const filter = filterOf(how, x.length);
        const found = await call(median, [x], filter);
        const elements = ordered(x, filter);
        if (elements === 'raise') return expectThrown(found, 'RangeError');
        if (elements === 'nan' || elements.length === 0) return expectSame(found, Number.NaN);
        const middle = elements.length >> 1;
        const upper = elements[middle] as number;
        // numpy adds half floats as floats of 32 bits, and so do we.
        const round = /Float(16|32)Array/.test(x.constructor.name) ? Math.fround : Number;
        const both = round((elements[elements.length - 1 - middle] as number) + upper) / 2;
        const mean = x.constructor.name.startsWith('Float') ? toTypeOf(x, both) : both;
        expectSame(found, 0 + (elements.length % 2 === 1 ? upper : mean));
      },
    ),
    property(
      'every element is counted where the edges say',
      fc.tuple(array(), filters(), fc.integer({ min: 1, max: 40 })),
      async ([recipe, how, bins]) => {
        const x = build(recipe);
        const filter = filterOf(how, x.length);
        const found = await call(histogram, [x], { ...filter, bins, range: [-100, 1000] });
        const keeps = kept(x, filter);
        if (keeps === 'raise') return expectThrown(found, 'RangeError');
        const { edges } = found as { edges: Float64Array };
        const counts = new Float64Array(bins);
        for (const value of values(x, keeps)) {
          const v = Number(value);
          if (!(v >= (edges[0] as number) && v <= (edges[bins] as number))) continue;
          let bin = bins - 1;
          while (bin > 0 && v < (edges[bin] as number)) bin--;
          counts[bin] = (counts[bin] as number) + 1;
        }
        expectSame(found, { counts, edges });
      },
    ),
    property(
      'bincount counts integers by their value',
      array({ types: typeNames.integers, kinds: ['few', 'equal'], specials: [] }),
      async (recipe) => {
        const x = build(recipe);
        const found = await call(bincount, [x]);
        const numbers = Array.from(x as ArrayLike<number | bigint>, Number);
        const least = numbers.reduce((a, b) => Math.min(a, b), 0);
        const most = numbers.reduce((a, b) => Math.max(a, b), -1);
        if (least < 0 || most > 1e6) return least < 0 ? expectThrown(found, 'RangeError') : undefined;
        const counts = new Float64Array(most + 1);
        for (const value of numbers) counts[value] = (counts[value] as number) + 1;
        expectSame(found, counts);
      },
    ),
  ],
};
