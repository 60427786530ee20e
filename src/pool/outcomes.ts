/** What has come of a map's items so far: results in input order, failures, progress. */

import { MapError } from '../errors.ts';

/** How far a map has come. */
export interface Progress {
  /** Items that have ended, in success or failure. */
  readonly done: number;
  /** All items; left out while an iterable has not said how many it has. */
  readonly total?: number;
  /** Items that failed. */
  readonly failed: number;
  /** Milliseconds since the call. */
  readonly elapsed: number;
}

/** Collects a map's outcomes and tells the caller how far it is. */
export class Outcomes {
  #results: unknown[] | undefined;
  readonly #total: number | undefined;
  readonly #errors: { index: number; reason: unknown }[] = [];
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #since = performance.now();
  #done = 0;
  #reported = -1;

  /** @param total How many results there will be, when that is known: an array that grows from its middle is slow. */
  constructor(onProgress: ((progress: Progress) => void) | undefined, total: number | undefined) {
    this.#onProgress = onProgress;
    this.#total = total;
  }

  /** The results so far. Made with the first, while workers run: room for a million takes as long as a chunk. */
  get results(): unknown[] {
    this.#results ??= new Array(this.#total ?? 0);
    return this.#results;
  }

  /** How many items have ended. */
  get done(): number {
    return this.#done;
  }

  /** Notes a result. */
  succeed(index: number, value: unknown): void {
    this.results[index] = value;
    this.#done++;
  }

  /** Notes the results of items from `index` on; `values` holds them from `from` on. */
  succeedAll(index: number, values: ArrayLike<unknown>, from: number, count: number): void {
    // Two loops, because one for both kinds of list is three times slower for numbers.
    if (values instanceof Float64Array) copyNumbers(this.results, index, values, from, count);
    else copyValues(this.results, index, values, from, count);
    this.#done += count;
  }

  /** Notes a failure. */
  fail(index: number, reason: unknown): void {
    this.#errors.push({ index, reason });
    this.#done++;
  }

  /** Calls `onProgress` when something has ended since the last time. It may throw what the caller's function throws. */
  report(total: number | undefined): void {
    if (this.#onProgress === undefined || this.#done === this.#reported) return;
    this.#reported = this.#done;
    this.#onProgress({
      done: this.#done,
      ...(total !== undefined && { total }),
      failed: this.#errors.length,
      elapsed: performance.now() - this.#since,
    });
  }

  /** The error of a map of `total` items of which some failed; undefined when none did. */
  error(total: number): MapError | undefined {
    if (this.#errors.length === 0) return undefined;
    this.#errors.sort((a, b) => a.index - b.index);
    this.results.length = total;
    return new MapError(this.#errors, this.results);
  }
}

/**
 * Small integers are stored as V8 stores them in any other list (`small` and `value` are the same number): as
 * doubles they would make the list one of doubles, which costs a second one of its whole size.
 */
function copyNumbers(
  results: unknown[],
  index: number,
  values: Float64Array,
  from: number,
  count: number,
): void {
  for (let item = 0; item < count; item++) {
    const value = values[from + item] as number;
    const small = value | 0;
    results[index + item] = Object.is(small, value) ? small : value;
  }
}

function copyValues(
  results: unknown[],
  index: number,
  values: ArrayLike<unknown>,
  from: number,
  count: number,
): void {
  for (let item = 0; item < count; item++) results[index + item] = values[from + item];
}
