/**
 * Brings the items of calls to workers and their outcomes back.
 *
 * ```
 *  Pool ── submit(call) ──▶ CallQueue ── Batch ──▶ Slot ── message ──▶ Backend (thread, process)
 *                               ▲                   │ answers: result, failure, report
 *                               │                   ▼
 *                               └── returned ◀── its worker died, left, or was held up before it began them
 * ```
 *
 * It knows neither threads nor promises: workers are `Backend`s, calls settle themselves.
 */

import type { BackendFactory, WorkerExit } from '../backend/backend.ts';
import { InvalidStateError, PoolClosedError, QueueFullError, WorkerDiedError } from '../errors.ts';
import type { FromWorker } from '../internal/protocol.ts';
import { Admission } from './admission.ts';
import { Answers } from './answers.ts';
import { Balance } from './balance.ts';
import { type Batch, ItemState } from './batch.ts';
import { Call, type CallHost, type PendingCall } from './call.ts';
import { bury } from './death.ts';
import { Fleet, type FleetOptions } from './fleet.ts';
import { Grace } from './grace.ts';
import { Nudge } from './nudge.ts';
import { PendingList } from './pending-list.ts';
import { Pump } from './pump.ts';
import { SignalTable } from './signals.ts';
import type { Slot } from './slot.ts';
import { PoolMeter, PoolStats, type WorkerStats } from './stats.ts';

/** What a dispatcher is told. */
export interface DispatcherOptions extends FleetOptions {
  /** So many calls may wait. Default: no limit. */
  readonly maxQueue?: number;
  /** Bytes of memory above which a worker is replaced. Default: no limit. */
  readonly maxMemoryPerWorker?: number;
}

/** What its owner may want to know. */
export interface DispatcherEvents {
  /** Workers cannot be started, or their setup fails: why. The waiting calls are rejected with it after this. */
  broken?(cause: unknown): void;
  /** Calls have become pending (true), or none is any more. */
  pending?(some: boolean): void;
  /** A worker wrote something. */
  output?(stream: 'stdout' | 'stderr', chunk: string | Uint8Array): void;
}

/** One pool's queue and workers. */
export class Dispatcher implements CallHost {
  readonly fleet: Fleet;
  readonly admission: Admission;
  readonly meter = new PoolMeter();
  readonly #options: DispatcherOptions;
  readonly #events: DispatcherEvents;
  readonly #maxMemory: number;
  readonly #pump: Pump;
  readonly #pending = new PendingList();
  readonly #signals = new SignalTable();
  readonly #balance: Balance;
  readonly #nudge: Nudge;
  readonly #grace: Grace;
  readonly #answers: Answers;
  readonly #ended: Promise<void>;
  #resolveEnded: () => void = () => {};
  #state: 'open' | 'closed' | 'terminated' = 'open';
  /** When the first call of this turn was submitted. */
  #now = 0;

  constructor(options: DispatcherOptions, create: BackendFactory, events: DispatcherEvents = {}) {
    this.#options = options;
    this.#events = events;
    this.#maxMemory = options.maxMemoryPerWorker ?? Number.POSITIVE_INFINITY;
    this.fleet = new Fleet(options, create, {
      message: (slot, message) => this.#receive(slot, message),
      ended: (slot, exit) => this.#bury(slot, exit),
      failing: (slot, exit) => this.#giveUp(() => new WorkerDiedError(slot.id, exit, 'before it was ready')),
      broken: (cause) => this.#giveUp(() => cause),
    });
    this.admission = new Admission(options.maxQueue ?? Number.POSITIVE_INFINITY, this.fleet);
    this.#nudge = new Nudge(this.fleet);
    this.#balance = new Balance(this.fleet, this.#return);
    const { fleet, admission, meter } = this;
    this.#pump = new Pump({ fleet, admission, meter, balance: this.#balance, nudge: this.#nudge });
    this.#grace = new Grace(this.fleet, options.gracePeriodMs);
    this.#answers = new Answers({
      meter: this.meter,
      again: this.#again,
      giveBack: this.#return,
      cancelled: (slot) => this.#grace.watch(slot),
      advance: () => this.#pump.run(),
    });
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.fleet.keep();
  }

  /** How many calls have not settled. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Whether it takes calls. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** How the pool stands, and what it has done. */
  stats(): PoolStats {
    const { slots } = this.fleet;
    const now = performance.now();
    const state = {
      workers: slots.length,
      busy: slots.filter(({ outstanding }) => outstanding > 0).length,
      queued: this.admission.waiting + this.admission.alsoWaiting(),
      running: slots.reduce((sum, { outstanding }) => sum + outstanding, 0),
      utilization: this.fleet.utilization(now),
      perWorker: slots.map(statsOf),
    };
    const { sent, received } = this.fleet.traffic();
    this.meter.bytesSent = sent;
    this.meter.bytesReceived = received;
    return new PoolStats(state, this.meter);
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
    if (call instanceof Call) {
      if (!this.admission.admits()) {
        call.abandonWith(() => queueFull(this.#options.maxQueue as number));
        return;
      }
      this.admission.entered(call);
    }
    call.host = this;
    this.#pending.add(call);
    if (this.#pending.size === 1) this.#events.pending?.(true);
    if (signal !== undefined) this.#signals.watch(signal, call);
    if (call instanceof Call) {
      // Calls of one turn are submitted at one time: the clock costs as much as the rest of this.
      if (!this.#pump.queued) this.#now = performance.now();
      call.submittedAt = this.#now;
      this.refilled(call);
    }
  }

  /** See `CallHost`. */
  refilled(call: Call): void {
    this.#pump.queueOf(call).add(call);
    this.#pump.soon();
  }

  /** See `CallHost`. */
  settled(call: PendingCall): void {
    this.#pending.delete(call);
    if (call.signal !== undefined) this.#signals.release(call.signal, call);
    if (call instanceof Call) this.admission.left(call);
    if (this.#pending.size === 0) this.#events.pending?.(false);
    if (this.#state === 'terminated') return;
    if (call instanceof Call && call.out > 0) this.#cancel(call);
    if (this.#state === 'closed' && this.#pending.size === 0) this.#retireAll();
    this.admission.check();
  }

  /** Whether the call's function has begun to run. */
  isRunning(call: PendingCall): boolean {
    if (!(call instanceof Call)) return call.started;
    const place = this.#find(call);
    if (place === undefined) return false;
    const begun = place.slot.backend.begun();
    return begun === undefined || place.seq < begun;
  }

  /**
   * Takes a call of one item back that has not begun: true, and neither its function nor its callbacks
   * will ever be called. False when it has begun, or where that cannot be known.
   */
  withdraw(call: PendingCall): boolean {
    if (call.settled || (!(call instanceof Call) && call.started)) return false;
    const place = call instanceof Call ? this.#find(call) : undefined;
    if (place !== undefined) {
      const begun = place.slot.backend.begun();
      if (begun === undefined || place.seq < begun) return false;
      this.#balance.takeBack(place.slot, place.seq);
      if ((call as Call).out > 0) return false;
    }
    call.withdraw();
    return true;
  }

  /** Rejects every pending call. What runs is cancelled. */
  abandonAll(make: () => Error): void {
    for (const call of this.#pending.all()) call.abandonWith(make);
  }

  /** Ends all workers now; what they run is lost. */
  killWorkers(): void {
    for (const slot of [...this.fleet.slots]) this.fleet.kill(slot);
  }

  /** The same, but child processes are asked first (SIGTERM). */
  stopWorkers(): void {
    for (const slot of [...this.fleet.slots]) this.fleet.kill(slot, true);
  }

  /** Changes how many workers there may be. */
  resize(workers: number): void {
    if (this.#state !== 'open') throw new PoolClosedError();
    this.fleet.resize(workers);
    this.#pump.lanes.shrink();
    for (const slot of this.fleet.slots) {
      if (slot.leaving && slot.state === 'ready') this.#balance.takeBack(slot);
    }
    this.#pump.soon();
  }

  /** Resolves when one more call would be taken. */
  ready(): Promise<void> {
    if (this.#state !== 'open') return Promise.reject(new PoolClosedError());
    return this.admission.ready();
  }

  /** Takes no more calls; workers end when the pending ones have settled. */
  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    this.admission.refuse(() => new PoolClosedError());
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
      this.abandonAll(() => new PoolClosedError('The pool was terminated while the call was pending'));
      this.admission.refuse(() => new PoolClosedError());
      this.#release();
      this.killWorkers();
      this.#checkEnd();
    }
    return this.#ended;
  }

  #receive(slot: Slot, message: FromWorker): void {
    switch (message.type) {
      case 'done':
        this.#answers.done(slot, message);
        break;
      case 'fail':
        this.#answers.failed(slot, message);
        break;
      case 'dropped':
        this.#answers.dropped(slot, message);
        break;
      case 'ready':
        break;
      case 'recalled':
        slot.recalled();
        break;
      case 'begin':
        this.#answers.begun(slot, message);
        return;
      case 'report':
        this.#answers.reported(slot, message);
        return;
      case 'output':
        this.#events.output?.(message.stream, message.chunk);
        return;
      case 'memory':
        slot.memory = message.bytes;
        break;
      case 'online':
      case 'broken':
        return; // the fleet's affair
    }
    // After a task only: one that needs more than that before its first would never run any.
    if (slot.tasks > 0 && slot.memory > this.#maxMemory && !slot.leaving) this.#replace(slot);
    if (slot.leaving && slot.idle) this.fleet.retire(slot);
    this.#pump.run();
  }

  /** A worker is to go when it has done what it runs. */
  #replace(slot: Slot): void {
    this.#balance.takeBack(slot);
    this.fleet.dismiss(slot);
    this.#pump.soon();
  }

  readonly #return = (batch: Batch, offset: number, count: number): void => {
    const call = batch.callAt(offset);
    call.returned(batch, offset, count);
    this.#requeue(call, true);
    this.#pump.soon();
  };

  readonly #again = (call: Call): void => this.#requeue(call);

  /** Puts a call back into its queue. It is counted as waiting again before anybody is told of room. */
  #requeue(call: Call, front = false): void {
    this.admission.returned(call);
    this.#pump.queueOf(call).add(call, front);
  }

  /** A worker has ended: what it had begun is lost, what it had not begun runs elsewhere. */
  #bury(slot: Slot, exit: WorkerExit): void {
    if (!slot.expected) this.meter.deaths++;
    this.meter.failed += bury(slot, exit, this.#return, this.#again);
    if (this.#state === 'open') this.fleet.keep();
    if (this.#state === 'open' || this.#pending.size > 0) this.#pump.soon();
    this.#checkEnd();
  }

  /** Workers cannot be had: everything that waits for one is rejected. */
  #giveUp(cause: () => unknown): void {
    this.#events.broken?.(cause());
    for (const { queue } of [...this.#pump.lanes.waiting(), { queue: this.#pump.queue }]) {
      for (let call = queue.head(); call !== undefined; call = queue.head()) abandonFor(call, cause());
    }
  }

  /** Where a call of one item is; undefined when no worker has it. */
  #find(call: Call): { slot: Slot; seq: number } | undefined {
    if (call.out === 0) return undefined;
    for (const slot of this.fleet.slots) {
      for (const batch of slot.batches) {
        for (let offset = 0; offset < batch.count; offset++) {
          if (batch.callAt(offset) === call && batch.stateAt(offset) !== ItemState.answered) {
            return { slot, seq: batch.first + offset };
          }
        }
      }
    }
    return undefined;
  }

  /** Takes back what workers have of a call that has settled. */
  #cancel(call: Call): void {
    for (const slot of this.fleet.slots) {
      for (const batch of slot.batches) {
        let count = 0;
        for (let offset = 0; offset <= batch.count; offset++) {
          const mine = offset < batch.count && batch.callAt(offset) === call;
          if (mine && batch.stateAt(offset) === ItemState.sent) {
            count++;
          } else if (count > 0) {
            slot.cancel(batch, offset - count, count);
            this.meter.cancelled += count;
            count = 0;
          }
        }
      }
      if (slot.hasCancelled()) this.#grace.watch(slot);
    }
  }

  #release(): void {
    this.fleet.release();
    this.#balance.release();
    this.#nudge.release();
  }

  #retireAll(): void {
    this.#release();
    for (const slot of [...this.fleet.slots]) this.fleet.retire(slot);
    this.#checkEnd();
  }

  #checkEnd(): void {
    if (this.#state !== 'open' && this.#pending.size === 0 && this.fleet.slots.length === 0)
      this.#resolveEnded();
  }
}

function statsOf({ id, name, backend, state, leaving, outstanding, tasks, memory }: Slot): WorkerStats {
  const { pid, threadId } = backend;
  return {
    id,
    name,
    pid,
    ...(threadId !== undefined && { threadId }),
    state: state === 'ready' ? (outstanding > 0 ? 'busy' : leaving ? 'stopping' : 'idle') : state,
    tasks,
    memory,
  };
}

/** A call too many. */
export function queueFull(limit: number): QueueFullError {
  return new QueueFullError(
    `${limit} calls wait for a worker already, as many as \`maxQueue\` allows; \`await pool.ready()\` waits for room`,
  );
}

/** Rejects a call with the reason why there is no worker; each call gets an error object of its own where it is ours. */
function abandonFor(call: Call, cause: unknown): void {
  if (cause instanceof WorkerDiedError) call.abandonWith(() => cause);
  else call.abandon(cause);
}
