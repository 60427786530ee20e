/** Running sums and products of floats against their promised order. */

import { cumprod, cumsum } from 'allcores/numeric';
import fc from 'fast-check';
import { array, build, type Drawn, typeNames } from './arrays.ts';
import { call, expectSame, expectThrown } from './calls.ts';
import { property, type Target } from './target.ts';

/** Numbers of a block of running sums. */
export const BLOCK = 65_536;

/** The order that is promised of sums: rows of eight in blocks of 65,536. */
export function sums(x: ArrayLike<number>): Float64Array {
  const neutral = -0;
  const put = (a: number, b: number) => a + b;
  const results = new Float64Array(x.length);
  let carry = neutral;
  for (let block = 0; block < x.length; block += BLOCK) {
    let end = neutral;
    for (let row = block; row < Math.min(block + BLOCK, x.length); row += 8) {
      const at = (i: number) => (row + i < x.length ? (x[row + i] as number) : neutral);
      const four = (i: number) => {
        const pair = put(at(i), at(i + 1));
        return [at(i), pair, put(pair, at(i + 2)), put(pair, put(at(i + 2), at(i + 3)))];
      };
      const lower = four(0) as [number, number, number, number];
      const all = [...lower, ...four(4).map((value) => put(lower[3], value))];
      for (let i = 0; i < 8 && row + i < x.length; i++) {
        results[row + i] = put(carry, put(end, all[i] as number));
      }
      end = put(end, all[7] as number);
    }
    carry = put(carry, end);
  }
  return results;
}

/** Products one after the other. */
export function products(x: ArrayLike<number>): Float64Array {
  let product = 1;
  return Float64Array.from(x, (value) => {
    product *= value;
    return product;
  });
}

const drawn: Drawn = { types: typeNames.floats };
const policies = fc.constantFrom('propagate' as const, 'omit' as const, 'raise' as const);

/** The fuzz target of running results of floats. Those of integers are exact, see the target `exact`. */
export const scans: Target = {
  name: 'scan',
  properties: (
    [
      ['cumsum adds up rows of eight in blocks', cumsum, sums, 0],
      ['cumprod multiplies one after the other', cumprod, products, 1],
    ] as const
  ).map(([name, kernel, oracle, nothing]) =>
    property(name, fc.tuple(array(drawn), policies), async ([recipe, nanPolicy]) => {
      const x = Float64Array.from(build(recipe) as Float64Array);
      const found = await call(kernel, [build(recipe)], { nanPolicy });
      if (nanPolicy === 'raise' && x.some(Number.isNaN)) expectThrown(found, 'RangeError');
      else {
        const terms = nanPolicy === 'omit' ? x.map((v) => (Number.isNaN(v) ? nothing : v)) : x;
        expectSame(found, oracle(terms));
      }
    }),
  ),
};
