/** Calls that are all pending at once: whether a million cost more each than ten thousand. */

import { identical } from '../harness/agreement.ts';
import type { Case, Rival } from '../harness/case.ts';
import { lazy } from '../harness/lazy.ts';
import { bytesOf, callAtOnce, numbers } from '../peers/rival-pool.ts';
import type { KindSides, PoolSides } from './pool-sides.ts';

const increment = (x: number) => x + 1;

/**
 * A million calls of ours beside ten thousand; and bare promises, a million and ten thousand, because the
 * garbage collector alone makes a million of anything that lives long cost more each.
 */
export function pendingCase({ size }: PoolSides, kind: KindSides): Case {
  const n = size(1_000_000, 2_000);
  const few = size(10_000, 200);
  return {
    task: `apply, a million pending${kind.suffix}`,
    n,
    unit: 'ns/item',
    async open() {
      const count = few.toLocaleString('en');
      const items = Array.from({ length: n }, (_, i) => i);
      const fewItems = items.slice(0, few);
      const apply = (x: number) => kind.ours().apply(increment, [x]);
      const oursForFew = lazy(async () => bytesOf(await callAtOnce(apply, fewItems)));
      const rival = (peer: string, name: string, some: readonly number[], run: typeof bare): Rival => ({
        peer,
        agreement: identical,
        settings: [numbers(name, some.length, () => run(some))],
        ...(some === fewItems && { oursForCheck: oursForFew }),
      });
      return {
        ours: numbers('allcores', n, () => callAtOnce(apply, items)),
        rivals: [
          rival(`ours at ${count}`, 'allcores', fewItems, (some) => callAtOnce(apply, some)),
          rival('v8', 'bare promises', items, bare),
          rival(`v8 at ${count}`, 'bare promises', fewItems, bare),
        ],
      };
    },
  };
}

/** Promises that are all made, and resolved in a later turn. */
async function bare(items: readonly number[]): Promise<readonly number[]> {
  const resolvers: ((result: number) => void)[] = [];
  const results = callAtOnce((_: number) => new Promise<number>((resolve) => resolvers.push(resolve)), items);
  setImmediate(() => {
    for (const [index, resolve] of resolvers.entries()) resolve(increment(items[index] as number));
  });
  return results;
}
