/** Pools of workers: the cost of a task, and what is left of it when many travel together. */

import { cpuCount, Pool, sharedArray } from 'allcores';
import { identical } from '../harness/agreement.ts';
import type { Case, Contender, Context, Rival, Suite } from '../harness/case.ts';
import { blocking, promised } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { CPythonPool } from '../peers/cpython-pool.ts';
import { piscinaPools } from '../peers/piscina.ts';
import { poolifierPools } from '../peers/poolifier.ts';
import { bytesOf, callAtOnce, callInTurn, numbers, poolRival, type RivalPool } from '../peers/rival-pool.ts';
import { tinypoolPools } from '../peers/tinypool.ts';
import { workerpoolPools } from '../peers/workerpool.ts';

type Peers = Readonly<Record<string, readonly RivalPool[]>>;

/** The suite `pool`. */
export const pool: Suite = (context: Context): Case[] => {
  const workers = cpuCount();
  const size = (full: number, quick: number) => (context.quick ? quick : full);
  const ours = lazy(() => {
    const opened = new Pool({ workers });
    context.resources.defer(() => opened.terminate());
    return opened;
  });
  const python = lazy(() => new CPythonPool(context.resources, workers));
  const peers = lazy(() => openPeers(context, workers));
  const increment = (x: number) => x + 1;

  /** Calls of a tiny task, at once or in turn. */
  const calls = (
    task: string,
    n: number,
    inOrder: typeof callAtOnce,
    pythonTask: 'apply at once' | 'apply in turn',
  ): Case => ({
    task,
    n,
    unit: 'ns/item',
    async open() {
      const items = Array.from({ length: n }, (_, i) => i);
      const rivals: Rival[] = [plain('loop, no pool', items.length, () => items.map((x) => increment(x)))];
      for (const [peer, pools] of Object.entries(await peers())) {
        rivals.push(poolRival(peer, pools, n, (rival) => inOrder((x) => rival.increment(x), items)));
      }
      if (context.peers) rivals.push(python().applyRival(pythonTask, n));
      return {
        ours: numbers('allcores', n, () => inOrder((x) => ours().apply(increment, [x]), items)),
        rivals,
      };
    },
  });

  /** A map over a shared array of doubles, into one that is there or into a new one, against a loop that does the same. */
  const typedMap = (
    task: string,
    n: number,
    fn: (x: number) => number,
    loop: (items: Float64Array, out: Float64Array) => void,
    into: 'given' | 'new' = 'given',
  ): Case => ({
    task,
    n,
    unit: 'ns/item',
    async open() {
      const items = sharedArray(Float64Array, n);
      for (let i = 0; i < n; i++) items[i] = (i % 1000) + 0.5;
      const out = sharedArray(Float64Array, n);
      const theirs = new Float64Array(n);
      const own = Float64Array.from(items);
      const run = async () => ours().map(fn, items, into === 'given' ? { out } : {});
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
  });

  return [
    calls('apply, all at once', size(50_000, 200), callAtOnce, 'apply at once'),
    calls('apply, one after another', size(5_000, 20), callInTurn, 'apply in turn'),
    {
      task: 'map over an array of small integers',
      n: size(1_000_000, 2_000),
      unit: 'ns/item',
      async open() {
        const n = size(1_000_000, 2_000);
        const few = size(20_000, 200);
        const items = Array.from({ length: n }, (_, i) => i % 1000);
        const fewItems = items.slice(0, few);
        const oursForFew = lazy(async () => bytesOf(await ours().map(increment, fewItems)));
        const rivals: Rival[] = [plain('Array.prototype.map', n, () => items.map((x) => increment(x)))];
        for (const [peer, pools] of Object.entries(await peers())) {
          // One task for each item, which is all that most of them offer; fewer items, rates are compared.
          const run = (rival: RivalPool) =>
            rival.map?.(fewItems) ?? callAtOnce((x) => rival.increment(x), fewItems);
          rivals.push(poolRival(peer, pools, few, run, oursForFew));
        }
        if (context.peers) rivals.push(python().mapRival(n));
        return { ours: numbers('allcores', n, () => ours().map(increment, items)), rivals };
      },
    },
    typedMap('map over a shared Float64Array, x * x', size(16_000_000, 20_000), (x) => x * x, squares),
    typedMap(
      'map over a shared Float64Array, x * x, new result',
      size(16_000_000, 20_000),
      (x) => x * x,
      squares,
      'new',
    ),
    typedMap('map over a shared Float64Array, 200 square roots', size(400_000, 2_000), manyRoots, roots),
  ];
};

/** The same work on this thread. */
function plain(name: string, items: number, run: () => Iterable<number>): Rival {
  const setting: Contender = blocking(name, run, () => bytesOf(run()), { items });
  return { peer: 'v8', agreement: identical, settings: [setting] };
}

/** The npm pools; none when they were not asked for. */
async function openPeers({ peers, resources }: Context, workers: number): Promise<Peers> {
  if (!peers) return {};
  const opened: Record<string, readonly RivalPool[]> = {};
  for (const [name, open] of Object.entries({
    piscina: piscinaPools,
    tinypool: tinypoolPools,
    workerpool: workerpoolPools,
    poolifier: poolifierPools,
  })) {
    const pools = await open(workers);
    for (const rival of pools) resources.defer(() => rival.close());
    opened[name] = pools;
  }
  return opened;
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
