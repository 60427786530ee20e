/** What the npm pools have in common: one call for each task. */

import { identical } from '../harness/agreement.ts';
import type { Answer, Contender, Rival } from '../harness/case.ts';
import { promised } from '../harness/contenders.ts';

/** A small object, as they travel by the thousand. */
export interface Person {
  readonly id: number;
  readonly name: string;
}

/** A pool with certain settings, started and ready. */
export interface RivalPool {
  /** The settings, as the table shows them. */
  readonly name: string;
  /** Runs `x + 1` in a worker. */
  increment(x: number): Promise<number>;
  /** Gives, from a worker, a person whose `id` is one more. */
  advance(person: Person): Promise<Person>;
  /** `increment` for each of many; one call for each when left out. */
  incrementAll?(items: readonly number[]): Promise<readonly number[]>;
  /** `advance` for each of many; one call for each when left out. */
  advanceAll?(people: readonly Person[]): Promise<readonly Person[]>;
  close(): Promise<unknown>;
}

/** The pools of each peer, by the peer's name. */
export type Peers = Readonly<Record<string, readonly RivalPool[]>>;

/** So many people; their names repeat. */
export function peopleOf(count: number): Person[] {
  return Array.from({ length: count }, (_, id) => ({ id, name: `name ${id % 1000}` }));
}

/** Numbers as bytes, for a comparison in every bit. */
export function bytesOf(numbers: Iterable<number>): Uint8Array {
  return new Uint8Array(Float64Array.from(numbers).buffer);
}

/** People as text, as the Python side writes them. */
export function textOf(people: Iterable<Person>): string {
  return Array.from(people, ({ id, name }) => `${name}: ${id}`).join('\n');
}

/** Many calls that are all made before the first is answered. */
export async function callAtOnce<T, R>(
  call: (item: T) => PromiseLike<R>,
  items: readonly T[],
): Promise<readonly R[]> {
  return Promise.all(items.map((item) => call(item)));
}

/** Each call made when the one before it is answered. */
export async function callInTurn<T, R>(
  call: (item: T) => PromiseLike<R>,
  items: readonly T[],
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await call(item));
  return results;
}

/** A contender from a function that gives numbers. */
export function numbers(name: string, items: number, run: () => Promise<Iterable<number>>): Contender {
  return promised(name, run, async () => bytesOf(await run()), { items });
}

/** A contender from a function that gives people. */
export function people(name: string, items: number, run: () => Promise<Iterable<Person>>): Contender {
  return promised(name, run, async () => textOf(await run()), { items });
}

/** The row of a pool: the same work with each of its settings. */
export function poolRival(
  peer: string,
  pools: readonly RivalPool[],
  contender: (pool: RivalPool) => Contender,
  oursForCheck?: () => Promise<Answer>,
): Rival {
  return {
    peer,
    agreement: identical,
    settings: pools.map(contender),
    ...(oursForCheck === undefined ? {} : { oursForCheck }),
  };
}
