/** Which elements take part: `nanPolicy` and `where`, drawn, and as every oracle reads them. */

import type { NumericArray } from 'allcores';
import fc from 'fast-check';
import { randomWords } from '../fixtures/kernel-data.mjs';

/** What to do with a NaN. */
export type NanPolicy = 'propagate' | 'omit' | 'raise';

/** What makes the filter options of an array. */
export interface FilterRecipe {
  readonly nanPolicy: NanPolicy | undefined;
  /** How many of 256 elements the mask keeps; undefined: no mask. */
  readonly keeps: number | undefined;
  readonly seed: number;
}

/** The options themselves. */
export interface Filter {
  nanPolicy?: NanPolicy;
  where?: Uint8Array;
}

/** Draws filters; half of them keep everything. */
export function filters(): fc.Arbitrary<FilterRecipe> {
  return fc.record({
    nanPolicy: fc.constantFrom(undefined, undefined, 'propagate' as const, 'omit' as const, 'raise' as const),
    keeps: fc.constantFrom(undefined, undefined, 0, 1, 128, 255, 256),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  });
}

/** The options of a recipe for an array of `length` elements; kept elements have any value but 0 in the mask. */
export function filterOf({ nanPolicy, keeps, seed }: FilterRecipe, length: number): Filter {
  const filter: Filter = nanPolicy === undefined ? {} : { nanPolicy };
  if (keeps !== undefined) {
    const next = randomWords(seed);
    const mask = new Uint8Array(length);
    for (let i = 0; i < length; i++) if (next() % 256 < keeps) mask[i] = 1 + (next() % 255);
    filter.where = mask;
  }
  return filter;
}

/** Whether each element takes part; or `raise`, when a NaN that does is an error. */
export function kept(x: NumericArray, { nanPolicy, where }: Filter): boolean[] | 'raise' {
  const keeps: boolean[] = Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const inMask = where === undefined || where[i] !== 0;
    const nan = Number.isNaN(x[i] as number);
    if (inMask && nan && nanPolicy === 'raise') return 'raise';
    keeps[i] = inMask && !(nan && nanPolicy === 'omit');
  }
  return keeps;
}

/** The elements that take part. */
export function values(x: NumericArray, keeps: readonly boolean[]): (number | bigint)[] {
  return Array.from(x as ArrayLike<number | bigint>).filter((_, i) => keeps[i]);
}
