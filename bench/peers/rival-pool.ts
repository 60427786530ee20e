/** What the npm pools have in common: one call for each task. */

import { identical } from '../harness/agreement.ts';
import type { Contender, Rival } from '../harness/case.ts';
import { promised } from '../harness/contenders.ts';

/** A pool with certain settings, started and ready. */
export interface RivalPool {
  /** The settings, as the table shows them. */
  readonly name: string;
  /** Runs `x + 1` in a worker. */
  increment(x: number): Promise<number>;
  /** `increment` for each of many; one call for each when left out. */
  map?(items: readonly number[]): Promise<readonly number[]>;
  close(): Promise<unknown>;
}

/** Numbers as bytes, for a comparison in every bit. */
export function bytesOf(numbers: Iterable<number>): Uint8Array {
  return new Uint8Array(Float64Array.from(numbers).buffer);
}

/** Many calls that are all made before the first is answered. */
export async function callAtOnce(
  call: (x: number) => PromiseLike<number>,
  items: readonly number[],
): Promise<readonly number[]> {
  return Promise.all(items.map((x) => call(x)));
}

/** Each call made when the one before it is answered. */
export async function callInTurn(
  call: (x: number) => PromiseLike<number>,
  items: readonly number[],
): Promise<readonly number[]> {
  const results: number[] = [];
  for (const x of items) results.push(await call(x));
  return results;
}

/** A contender from a function that gives numbers. */
export function numbers(name: string, items: number, run: () => Promise<Iterable<number>>): Contender {
  return promised(name, run, async () => bytesOf(await run()), { items });
}

/** The row of a pool: the same calls with each of its settings. */
export function poolRival(
  peer: string,
  pools: readonly RivalPool[],
  items: number,
  run: (pool: RivalPool) => Promise<Iterable<number>>,
  oursForCheck?: () => Promise<Uint8Array>,
): Rival {
  return {
    peer,
    agreement: identical,
    settings: pools.map((pool) => numbers(pool.name, items, () => run(pool))),
    ...(oursForCheck === undefined ? {} : { oursForCheck }),
  };
}
