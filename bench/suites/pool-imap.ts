/** `imap`: results that are read one by one. */

import type { ImapOptions } from 'allcores';
import type { Case, Rival } from '../harness/case.ts';
import { numbers } from '../peers/rival-pool.ts';
import { type KindSides, type PoolSides, plain } from './pool-sides.ts';

const increment = (x: number) => x + 1;

/** As CPython's `imap` does, whose task queue takes the whole input at once. */
const all = Number.POSITIVE_INFINITY;

/**
 * In messages of one item, and in messages whose size follows measured time. Each twice: with the whole
 * input taken at the call, which is the job that CPython's does, and with our bounded buffer, as users write it.
 */
export function imapCases(sides: PoolSides, kind: KindSides): Case[] {
  const few = sides.size(50_000, 200);
  const many = sides.size(1_000_000, 2_000);
  const one = [1];
  const larger = [100, 1000, 10_000];
  return [
    imapCase('imap, chunks of 1', few, { chunkSize: 1, bufferSize: all }, one, sides, kind),
    imapCase('imap, chunks of 1, default buffer', few, { chunkSize: 1 }, one, sides, kind),
    imapCase('imap, automatic chunks', many, { bufferSize: all }, larger, sides, kind),
    imapCase('imap, automatic chunks, default buffer', few, {}, larger, sides, kind),
  ];
}

function imapCase(
  task: string,
  n: number,
  options: ImapOptions,
  chunks: readonly number[],
  sides: PoolSides,
  kind: KindSides,
): Case {
  return {
    task: `${task}${kind.suffix}`,
    n,
    unit: 'ns/item',
    async open() {
      const items = Array.from({ length: n }, (_, i) => i % 1000);
      const rivals: Rival[] = [plain('Array.prototype.map', n, () => items.map((x) => increment(x)))];
      if (sides.context.peers) rivals.push(sides.cpythonPool().imapRival(n, chunks));
      const read = () => collect(kind.ours().imap(increment, items, options));
      return { ours: numbers('allcores', n, read), rivals };
    },
  };
}

async function collect(results: AsyncIterable<number>): Promise<number[]> {
  const collected: number[] = [];
  for await (const result of results) collected.push(result);
  return collected;
}
