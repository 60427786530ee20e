/** `pool.map` of a kernel that shares work between its items: groups of them run together. */

import { type Known, type Sharing, sharingOf } from '../internal/kernel.ts';
import { PendingCall } from './call.ts';
import { withCaller } from './caller-stack.ts';
import { AsyncInput, ListInput } from './input.ts';
import type { KernelParts, LaneUser } from './kernel-call.ts';
import { Outcomes } from './outcomes.ts';

/** So many items of a list are planned together, and so many of an iterable, which nobody wants to run ahead of. */
const LIST_WINDOW = 4096;
const ITERABLE_WINDOW = 256;

/** Groups that go on from each other, and where the results of their keys belong. */
interface Chain {
  readonly groups: number[][];
  readonly places: ReadonlyMap<number, readonly number[]>;
  known: Known | undefined;
}

/** Whether a call of many items can run in groups: what is said of each item by itself forbids it. */
export function runsShared({ kernel, spread, timeoutMs, retries = 0 }: KernelParts): boolean {
  return spread === 'item' && timeoutMs === 0 && retries === 0 && sharingOf(kernel) !== undefined;
}

/** A running map of such a kernel. */
export class SharedKernelCall extends PendingCall implements LaneUser {
  /** Whether it stands in the queue of the lanes. */
  waitsForLane = false;
  readonly #parts: KernelParts;
  readonly #sharing: Sharing;
  readonly #outcomes: Outcomes;
  readonly #stop = new AbortController();
  readonly #resolve: (results: unknown[]) => void;
  readonly #reject: (error: unknown) => void;
  /** Chains that nobody runs right now; the last is the next. */
  readonly #chains: Chain[] = [];

  constructor(parts: KernelParts, resolve: (results: unknown[]) => void, reject: (error: unknown) => void) {
    super(parts);
    this.#parts = parts;
    this.#sharing = sharingOf(parts.kernel) as Sharing;
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

  /** Starts as many groups as there are places for. */
  resume(): void {
    const { input, lanes } = this.#parts;
    while (!this.settled && (this.#chains.length > 0 || input.waiting() > 0) && lanes.enter(this)) {
      const chain = this.#next();
      if (chain === undefined) lanes.leave();
      else void this.#run(chain);
    }
    this.#finishIfDone();
  }

  protected override reject(error: unknown): void {
    this.#stop.abort(error);
    this.#parts.input.close();
    this.#reject(error);
  }

  /** A chain that waits, if need be one of the next items. */
  #next(): Chain | undefined {
    if (this.#chains.length === 0) this.#plan();
    return this.settled ? undefined : this.#chains.pop();
  }

  #plan(): void {
    const { input } = this.#parts;
    const most = input instanceof ListInput ? LIST_WINDOW : ITERABLE_WINDOW;
    try {
      const taken = input.take(most);
      if (taken === undefined) return;
      const places = this.#placesOf(taken.index, taken.items);
      const keys = [...places.keys()].sort((a, b) => a - b);
      // The chain of the largest keys ends up last, and so is begun first.
      for (const groups of this.#sharing.plan(keys)) this.#chains.push({ groups, places, known: undefined });
    } catch (error) {
      this.abandon(error);
    }
  }

  /** The places of each key. What is no good fails by itself. */
  #placesOf(first: number, items: readonly unknown[]): Map<number, number[]> {
    const places = new Map<number, number[]>();
    for (let at = 0; at < items.length && !this.settled; at++) {
      try {
        const key = this.#sharing.key(items[at]);
        const known = places.get(key);
        if (known === undefined) places.set(key, [first + at]);
        else known.push(first + at);
      } catch (error) {
        this.#fail(first + at, withCaller(error, this.site));
        this.#parts.lanes.meter.failedAfter(0);
        this.#report();
      }
    }
    return places;
  }

  async #run(chain: Chain): Promise<void> {
    const { lanes } = this.#parts;
    const keys = chain.groups.shift() as number[];
    const since = performance.now();
    this.started = true;
    try {
      const results = await this.#sharing.run(keys, chain.known, this.#stop.signal);
      const items = this.#store(chain, keys, results);
      lanes.meter.succeeded(items, performance.now() - since);
      chain.known = { key: keys.at(-1) as number, result: results.at(-1) };
    } catch (error) {
      chain.known = undefined;
      if (this.#stop.signal.aborted) lanes.meter.cancelled++;
      else lanes.meter.failedAfter(performance.now() - since);
      this.#failAll(chain, keys, withCaller(error, this.site));
    } finally {
      if (chain.groups.length > 0) this.#chains.push(chain);
      lanes.leave();
    }
    this.#report();
    this.resume();
  }

  #store({ places }: Chain, keys: readonly number[], results: readonly unknown[]): number {
    let items = 0;
    keys.forEach((key, at) => {
      for (const place of places.get(key) ?? []) {
        items++;
        if (!this.settled) this.#outcomes.succeed(place, results[at]);
      }
    });
    return items;
  }

  #failAll({ places }: Chain, keys: readonly number[], error: unknown): void {
    for (const key of keys) {
      for (const place of places.get(key) ?? []) this.#fail(place, error);
    }
  }

  #fail(index: number, error: unknown): void {
    if (this.settled) return;
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
