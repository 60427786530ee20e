/** Calls of a tiny task, each by itself: what a pool costs when nothing travels together. */

import type { Case, Rival } from '../harness/case.ts';
import { callAtOnce, callInTurn, numbers, poolRival } from '../peers/rival-pool.ts';
import { type KindSides, type PoolSides, plain } from './pool-sides.ts';

const increment = (x: number) => x + 1;

/** How many calls a case makes. */
export interface CallSizes {
  readonly atOnce: number;
  readonly inTurn: number;
}

/** `apply`: all calls made before the first is answered, and each after the answer of the one before. */
export function applyCases(sides: PoolSides, kind: KindSides, { atOnce, inTurn }: CallSizes): Case[] {
  return [
    calls(`apply, all at once${kind.suffix}`, atOnce, callAtOnce, sides, kind),
    calls(`apply, one after another${kind.suffix}`, inTurn, callInTurn, sides, kind),
  ];
}

/** `executor.submit`, all at once. */
export function submitCase(sides: PoolSides, kind: KindSides, n: number): Case {
  return {
    task: `Executor.submit, all at once${kind.suffix}`,
    n,
    unit: 'ns/item',
    async open() {
      const items = integersBelow(n);
      const rivals: Rival[] = [plain('loop, no pool', n, () => items.map((x) => increment(x)))];
      if (sides.context.peers) rivals.push(sides.cpythonExecutor().submitRival('submit at once', n));
      const submit = (x: number) => kind.executor().submit(increment, [x]);
      return { ours: numbers('allcores', n, () => callAtOnce(submit, items)), rivals };
    },
  };
}

function calls(
  task: string,
  n: number,
  inOrder: typeof callAtOnce | typeof callInTurn,
  sides: PoolSides,
  kind: KindSides,
): Case {
  return {
    task,
    n,
    unit: 'ns/item',
    async open() {
      const items = integersBelow(n);
      const rivals: Rival[] = [plain('loop, no pool', n, () => items.map((x) => increment(x)))];
      for (const [peer, pools] of Object.entries(await kind.peers())) {
        rivals.push(
          poolRival(peer, pools, (rival) =>
            numbers(rival.name, n, () => inOrder((x) => rival.increment(x), items)),
          ),
        );
      }
      if (sides.context.peers) rivals.push(...cpythonRivals(sides, kind, inOrder === callAtOnce, n));
      const ours = () => inOrder((x) => kind.ours().apply(increment, [x]), items);
      return { ours: numbers('allcores', n, ours), rivals };
    },
  };
}

/** CPython has one kind of Pool; its executor is the peer of our child processes. */
function cpythonRivals(sides: PoolSides, { kind }: KindSides, atOnce: boolean, n: number): Rival[] {
  const pool = sides.cpythonPool().applyRival(atOnce ? 'apply at once' : 'apply in turn', n);
  if (kind === 'thread') return [pool];
  return [sides.cpythonExecutor().submitRival(atOnce ? 'submit at once' : 'submit in turn', n), pool];
}

function integersBelow(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
