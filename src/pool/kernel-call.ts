/** Kernels in a pool: they run in this process, on the native threads, and need no worker. */

import type { AnyKernel } from '../internal/kernel.ts';
import { type CallParts, PendingCall } from './call.ts';
import { withCaller } from './caller-stack.ts';
import { AsyncInput, type Input } from './input.ts';
import { runKernelItem } from './kernel-item.ts';
import { Outcomes, type Progress } from './outcomes.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { PoolMeter } from './stats.ts';

/** A call whose items take places in the lanes. */
export interface LaneUser {
  /** Whether it stands in the queue of the lanes. */
  waitsForLane: boolean;
  readonly settled: boolean;
  readonly priority: number;
  /** Starts as many items as there are places for. */
  resume(): void;
}

/** How many kernel items of a pool are in flight, and who waits for a place. */
export class KernelLanes {
  readonly #limit: () => number;
  readonly #waiting = new PriorityQueue<LaneUser>();
  #running = 0;
  /** A place became free. */
  onLeave: () => void = () => {};

  /** Where their items are counted. */
  readonly meter: PoolMeter;

  /** @param limit How many may be in flight now. */
  constructor(limit: () => number, meter: PoolMeter) {
    this.#limit = limit;
    this.meter = meter;
  }

  /** Whether one more call may come when so many may wait. */
  admits(maxQueue: number): boolean {
    return this.#waiting.length < maxQueue + (this.#limit() - this.#running);
  }

  /** Takes a place; without one the call is resumed when there is. */
  enter(call: LaneUser): boolean {
    if (this.#running >= this.#limit()) {
      if (!call.waitsForLane) this.#waiting.push(call);
      call.waitsForLane = true;
      return false;
    }
    this.#running++;
    return true;
  }

  /** Gives a place back. */
  leave(): void {
    this.#running--;
    this.onLeave();
    this.wake();
  }

  /** Lets those go on that there are places for. */
  wake(): void {
    while (this.#running < this.#limit()) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next.waitsForLane = false;
      if (next.settled) continue;
      next.resume();
    }
  }
}

/** What a kernel's call is made of, beside the parts of every call. */
export interface KernelParts extends CallParts {
  readonly kernel: AnyKernel;
  readonly input: Input;
  /** Whether each item is the one argument or a list of them. */
  readonly spread: 'item' | 'args';
  readonly collect: boolean;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly lanes: KernelLanes;
}

/** A running map (or a single call) of a kernel. */
export class KernelCall extends PendingCall {
  /** Whether it stands in the queue of the lanes. */
  waitsForLane = false;
  readonly #parts: KernelParts;
  readonly #outcomes: Outcomes;
  readonly #stop = new AbortController();
  readonly #resolve: (results: unknown[]) => void;
  readonly #reject: (error: unknown) => void;

  constructor(parts: KernelParts, resolve: (results: unknown[]) => void, reject: (error: unknown) => void) {
    super(parts);
    this.#parts = parts;
    this.#outcomes = new Outcomes(parts.onProgress, parts.input.total);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Starts to run items; called once the call has its host. */
  begin(): void {
    const { input } = this.#parts;
    if (input instanceof AsyncInput) {
      input.onArrival = () => this.resume();
      input.onError = (error) => this.abandon(error);
      void input.fill();
    }
    this.resume();
  }

  /** Starts as many items as there are places for. */
  resume(): void {
    const { input, lanes } = this.#parts;
    while (!this.settled && input.waiting() > 0 && lanes.enter(this)) {
      try {
        const taken = input.take(1);
        if (taken !== undefined) {
          void this.#run(taken.index, taken.items[0]);
          continue;
        }
      } catch (error) {
        this.abandon(error);
      }
      lanes.leave();
    }
    this.#finishIfDone();
  }

  protected override reject(error: unknown): void {
    this.#stop.abort(error);
    this.#parts.input.close();
    this.#reject(error);
  }

  async #run(index: number, item: unknown): Promise<void> {
    const { kernel, spread, lanes } = this.#parts;
    this.started = true;
    try {
      const args = spread === 'args' ? (item as readonly unknown[]) : [item];
      const value = await runKernelItem(kernel, args, this.#stop.signal, this.#parts, lanes.meter);
      if (!this.settled) this.#outcomes.succeed(index, value);
    } catch (error) {
      if (!this.settled) this.#fail(index, withCaller(error, this.site));
    } finally {
      lanes.leave();
    }
    this.#report();
    this.resume();
  }

  #fail(index: number, error: unknown): void {
    if (this.#parts.collect) this.#outcomes.fail(index, error);
    else this.abandon(error);
  }

  #report(): void {
    if (this.settled) return;
    try {
      this.#outcomes.report(this.#parts.input.total);
    } catch (error) {
      this.abandon(error);
    }
  }

  #finishIfDone(): void {
    const { total } = this.#parts.input;
    if (total === undefined || this.#outcomes.done !== total || !this.settle()) return;
    const error = this.#outcomes.error(total);
    if (error === undefined) this.#resolve(this.#outcomes.results);
    else this.#reject(withCaller(error, this.site));
  }
}
