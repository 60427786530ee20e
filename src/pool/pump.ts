/** Brings what waits to workers. */

import { explain, explainPost } from '../internal/wire.ts';
import type { Admission } from './admission.ts';
import { ApplyCall } from './apply-call.ts';
import type { Balance } from './balance.ts';
import { Batch } from './batch.ts';
import type { Call } from './call.ts';
import type { Fleet } from './fleet.ts';
import { Lanes } from './lanes.ts';
import type { Nudge } from './nudge.ts';
import { CallQueue } from './queue.ts';
import type { Slot } from './slot.ts';
import type { PoolMeter } from './stats.ts';

/** A worker has no more messages at a time. So many tiny ones hide the time that each is on its way. */
const maxBatches = 16;

/** What the pump works with. */
export interface PumpParts {
  readonly fleet: Fleet;
  readonly admission: Admission;
  readonly balance: Balance;
  readonly nudge: Nudge;
  readonly meter: PoolMeter;
}

/** The queues of a pool, and the way out of them. */
export class Pump {
  /** The calls that any worker may run. */
  readonly queue = new CallQueue();
  /** Those that have to run in one certain worker. */
  readonly lanes: Lanes;
  /** Whether it will run at the end of this turn. */
  queued = false;
  readonly #parts: PumpParts;
  readonly #fleet: Fleet;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#fleet = parts.fleet;
    this.lanes = new Lanes(parts.fleet);
  }

  /** The queue that a call stands in. */
  queueOf(call: Call): CallQueue {
    return call instanceof ApplyCall && call.lane !== undefined ? this.lanes.queueOf(call) : this.queue;
  }

  /** Runs it at the end of this turn: calls of one turn are looked at together. */
  soon(): void {
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.run();
    });
  }

  /** Sends what can be sent, and starts workers for the rest. */
  run(): void {
    this.#pumpLanes();
    const fleet = this.#fleet;
    for (;;) {
      const call = this.queue.head();
      if (call === undefined) {
        this.#parts.balance.watch();
        break;
      }
      const idle = fleet.idle();
      const slot = idle ?? this.#roomFor(call);
      if (slot === undefined) {
        fleet.grow(this.queue.demand(fleet.size));
        break;
      }
      // Where one worker runs several calls at a time, the pool grows before all have their fill.
      if (slot.outstanding > 0 && idle !== undefined) fleet.grow(1);
      this.#fill(slot, this.queue);
      slot.servedLane = false;
    }
    this.#pumpLanes();
    this.#parts.nudge.watch();
    this.#parts.admission.check();
    fleet.watchIdle();
  }

  /** Serves the calls that have to run in one certain worker, in turn with the others. */
  #pumpLanes(): void {
    for (const { lane, queue } of this.lanes.waiting()) {
      const slot = this.#fleet.inLane(lane);
      if (slot === undefined) this.#fleet.start(lane);
      while (slot !== undefined && slot.room > 0 && this.#isTurnOf(queue, slot)) {
        this.#fill(slot, queue);
        slot.servedLane = true;
      }
    }
  }

  /** Whether a worker that is free should serve its lane: a higher priority comes first, equal ones take turns. */
  #isTurnOf(queue: CallQueue, slot: Slot): boolean {
    const own = queue.head();
    const other = this.queue.head();
    if (own === undefined || other === undefined) return own !== undefined;
    return own.priority === other.priority ? !slot.servedLane : own.priority > other.priority;
  }

  #fill(slot: Slot, queue: CallQueue): void {
    const { concurrency, size } = this.#fleet;
    const most = concurrency === 1 ? slot.quota : Math.min(slot.quota, slot.room);
    const batch = queue.take(size, most);
    // The caller's iterable ran in between, and may have ended the call or the pool.
    if (batch !== undefined && !batch.callAt(0).settled) this.#send(slot, batch);
  }

  /** A busy worker that will soon be done and may get the next batch already. */
  #roomFor(call: Call): Slot | undefined {
    const { pace } = call.fn;
    if (pace.meanMs === undefined || call.alone > 0 || this.#fleet.concurrency > 1) return undefined;
    let best: Slot | undefined;
    let leastMs = Number.POSITIVE_INFINITY;
    for (const slot of this.#fleet.slots) {
      const { length } = slot.batches;
      // Without more of this it will soon be free for what has to run in it.
      if (this.lanes.waits(slot.lane)) continue;
      if (!slot.accepting || length === 0 || length >= maxBatches) continue;
      const aheadMs = slot.batches.reduce((sum, { expectedMs }) => sum + expectedMs, 0);
      if (aheadMs >= leastMs || !pace.mayPrefetch(aheadMs, 1)) continue;
      best = slot;
      leastMs = aheadMs;
    }
    return best;
  }

  #send(slot: Slot, batch: Batch): void {
    try {
      slot.send(batch);
    } catch (cause) {
      this.#refuse(slot, batch, cause);
      return;
    }
    const now = performance.now();
    const each = batch.calls.length === 1 ? batch.count : 1;
    for (const call of batch.calls) {
      this.#parts.admission.left(call);
      this.#parts.meter.sent(each, call.submittedAt, now);
    }
    this.#parts.meter.chunkSize = batch.count;
  }

  /** A batch could not be posted: whose value it was fails, the others go on by themselves. */
  #refuse(slot: Slot, batch: Batch, cause: unknown): void {
    for (let offset = 0; offset < batch.count; offset++) {
      const call = batch.callAt(offset);
      if (call.settled) continue;
      const index = batch.indexAt(offset);
      const error = explain(batch.items[offset], call.pathOf(index), call.moved);
      if (error !== undefined) call.failure(index, error);
      else if (batch.count > 1)
        this.#send(slot, new Batch([call], [batch.items[offset]], index, batch.attempt));
      else call.failure(index, explainPost(batch.items[offset], call.pathOf(index), cause, call.moved));
    }
  }
}
