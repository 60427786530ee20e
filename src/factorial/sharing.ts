/** Factorials of many numbers: each from the one before, in groups that are handed over together. */

import type { Known, Sharing } from '../internal/kernel.ts';
import { native } from '../internal/native.ts';
import { runJob } from './run.ts';

/** More groups than these make a progress of steps that can be seen. */
const GROUPS = 32;
/** More than this at a time would keep the event loop busy: making a bigint copies it. */
const GROUP_BYTES = 2 * 1024 * 1024;
/** A chain begins with a factorial from scratch, which takes as long as some dozens of steps. */
const CHAIN_ITEMS = 64;
const CHAINS = 8;

/** How a map of `factorial` shares work. */
export function sharedFactorials(key: (item: unknown) => number): Sharing {
  return { key, plan, run };
}

function plan(keys: readonly number[]): number[][][] {
  const length = Math.max(CHAIN_ITEMS, Math.ceil(keys.length / CHAINS));
  const chains: number[][][] = [];
  for (let from = 0; from < keys.length; from += length) {
    chains.push(groups(keys.slice(from, from + length), Math.ceil(keys.length / GROUPS)));
  }
  return chains;
}

function groups(keys: readonly number[], most: number): number[][] {
  const cut: number[][] = [];
  let group: number[] = [];
  let total = 0;
  for (const key of keys) {
    const bytes = bytesOf(key);
    if (group.length >= most || (group.length > 0 && total + bytes > GROUP_BYTES)) {
      cut.push(group);
      group = [];
      total = 0;
    }
    group.push(key);
    total += bytes;
  }
  if (group.length > 0) cut.push(group);
  return cut;
}

/** About the size of n!, by the first terms of Stirling's series. */
function bytesOf(n: number): number {
  return n < 2 ? 8 : 8 + (n * (Math.log(n) - 1)) / (8 * Math.LN2);
}

async function run(
  keys: readonly number[],
  known: Known | undefined,
  signal: AbortSignal,
): Promise<readonly bigint[]> {
  const from = known === undefined ? undefined : { n: known.key, value: known.result as bigint };
  const numbers = Uint32Array.from(keys);
  return (await runJob((id) => native.startFactorialAll(id, numbers, from), signal)) as bigint[];
}
