/** `map` over many small values: what is left of the cost of a task when many travel together. */

import { identical } from '../harness/agreement.ts';
import type { Case, Rival } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import {
  bytesOf,
  callAtOnce,
  numbers,
  type Person,
  people,
  peopleOf,
  poolRival,
  textOf,
} from '../peers/rival-pool.ts';
import { type KindSides, type PoolSides, plain } from './pool-sides.ts';

const increment = (x: number) => x + 1;
const advance = ({ id, name }: Person): Person => ({ id: id + 1, name });

// Most npm pools have a task for each item and nothing else: they get fewer items, and rates are compared.

/** `map` over a list of small integers. */
export function integersCase(sides: PoolSides, kind: KindSides): Case {
  const n = sides.size(1_000_000, 2_000);
  const few = sides.size(20_000, 200);
  return {
    task: `map over an array of small integers${kind.suffix}`,
    n,
    unit: 'ns/item',
    async open() {
      const items = Array.from({ length: n }, (_, i) => i % 1000);
      const fewItems = items.slice(0, few);
      const oursForFew = lazy(async () => bytesOf(await kind.ours().map(increment, fewItems)));
      const rivals: Rival[] = [plain('Array.prototype.map', n, () => items.map((x) => increment(x)))];
      for (const [peer, pools] of Object.entries(await kind.peers())) {
        rivals.push(
          poolRival(
            peer,
            pools,
            (rival) =>
              numbers(
                rival.name,
                few,
                async () => rival.incrementAll?.(fewItems) ?? callAtOnce((x) => rival.increment(x), fewItems),
              ),
            oursForFew,
          ),
        );
      }
      if (sides.context.peers) rivals.push(sides.cpythonPool().mapRival(n));
      return { ours: numbers('allcores', n, () => kind.ours().map(increment, items)), rivals };
    },
  };
}

/** `map` over a list of objects with two properties each. */
export function peopleCase(sides: PoolSides, kind: KindSides): Case {
  const n = sides.size(100_000, 1_000);
  const few = sides.size(20_000, 200);
  return {
    task: `map over an array of small objects${kind.suffix}`,
    n,
    unit: 'ns/item',
    async open() {
      const items = peopleOf(n);
      const fewItems = items.slice(0, few);
      const oursForFew = lazy(async () => textOf(await kind.ours().map(advance, fewItems)));
      const loop = () => items.map((person) => advance(person));
      const rivals: Rival[] = [
        {
          peer: 'v8',
          agreement: identical,
          settings: [blocking('Array.prototype.map', loop, () => textOf(loop()))],
        },
      ];
      for (const [peer, pools] of Object.entries(await kind.peers())) {
        rivals.push(
          poolRival(
            peer,
            pools,
            (rival) =>
              people(
                rival.name,
                few,
                async () =>
                  rival.advanceAll?.(fewItems) ?? callAtOnce((person) => rival.advance(person), fewItems),
              ),
            oursForFew,
          ),
        );
      }
      if (sides.context.peers) rivals.push(sides.cpythonPool().mapPeopleRival(n));
      return { ours: people('allcores', n, () => kind.ours().map(advance, items)), rivals };
    },
  };
}
