/** `map` over a shared array of doubles, against a loop that does the same. */

import { sharedArray } from 'allcores';
import { identical } from '../harness/agreement.ts';
import type { Case } from '../harness/case.ts';
import { blocking, promised } from '../harness/contenders.ts';
import { bytesOf } from '../peers/rival-pool.ts';
import type { KindSides, PoolSides } from './pool-sides.ts';

interface TypedWork {
  readonly task: string;
  readonly n: number;
  readonly fn: (x: number) => number;
  readonly loop: (items: Float64Array, out: Float64Array) => void;
  /** Whether the result has its place already. */
  readonly into: 'given' | 'new';
}

/** A square for each element, into an array that is there and into a new one, and long work for each. */
export function typedCases({ size }: PoolSides, kind: KindSides): Case[] {
  const n = size(16_000_000, 20_000);
  const square = { n, fn: (x: number) => x * x, loop: squares };
  return [
    typedCase(kind, { ...square, task: 'map over a shared Float64Array, x * x', into: 'given' }),
    typedCase(kind, { ...square, task: 'map over a shared Float64Array, x * x, new result', into: 'new' }),
    typedCase(kind, {
      task: 'map over a shared Float64Array, 200 square roots',
      n: size(400_000, 2_000),
      fn: manyRoots,
      loop: roots,
      into: 'given',
    }),
  ];
}

function typedCase(kind: KindSides, { task, n, fn, loop, into }: TypedWork): Case {
  return {
    task,
    n,
    unit: 'ns/item',
    async open() {
      const items = sharedArray(Float64Array, n);
      for (let i = 0; i < n; i++) items[i] = (i % 1000) + 0.5;
      const out = sharedArray(Float64Array, n);
      const theirs = new Float64Array(n);
      const own = Float64Array.from(items);
      const run = async () => kind.ours().map(fn, items, into === 'given' ? { out } : {});
      const runLoop = () => {
        const target = into === 'given' ? theirs : new Float64Array(n);
        loop(own, target);
        return target;
      };
      return {
        ours: promised('allcores', run, async () => bytesOf(await run()), { items: n }),
        rivals: [
          {
            peer: 'v8',
            agreement: identical,
            settings: [blocking('loop, one thread', runLoop, () => bytesOf(runLoop()))],
          },
        ],
      };
    },
  };
}

// The loops call nothing that is passed in, so that V8 can inline the work.

function squares(items: Float64Array, out: Float64Array): void {
  for (let i = 0; i < items.length; i++) {
    const x = items[i] as number;
    out[i] = x * x;
  }
}

function manyRoots(x: number): number {
  let value = x;
  for (let i = 0; i < 200; i++) value = Math.sqrt(value * value + i);
  return value;
}

function roots(items: Float64Array, out: Float64Array): void {
  for (let i = 0; i < items.length; i++) out[i] = manyRoots(items[i] as number);
}
