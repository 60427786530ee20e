/** The workers of one pool: starting, ending, and never waiting for one for ever. */

import type { BackendFactory, WorkerExit } from '../backend/backend.ts';
import type { FromWorker, SetupMessage } from '../internal/protocol.ts';
import { Slot } from './slot.ts';

/** A worker that is not ready after this time has failed to start. */
const startLimitMs = 30_000;
/** A worker that was stopped and has not ended after this time is given up. `terminate()` promises 5 s. */
const stopLimitMs = 4_500;
/** So many workers in a row that end before they are ready: the next would not do better. */
const maxFailures = 3;

/** What a fleet is told. */
export interface FleetOptions {
  readonly name: string;
  /** Workers at most. */
  readonly workers: number;
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
}

/** Starts workers on demand and ends them. */
export class Fleet {
  readonly slots: Slot[] = [];
  readonly #options: FleetOptions;
  readonly #create: BackendFactory;
  readonly #events: FleetEvents;
  #nextId = 1;
  #failures = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: FleetOptions, create: BackendFactory, events: FleetEvents) {
    this.#options = options;
    this.#create = create;
    this.#events = events;
  }

  /** The ready worker without work that was idle the shortest: so the others can grow old and end. */
  idle(): Slot | undefined {
    let best: Slot | undefined;
    for (const slot of this.slots) {
      if (slot.idle && (best === undefined || slot.idleSince > best.idleSince)) best = slot;
    }
    return best;
  }

  /** Starts workers until as many are on their way as could be busy. */
  grow(demand: number): void {
    let missing = demand;
    for (const { state } of this.slots) if (state === 'starting') missing--;
    while (missing-- > 0 && this.slots.length < this.#options.workers) {
      if (!this.#start()) return;
    }
  }

  /** Ends a worker after what it has begun. */
  retire(slot: Slot): void {
    if (slot.state === 'stopping') return;
    slot.state = 'stopping';
    slot.expected = true;
    slot.backend.setBusy(true);
    slot.backend.post({ type: 'stop' });
    this.#limit(slot, this.#options.gracePeriodMs, () => this.kill(slot));
  }

  /** Ends a worker now, in the middle of whatever it does. */
  kill(slot: Slot): void {
    slot.state = 'stopping';
    slot.expected = true;
    slot.backend.setBusy(true);
    slot.backend.stop();
    // `stop` may have ended it at once.
    if (this.slots.includes(slot)) this.#limit(slot, stopLimitMs, () => this.#giveUp(slot));
  }

  /** Ends workers that have been idle for long, now and from time to time. */
  watchIdle(): void {
    if (this.#sweep !== undefined) return;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const slot of [...this.slots]) {
      if (!slot.idle) continue;
      const restMs = slot.idleSince + this.#options.idleTimeoutMs - now;
      if (restMs <= 0) this.retire(slot);
      else next = Math.min(next, restMs);
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

  #start(): boolean {
    const id = this.#nextId++;
    const name = `${this.#options.name}-${id}`;
    const backend = this.#create(id, name);
    const slot = new Slot(id, name, backend);
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
    this.#limit(slot, startLimitMs, () => {
      slot.expected = false;
      backend.stop();
      this.#limit(slot, stopLimitMs, () => this.#giveUp(slot));
    });
    slot.deadline?.unref();
    return true;
  }

  #receive(slot: Slot, message: FromWorker): void {
    if (!this.slots.includes(slot)) return;
    if (message.type === 'ready') {
      if (slot.state !== 'starting') return;
      clearTimeout(slot.deadline);
      slot.state = 'ready';
      this.#failures = 0;
      slot.idleSince = performance.now();
      slot.backend.setBusy(false);
    }
    this.#events.message(slot, message);
  }

  #ended(slot: Slot, exit: WorkerExit): void {
    const place = this.slots.indexOf(slot);
    if (place < 0) return;
    this.slots.splice(place, 1);
    const failed = slot.state === 'starting' && !slot.expected;
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
