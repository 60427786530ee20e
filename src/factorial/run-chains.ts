/** All groups of a list of factorials, as many chains at a time as there are native threads. */

import { abortSignal, bare } from '../internal/check.ts';
import type { Known } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { sharedFactorials } from './sharing.ts';

/**
 * The factorials of numbers that rise. The promise settles when the last job has ended.
 *
 * @param signal What may stop all of it.
 * @param onProgress Told the share of the bits that are made.
 */
export async function runChains(
  keys: readonly number[],
  signal: AbortSignal | undefined,
  onProgress: ((fraction: number) => void) | undefined,
): Promise<bigint[]> {
  if (signal !== undefined) abortSignal('signal', signal).throwIfAborted();
  const { plan, run } = sharedFactorials(Number);
  const results = new Map<number, bigint>();
  // The largest numbers are begun first: what is left at the end is short.
  const chains = plan(keys).reverse();
  const total = keys.reduce(add, 0);
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', abort, bare({ once: true }));
  let next = 0;
  let done = 0;
  const lane = async () => {
    for (let chain = chains[next++]; chain !== undefined; chain = chains[next++]) {
      let known: Known | undefined;
      for (const group of chain) {
        const made = await run(group, known, stop.signal);
        group.forEach((key, index) => void results.set(key, made[index] as bigint));
        known = { key: group.at(-1) as number, result: made.at(-1) };
        done += group.reduce(add, 0);
        onProgress?.(results.size === keys.length ? 1 : Math.min(done / total, 1));
      }
    }
  };
  const { threads } = call(() => native.machine());
  const lanes = Array.from({ length: Math.min(threads, chains.length) }, () =>
    lane().catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  try {
    const ended = await Promise.allSettled(lanes);
    signal?.throwIfAborted();
    for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
    if (chains.length === 0) onProgress?.(1);
    return keys.map((key) => results.get(key) as bigint);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function add(total: number, key: number): number {
  return total + key * Math.log2(key + 2) + 1;
}
