/** What becomes of a dead worker's items. */

import type { WorkerExit } from '../backend/backend.ts';
import { WorkerDiedError } from '../errors.ts';
import { type Batch, ItemState } from './batch.ts';
import type { Call } from './call.ts';
import { errorAt } from './caller-stack.ts';
import type { Slot } from './slot.ts';

/** An item that ends so many workers as it arrives is not sent to another. */
const maxArrivals = 3;

/** Puts items back into the queue, to run elsewhere. */
export type GiveBack = (batch: Batch, offset: number, count: number) => void;

/**
 * Settles the items of a worker that has ended: those that it had begun are lost (or run again, where the
 * call asks for retries), the others run elsewhere. Gives how many are lost for good.
 */
export function bury(slot: Slot, exit: WorkerExit, giveBack: GiveBack, again: (call: Call) => void): number {
  const fatal = suspect(slot, exit);
  const lost: { batch: Batch; offset: number }[] = [];
  for (const batch of [...slot.batches].reverse()) {
    const runsElsewhere = (offset: number) =>
      batch.first + offset >= exit.begun && batch !== fatal && batch.callAt(offset).moved.size === 0;
    for (let offset = 0; offset < batch.count; offset++) {
      if (batch.stateAt(offset) === ItemState.sent && !runsElsewhere(offset)) lost.push({ batch, offset });
    }
    returnItems(slot, batch, runsElsewhere, giveBack);
    for (let offset = 0; offset < batch.count; offset++) {
      if (batch.stateAt(offset) !== ItemState.answered) slot.answer(batch, offset);
    }
  }
  const died = () => new WorkerDiedError(slot.id, exit);
  lost.sort((a, b) => a.batch.first + a.offset - b.batch.first - b.offset);
  let failed = 0;
  for (const { batch, offset } of lost) {
    const call = batch.callAt(offset);
    if (call.retry(batch, offset, 'death')) {
      again(call);
      continue;
    }
    failed++;
    call.failure(batch.indexAt(offset), errorAt(call.site, died));
    call.answered();
  }
  return failed;
}

/** Gives back the wanted items of a batch for which `which` holds; the worker is done with them. */
export function returnItems(
  slot: Slot,
  batch: Batch,
  which: (offset: number) => boolean,
  giveBack: GiveBack,
): void {
  // From the end, as each goes to the front of the queue; a map's items in one piece, calls of their own one by one.
  let kept = 0;
  for (let offset = batch.count - 1; offset >= -1; offset--) {
    const back = offset >= 0 && batch.stateAt(offset) === ItemState.sent && which(offset);
    if (kept > 0 && (!back || batch.calls.length > 1)) {
      giveBack(batch, offset + 1, kept);
      kept = 0;
    }
    if (!back) continue;
    slot.spared(batch, offset);
    kept++;
  }
}

/**
 * A worker ended by itself. The oldest message of which it had begun nothing may be what ended it as
 * it arrived: its items go on alone. Gives the message when it is the reason for good: it held one
 * item only, the worker had nothing else, and it was not the first time.
 */
function suspect(slot: Slot, exit: WorkerExit): Batch | undefined {
  if (slot.expected) return undefined;
  const batch = slot.batches.find(({ first }) => first >= exit.begun);
  if (batch === undefined) return undefined;
  const idle = exit.begun === 0 || slot.find(exit.begun - 1) === undefined;
  let fatal = batch.count === 1 && idle;
  for (let offset = 0; offset < batch.count; offset++) {
    if (batch.stateAt(offset) !== ItemState.sent) continue;
    const call = batch.callAt(offset);
    call.alone++;
    if (fatal) fatal = call.endedOnArrival(batch.indexAt(offset)) >= maxArrivals;
  }
  return fatal ? batch : undefined;
}
