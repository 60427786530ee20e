/** All npm pools of one kind of worker, opened together. */

import type { Context } from '../harness/case.ts';
import { piscinaPools } from './piscina.ts';
import { poolifierPools, poolifierProcesses } from './poolifier.ts';
import type { Peers, RivalPool } from './rival-pool.ts';
import { tinypoolPools, tinypoolProcesses } from './tinypool.ts';
import { workerpoolPools, workerpoolProcesses } from './workerpool.ts';

/** Opens a peer with each of its settings. */
type Open = (workers: number) => Promise<RivalPool[]>;

const openers: Readonly<Record<'thread' | 'process', Readonly<Record<string, Open>>>> = {
  thread: {
    piscina: piscinaPools,
    tinypool: tinypoolPools,
    workerpool: workerpoolPools,
    poolifier: poolifierPools,
  },
  process: { tinypool: tinypoolProcesses, workerpool: workerpoolProcesses, poolifier: poolifierProcesses },
};

/** The npm pools that have this kind of worker; none when they were not asked for. */
export async function openPeers(
  kind: 'thread' | 'process',
  { peers, resources }: Context,
  workers: number,
): Promise<Peers> {
  if (!peers) return {};
  const opened: Record<string, readonly RivalPool[]> = {};
  for (const [name, open] of Object.entries(openers[kind])) {
    const pools = await open(workers);
    for (const pool of pools) resources.defer(() => pool.close());
    opened[name] = pools;
  }
  return opened;
}
