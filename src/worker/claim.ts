import { WorkerCell } from '../internal/protocol.ts';

/**
 * Claims items, so that the pool cannot take them back any more.
 *
 * @param seq The number of the first. @param most How many to claim at most; at least one.
 * @returns How many may begin. When the first was taken back before: minus the number of items in a row,
 *   from it on, that were.
 */
export function claim(cells: Int32Array, seq: number, most: number): number {
  Atomics.store(cells, WorkerCell.claimed, seq + most);
  // SYNC: after `claimed`, and `recalledTo` is read after `recalledFrom`, which the pool writes last. All
  // of them count modulo 2^32.
  const from = Atomics.load(cells, WorkerCell.recalledFrom);
  const recalled = ((cells[WorkerCell.recalledTo] as number) - from) >>> 0;
  if (recalled === 0) return most;
  const ahead = (seq - from) >>> 0;
  return ahead < recalled ? ahead - recalled : Math.min(most, (from - seq) >>> 0);
}
