/** The workers of one pool: starting, ending, and never waiting for one for ever. */

import type { BackendFactory, WorkerExit } from '../backend/backend.ts';
import type { FromWorker, SetupMessage } from '../internal/protocol.ts';
import { unpackError } from '../internal/wire.ts';
import { Slot } from './slot.ts';

/** A worker that is neither ready nor busy with its setup after this time has failed to start. */
const startLimitMs = 30_000;
/** A child process that was asked to end has so long, at most. With the limit below that is 5 s. */
const gentleLimitMs = 500;
/** A worker that was stopped and has not ended after this time is given up. `terminate()` promises 5 s. */
const stopLimitMs = 4_500;
/** A worker with a finalizer gets this long to end in good order. */
const finalizerLimitMs = 30_000;
/** So many workers in a row that end before they are ready: the next would not do better. */
const maxFailures = 3;

/** What a fleet is told. */
export interface FleetOptions {
  readonly name: string;
  /** Workers at most, in the beginning. */
  readonly workers: number;
  /** Workers that are started at once and kept. Default: 0. */
  readonly minWorkers?: number;
  /** Items that one worker waits for at a time. Default: 1. */
  readonly tasksPerWorker?: number;
  /** Items after which a worker is replaced. Default: no limit. */
  readonly maxTasksPerWorker?: number;
  readonly gracePeriodMs: number;
  readonly idleTimeoutMs: number;
  /** What every worker is told first. */
  readonly setup: SetupMessage;
}

/** What a fleet tells its dispatcher. */
export interface FleetEvents {
  /** A worker is ready, or said something else. */
  message(slot: Slot, message: FromWorker): void;
  /** A worker is no more; its items are the dispatcher's affair. */
  ended(slot: Slot, exit: WorkerExit): void;
  /** Workers cannot be started; this is the last that failed. */
  failing(slot: Slot, exit: WorkerExit): void;
  /** A worker's setup failed with this error. */
  broken(cause: unknown): void;
}

/** Starts workers on demand and ends them. */
export class Fleet {
  readonly slots: Slot[] = [];
  /** Items that one worker waits for at a time. */
  readonly concurrency: number;
  readonly #options: FleetOptions;
  readonly #create: BackendFactory;
  readonly #events: FleetEvents;
  #size: number;
  #nextId = 1;
  #failures = 0;
  /** The last worker that was started did not become ready. */
  #failing = false;
  #sweep: NodeJS.Timeout | undefined;
  /** Of workers that are no more. */
  #past = { busyMs: 0, aliveMs: 0, sent: 0, received: 0 };

  constructor(options: FleetOptions, create: BackendFactory, events: FleetEvents) {
    this.#options = options;
    this.#create = create;
    this.#events = events;
    this.#size = options.workers;
    this.concurrency = options.tasksPerWorker ?? 1;
  }

  /** How many workers it may have. */
  get size(): number {
    return this.#size;
  }

  /** How much of the time that its workers existed they had work, from 0 to 1. */
  utilization(now: number): number {
    let { busyMs, aliveMs } = this.#past;
    for (const slot of this.slots) {
      busyMs += slot.busyUntil(now);
      aliveMs += now - slot.startedAt;
    }
    return aliveMs > 0 ? Math.min(1, busyMs / aliveMs) : 0;
  }

  /** Bytes of the messages to and from its workers, those of worker threads left out: nobody sees their size. */
  traffic(): { sent: number; received: number } {
    let { sent, received } = this.#past;
    for (const { backend } of this.slots) {
      sent += backend.traffic?.sent ?? 0;
      received += backend.traffic?.received ?? 0;
    }
    return { sent, received };
  }

  /**
   * The worker that should get the next item at once; undefined when none could begin it now. One without
   * work that was idle the shortest, so that the others can grow old and end; else the one with the least.
   */
  idle(): Slot | undefined {
    let best: Slot | undefined;
    for (const slot of this.slots) {
      if (slot.room === 0) continue;
      if (
        best === undefined ||
        slot.outstanding < best.outstanding ||
        (slot.outstanding === best.outstanding && slot.idleSince > best.idleSince)
      ) {
        best = slot;
      }
    }
    return best;
  }

  /** The worker of a lane that takes work, or will when it has started. */
  inLane(lane: number): Slot | undefined {
    return this.slots.find((slot) => slot.lane === lane && slot.state !== 'stopping' && !slot.leaving);
  }

  /** Starts workers until as many are on their way as could be busy. */
  grow(demand: number): void {
    let missing = demand;
    for (const { state } of this.slots) if (state === 'starting') missing--;
    while (missing-- > 0) if (!this.start()) return;
  }

  /** Starts a worker in this lane, or in the first that is free. False when there is no room, or the system refuses. */
  start(lane = this.#freeLane()): boolean {
    // Workers that are about to end do not count, but they must not pile up either.
    if (lane >= this.#size || this.#taken(lane) || this.slots.length >= 2 * this.#size) return false;
    return this.#start(lane);
  }

  /** Starts what is to be kept. */
  keep(): void {
    // Nobody waits for these: one that failed is not tried again before a call has got one that works.
    if (this.#failing) return;
    const wanted = Math.min(this.#options.minWorkers ?? 0, this.#size);
    for (let live = this.#live(); live < wanted; live++) if (!this.start()) return;
  }

  /** Changes how many workers there may be; those that are too many end when they have no work. */
  resize(size: number): void {
    this.#size = size;
    for (const slot of [...this.slots]) if (slot.lane >= size) this.dismiss(slot);
    this.keep();
  }

  /** Gives a worker no more work, and ends it when it has none. */
  dismiss(slot: Slot): void {
    if (slot.state === 'stopping') return;
    slot.dismissed = true;
    if (slot.state === 'starting' || slot.outstanding === 0) this.retire(slot);
  }

  /** Ends a worker after what it has begun. */
  retire(slot: Slot): void {
    if (slot.state === 'stopping') return;
    slot.state = 'stopping';
    slot.expected = true;
    slot.backend.setBusy(true);
    slot.backend.post({ type: 'stop' });
    const { gracePeriodMs, setup } = this.#options;
    const limitMs = setup.finalizer === undefined ? gracePeriodMs : Math.max(gracePeriodMs, finalizerLimitMs);
    this.#limit(slot, limitMs, () => this.kill(slot));
  }

  /** Ends a worker now, in the middle of whatever it does; `gently` asks a child process first. */
  kill(slot: Slot, gently = false): void {
    slot.state = 'stopping';
    slot.expected = true;
    slot.backend.setBusy(true);
    if (gently && slot.backend.terminate !== undefined) {
      slot.backend.terminate();
      if (this.slots.includes(slot)) {
        this.#limit(slot, Math.min(this.#options.gracePeriodMs, gentleLimitMs), () => this.kill(slot));
      }
      return;
    }
    slot.backend.stop();
    // `stop` may have ended it at once.
    if (this.slots.includes(slot)) this.#limit(slot, stopLimitMs, () => this.#giveUp(slot));
  }

  /** Ends workers that have been idle for long, now and from time to time. */
  watchIdle(): void {
    if (this.#sweep !== undefined) return;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    let spare = this.#live() - (this.#options.minWorkers ?? 0);
    for (const slot of [...this.slots]) {
      if (!slot.idle || slot.leaving || spare <= 0) continue;
      const restMs = slot.idleSince + this.#options.idleTimeoutMs - now;
      if (restMs <= 0) {
        spare--;
        this.retire(slot);
      } else next = Math.min(next, restMs);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    this.#sweep = setTimeout(
      () => {
        this.#sweep = undefined;
        this.watchIdle();
      },
      Math.min(Math.ceil(next), 2 ** 31 - 1),
    );
    this.#sweep.unref();
  }

  /** Lets go of the timer; for a pool that is closed. */
  release(): void {
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
  }

  /** Workers that have not been told to end. */
  #live(): number {
    return this.slots.reduce(
      (live, { state, leaving }) => live + (state === 'stopping' || leaving ? 0 : 1),
      0,
    );
  }

  /** Whether a lane has a worker. One that ends and has no work any more is not waited for. */
  #taken(lane: number): boolean {
    return this.slots.some(
      (slot) => slot.lane === lane && (slot.state !== 'stopping' || slot.outstanding > 0),
    );
  }

  #freeLane(): number {
    let lane = 0;
    while (lane < this.#size && this.#taken(lane)) lane++;
    return lane;
  }

  #start(lane: number): boolean {
    const id = this.#nextId++;
    const name = `${this.#options.name}-${id}`;
    const backend = this.#create(id, name);
    const quota = this.#options.maxTasksPerWorker ?? Number.POSITIVE_INFINITY;
    const slot = new Slot(lane, backend, { id, name, concurrency: this.concurrency, quota });
    this.slots.push(slot);
    backend.onExit = (exit) => this.#ended(slot, exit);
    backend.onMessage = (message) => this.#receive(slot, message);
    try {
      backend.start();
    } catch (cause) {
      this.#ended(slot, { begun: 0, exitCode: undefined, signal: undefined, reason: 'abort', cause });
      return false;
    }
    backend.post(this.#options.setup);
    backend.setBusy(true);
    slot.startLimit = setTimeout(() => {
      slot.startLimit = undefined;
      backend.stop();
      this.#limit(slot, stopLimitMs, () => this.#giveUp(slot));
    }, startLimitMs);
    slot.startLimit.unref();
    return true;
  }

  #receive(slot: Slot, message: FromWorker): void {
    if (!this.slots.includes(slot)) return;
    // What it says after it was told to end changes nothing about that.
    if (message.type === 'online') {
      clearTimeout(slot.startLimit);
      return;
    }
    if (message.type === 'ready') {
      if (slot.state !== 'starting' || slot.startLimit === undefined) return;
      clearTimeout(slot.startLimit);
      slot.state = 'ready';
      this.#failures = 0;
      this.#failing = false;
      slot.idleSince = performance.now();
      slot.backend.setBusy(false);
    } else if (message.type === 'broken') {
      this.#failing = true;
      // It ends by itself: that is no failure to start.
      slot.state = 'stopping';
      slot.expected = true;
      this.#limit(slot, this.#options.gracePeriodMs, () => this.kill(slot));
      const { initializer } = this.#options.setup;
      const module = initializer?.kind === 'task' ? initializer.module : undefined;
      unpackError(message.error, module, (cause) => this.#events.broken(cause));
      return;
    }
    this.#events.message(slot, message);
    if (message.type === 'ready') this.keep();
  }

  #ended(slot: Slot, exit: WorkerExit): void {
    const place = this.slots.indexOf(slot);
    if (place < 0) return;
    this.slots.splice(place, 1);
    const failed = slot.state === 'starting' && !slot.expected;
    if (failed) this.#failing = true;
    const now = performance.now();
    this.#past.busyMs += slot.busyUntil(now);
    this.#past.aliveMs += now - slot.startedAt;
    this.#past.sent += slot.backend.traffic?.sent ?? 0;
    this.#past.received += slot.backend.traffic?.received ?? 0;
    slot.state = 'stopping';
    slot.release();
    slot.backend.setBusy(false);
    this.#events.ended(slot, exit);
    if (!failed || ++this.#failures < maxFailures) return;
    this.#failures = 0;
    this.#events.failing(slot, exit);
  }

  /** It was stopped and does not end. Where nobody can see what it has begun, all of it counts, so that nothing runs twice. */
  #giveUp(slot: Slot): void {
    const begun = slot.backend.begun() ?? Number.POSITIVE_INFINITY;
    this.#ended(slot, { begun, exitCode: undefined, signal: undefined, reason: 'terminated' });
  }

  #limit(slot: Slot, ms: number, act: () => void): void {
    clearTimeout(slot.deadline);
    slot.deadline = setTimeout(act, ms);
  }
}
