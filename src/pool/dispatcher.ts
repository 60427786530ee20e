/**
 * Brings the items of calls to workers and their outcomes back.
 *
 * ```
 *  Pool ── submit(call) ──▶ CallQueue ── Batch ──▶ Slot ── message ──▶ Backend (thread, later process)
 *                               ▲                   │ answers: result, failure
 *                               │                   ▼
 *                               └── giveBack ◀── the worker died before it began them
 * ```
 *
 * It knows neither threads nor promises: workers are `Backend`s, calls settle themselves.
 */

import type { BackendFactory, WorkerExit } from '../backend/backend.ts';
import { InvalidStateError, PoolClosedError, TaskTimeoutError, WorkerDiedError } from '../errors.ts';
import type { DoneMessage, DroppedMessage, FailMessage, FromWorker } from '../internal/protocol.ts';
import { explain, listOf, unpackError } from '../internal/wire.ts';
import { Batch, ItemState } from './batch.ts';
import { Call, type CallHost, type PendingCall } from './call.ts';
import { errorAt } from './caller-stack.ts';
import { Fleet, type FleetOptions } from './fleet.ts';
import { PendingList } from './pending-list.ts';
import { CallQueue } from './queue.ts';
import { SignalTable } from './signals.ts';
import type { Slot } from './slot.ts';

/** An item that ends so many workers as it arrives is not sent to another. */
const maxArrivals = 3;

/** One pool's queue and workers. */
export class Dispatcher implements CallHost {
  readonly #options: FleetOptions;
  readonly #fleet: Fleet;
  readonly #queue = new CallQueue();
  readonly #pending = new PendingList();
  readonly #signals = new SignalTable();
  readonly #ended: Promise<void>;
  #resolveEnded: () => void = () => {};
  #state: 'open' | 'closed' | 'terminated' = 'open';
  #pumpQueued = false;

  constructor(options: FleetOptions, create: BackendFactory) {
    this.#options = options;
    this.#fleet = new Fleet(options, create, {
      message: (slot, message) => this.#receive(slot, message),
      ended: (slot, exit) => this.#bury(slot, exit),
      failing: (slot, exit) => this.#giveUp(slot.id, exit),
    });
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** Takes a call. Calls of one turn are looked at together, in a microtask. */
  submit(call: PendingCall): void {
    if (this.#state !== 'open') {
      call.abandonWith(() => new PoolClosedError());
      return;
    }
    const { signal } = call;
    if (signal?.aborted) {
      call.abandon(signal.reason);
      return;
    }
    call.host = this;
    this.#pending.add(call);
    if (signal !== undefined) this.#signals.watch(signal, call);
    if (call instanceof Call) this.refilled(call);
  }

  /** See `CallHost`. */
  refilled(call: Call): void {
    this.#queue.add(call);
    this.#pumpSoon();
  }

  /** See `CallHost`. */
  settled(call: PendingCall): void {
    this.#pending.delete(call);
    if (call.signal !== undefined) this.#signals.release(call.signal, call);
    if (this.#state === 'terminated') return;
    if (call instanceof Call && call.out > 0) this.#cancel(call);
    if (this.#state === 'closed' && this.#pending.size === 0) this.#retireAll();
  }

  /** Takes no more calls; workers end when the pending ones have settled. */
  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    if (this.#pending.size === 0) this.#retireAll();
  }

  /** Resolves when all calls have settled and all workers have ended. */
  async join(): Promise<void> {
    if (this.#state === 'open')
      throw new InvalidStateError('join() waits for the end of a pool: call close() or terminate() first');
    for (const call of this.#pending.all()) call.joined();
    await this.#ended;
  }

  /** Rejects all pending calls and stops all workers. */
  terminate(): Promise<void> {
    if (this.#state !== 'terminated') {
      this.#state = 'terminated';
      const closed = () => new PoolClosedError('The pool was terminated while the call was pending');
      for (const call of this.#pending.all()) call.abandonWith(closed);
      this.#fleet.release();
      for (const slot of [...this.#fleet.slots]) this.#fleet.kill(slot);
      this.#checkEnd();
    }
    return this.#ended;
  }

  #pumpSoon(): void {
    if (this.#pumpQueued) return;
    this.#pumpQueued = true;
    queueMicrotask(() => {
      this.#pumpQueued = false;
      this.#pump();
    });
  }

  /** Sends what can be sent, and starts workers for the rest. */
  #pump(): void {
    for (;;) {
      const call = this.#queue.head();
      if (call === undefined) break;
      const slot = this.#fleet.idle() ?? this.#roomFor(call);
      if (slot === undefined) {
        this.#fleet.grow(this.#queue.demand(this.#options.workers));
        break;
      }
      const batch = this.#queue.take(this.#options.workers);
      // The caller's iterable ran in between, and may have ended the call or the pool.
      if (batch !== undefined && !batch.callAt(0).settled) this.#send(slot, batch);
    }
    this.#fleet.watchIdle();
  }

  /** A busy worker that will soon be done and may get the next batch already. */
  #roomFor(call: Call): Slot | undefined {
    const { pace } = call.fn;
    if (pace.meanMs === undefined || call.alone > 0) return undefined;
    let best: Slot | undefined;
    for (const slot of this.#fleet.slots) {
      const ahead = slot.batches[0];
      if (slot.state !== 'ready' || slot.batches.length !== 1 || ahead === undefined) continue;
      if (!pace.mayPrefetch(ahead.expectedMs, 1)) continue;
      if (best === undefined || ahead.expectedMs < (best.batches[0]?.expectedMs ?? 0)) best = slot;
    }
    return best;
  }

  #send(slot: Slot, batch: Batch): void {
    try {
      slot.send(batch);
    } catch (cause) {
      this.#refuse(slot, batch, cause);
    }
  }

  /** A batch could not be posted: whose value it was fails, the others go on by themselves. */
  #refuse(slot: Slot, batch: Batch, cause: unknown): void {
    for (let offset = 0; offset < batch.count; offset++) {
      const call = batch.callAt(offset);
      if (call.settled) continue;
      const index = batch.indexAt(offset);
      const error = explain(batch.items[offset], call.pathOf(index), call.moved);
      if (error !== undefined) call.failure(index, error);
      else if (batch.count > 1) this.#send(slot, new Batch([call], [batch.items[offset]], index));
      else call.failure(index, cause);
    }
  }

  #receive(slot: Slot, message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        break;
      case 'begin':
        this.#begun(slot, message.seq);
        return;
      case 'done':
        this.#done(slot, message);
        break;
      case 'fail':
        this.#failed(slot, message);
        break;
      case 'dropped':
        this.#dropped(slot, message);
        break;
      default:
        return;
    }
    this.#pump();
  }

  #begun(slot: Slot, seq: number): void {
    const batch = slot.find(seq);
    if (batch === undefined || batch.stateAt(seq - batch.first) !== ItemState.sent) return;
    const { timeoutMs } = batch.callAt(seq - batch.first);
    if (timeoutMs > 0) slot.watch(seq, timeoutMs, (late) => this.#expired(slot, late, timeoutMs));
  }

  #expired(slot: Slot, seq: number, timeoutMs: number): void {
    const batch = slot.find(seq);
    if (batch === undefined) return;
    const offset = seq - batch.first;
    if (batch.stateAt(offset) !== ItemState.sent) return;
    const call = batch.callAt(offset);
    slot.cancel(batch, offset, 1);
    this.#guard(slot);
    const error = errorAt(call.site, () => new TaskTimeoutError(timeoutMs));
    call.failure(batch.indexAt(offset), error);
    this.#pump();
  }

  #done(slot: Slot, { first, count, results, elapsed }: DoneMessage): void {
    const values = listOf(results);
    for (const batch of [...slot.batches]) {
      const start = Math.max(first, batch.first);
      const end = Math.min(first + count, batch.first + batch.count);
      if (start >= end) continue;
      let call = batch.callAt(0);
      if (call.paced) call.fn.pace.add((elapsed * (end - start)) / count, end - start);
      if (slot.answerAll(batch, start - batch.first, end - start)) {
        call.results(batch.indexAt(start - batch.first), values, start - first, end - start);
        call.answered();
        continue;
      }
      for (let seq = start; seq < end; seq++) {
        const offset = seq - batch.first;
        if (batch.stateAt(offset) === ItemState.answered) continue;
        call = batch.callAt(offset);
        if (slot.answer(batch, offset)) call.result(batch.indexAt(offset), values[seq - first]);
      }
      call.answered();
    }
  }

  #failed(slot: Slot, { seq, error, elapsed }: FailMessage): void {
    const batch = slot.find(seq);
    if (batch === undefined) return;
    const offset = seq - batch.first;
    const call = batch.callAt(offset);
    const { source, pace } = call.fn;
    if (call.paced) pace.add(elapsed, 1);
    if (!slot.answer(batch, offset)) return;
    const module = source.kind === 'task' ? source.module : undefined;
    unpackError(error, module, (thrown) => {
      call.failure(batch.indexAt(offset), thrown);
      call.answered();
    });
  }

  #dropped(slot: Slot, { seq, count }: DroppedMessage): void {
    for (const batch of [...slot.batches]) {
      const start = Math.max(seq, batch.first);
      const end = Math.min(seq + count, batch.first + batch.count);
      for (let item = start; item < end; item++) {
        const offset = item - batch.first;
        if (batch.stateAt(offset) === ItemState.answered) continue;
        // Still wanted: a worker that was told to stop had not begun it.
        if (slot.answer(batch, offset)) this.#return(batch, offset, 1);
      }
    }
  }

  #return(batch: Batch, offset: number, count: number): void {
    const call = batch.callAt(offset);
    call.giveBack(batch, offset, count);
    this.#queue.add(call, true);
    this.#pumpSoon();
  }

  /** A worker has ended: what it had begun is lost, what it had not begun runs elsewhere. */
  #bury(slot: Slot, exit: WorkerExit): void {
    const lost: { call: Call; index: number }[] = [];
    const fatal = this.#suspect(slot, exit);
    for (const batch of [...slot.batches].reverse()) {
      let kept = 0;
      for (let offset = batch.count - 1; offset >= -1; offset--) {
        const open = offset >= 0 && batch.stateAt(offset) === ItemState.sent;
        const call = open ? batch.callAt(offset) : undefined;
        const begun = batch.first + offset < exit.begun || batch === fatal;
        const rerun = call !== undefined && !begun && call.moved.size === 0;
        // A map's items go back in one piece, calls of their own one by one.
        if (kept > 0 && (!rerun || batch.calls.length > 1)) {
          this.#return(batch, offset + 1, kept);
          kept = 0;
        }
        if (offset >= 0 && batch.stateAt(offset) !== ItemState.answered) slot.answer(batch, offset);
        if (rerun) kept++;
        else if (call !== undefined) lost.push({ call, index: batch.indexAt(offset) });
      }
    }
    const died = () => new WorkerDiedError(slot.id, exit);
    for (const { call, index } of lost.reverse()) {
      call.failure(index, errorAt(call.site, died));
      call.answered();
    }
    if (this.#state === 'open' || this.#pending.size > 0) this.#pumpSoon();
    this.#checkEnd();
  }

  /**
   * A worker ended by itself. The oldest message of which it had begun nothing may be what ended it as
   * it arrived: its items go on alone. Gives the message when it is the reason for good: it held one
   * item only, the worker had nothing else, and it was not the first time.
   */
  #suspect(slot: Slot, exit: WorkerExit): Batch | undefined {
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

  /** Workers cannot be started: everything that waits for one is rejected. */
  #giveUp(workerId: number, exit: WorkerExit): void {
    for (let call = this.#queue.head(); call !== undefined; call = this.#queue.head()) {
      call.abandonWith(() => new WorkerDiedError(workerId, exit));
    }
  }

  /** Takes back what workers have of a call that has settled. */
  #cancel(call: Call): void {
    for (const slot of this.#fleet.slots) {
      for (const batch of slot.batches) {
        let count = 0;
        for (let offset = 0; offset <= batch.count; offset++) {
          const mine = offset < batch.count && batch.callAt(offset) === call;
          if (mine && batch.stateAt(offset) === ItemState.sent) {
            count++;
          } else if (count > 0) {
            slot.cancel(batch, offset - count, count);
            count = 0;
          }
        }
      }
      if (slot.hasCancelled()) this.#guard(slot);
    }
  }

  /**
   * Stops a worker when a cancelled item still runs after the grace period. Until then it looks a few
   * times whether one has begun that was cancelled while another ran, and flags it.
   */
  #guard(slot: Slot, leftMs = this.#options.gracePeriodMs): void {
    const graceMs = this.#options.gracePeriodMs;
    if (slot.grace !== undefined || slot.state !== 'ready') return;
    slot.grace = setTimeout(
      () => {
        slot.grace = undefined;
        const since = slot.runningCancelledAt();
        const restMs = since === undefined ? graceMs : since + graceMs - performance.now();
        // Timers fire up to a millisecond early.
        if (restMs <= 1) {
          this.#fleet.kill(slot);
        } else if (slot.hasCancelled()) {
          slot.flagRunning();
          this.#guard(slot, restMs);
        }
      },
      Math.min(leftMs, graceMs / 4),
    );
  }

  #retireAll(): void {
    this.#fleet.release();
    for (const slot of [...this.#fleet.slots]) this.#fleet.retire(slot);
    this.#checkEnd();
  }

  #checkEnd(): void {
    if (this.#state !== 'open' && this.#pending.size === 0 && this.#fleet.slots.length === 0)
      this.#resolveEnded();
  }
}
