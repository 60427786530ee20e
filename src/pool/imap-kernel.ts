/** `pool.imap` and `pool.imapUnordered` of a kernel: its items run on the native threads. */

import { type AnyKernel, type Known, type Sharing, sharingOf } from '../internal/kernel.ts';
import { type CallParts, PendingCall } from './call.ts';
import { withCaller } from './caller-stack.ts';
import { ImapFlow, type ImapParts } from './imap-flow.ts';
import type { ImapIterator } from './imap-iterator.ts';
import type { Taken } from './input.ts';
import type { KernelLanes } from './kernel-call.ts';
import { runKernelItem } from './kernel-item.ts';

/** What an imap of a kernel is made of. */
export interface ImapKernelParts extends ImapParts, CallParts {
  readonly kernel: AnyKernel;
  readonly lanes: KernelLanes;
}

/** Items of a kernel that shares work between them that are taken together at most. */
const TOGETHER = 64;
/** And so many parts of the whole at least, where that is known. */
const PARTS = 32;

/** A running imap of a kernel. */
export class ImapKernel extends PendingCall {
  /** See `LaneUser`. */
  waitsForLane = false;
  readonly #kernel: AnyKernel;
  readonly #lanes: KernelLanes;
  readonly #flow: ImapFlow;
  /** How items that are taken together share work. */
  readonly #sharing: Sharing | undefined;
  readonly #stop = new AbortController();
  #known: Known | undefined;
  #resuming = false;

  constructor(parts: ImapKernelParts) {
    super(parts);
    this.#kernel = parts.kernel;
    // What is said of each item by itself forbids it.
    const single = parts.timeoutMs > 0 || (parts.retries ?? 0) > 0;
    this.#sharing = single ? undefined : sharingOf(parts.kernel);
    this.#lanes = parts.lanes;
    this.#flow = new ImapFlow(parts, this);
  }

  /** Its iterator. */
  read(): ImapIterator {
    return this.#flow.read();
  }

  /** Starts to pull and to run; called once the call has its host. */
  begin(): void {
    if (this.settled) return;
    this.#flow.begin();
    this.resume();
  }

  /** See `FlowOwner`: there are no messages to fill, but there may be work to share. */
  pace(remaining: number): number {
    return this.#sharing === undefined ? 1 : Math.min(TOGETHER, Math.max(1, Math.ceil(remaining / PARTS)));
  }

  /** See `FlowOwner`. */
  refill(): void {
    if (this.#resuming) return;
    this.#resuming = true;
    queueMicrotask(() => {
      this.#resuming = false;
      this.resume();
    });
  }

  /** Starts as many items as there are places for. */
  resume(): void {
    while (!this.settled && this.#flow.waiting() > 0 && this.#lanes.enter(this)) {
      const taken = this.#flow.take(this.#sharing === undefined ? 1 : TOGETHER);
      if (taken === undefined) this.#lanes.leave();
      else if (this.#sharing === undefined) void this.#run(taken.index, taken.items[0]);
      else void this.#runTogether(taken, this.#sharing);
    }
  }

  override joined(): void {
    this.#flow.hurry();
  }

  protected override settle(): boolean {
    if (!super.settle()) return false;
    this.#stop.abort();
    this.#known = undefined;
    return true;
  }

  protected override reject(error: unknown): void {
    this.#flow.stop(error);
  }

  async #run(index: number, item: unknown): Promise<void> {
    this.started = true;
    try {
      const value = await runKernelItem(
        this.#kernel,
        [item],
        this.#stop.signal,
        this.settings,
        this.#lanes.meter,
      );
      this.#flow.succeed(index, value);
    } catch (error) {
      this.#flow.fail(index, withCaller(error, this.site));
    } finally {
      this.#lanes.leave();
    }
    this.#flow.answered();
    this.resume();
  }

  async #runTogether({ index, items }: Taken, sharing: Sharing): Promise<void> {
    const { meter } = this.#lanes;
    this.started = true;
    const places = this.#placesOf(index, items, sharing);
    const keys = [...places.keys()].sort((a, b) => a - b);
    let known = this.#known;
    for (const group of sharing.plan(keys).flat()) {
      if (this.settled) break;
      const since = performance.now();
      try {
        const before = known !== undefined && known.key < (group[0] as number) ? known : undefined;
        const results = await sharing.run(group, before, this.#stop.signal);
        known = { key: group.at(-1) as number, result: results.at(-1) };
        group.forEach((key, at) => {
          for (const place of places.get(key) ?? []) this.#flow.succeed(place, results[at]);
        });
        meter.succeeded(group.length, performance.now() - since);
      } catch (error) {
        if (this.#stop.signal.aborted) meter.cancelled++;
        else meter.failedAfter(performance.now() - since);
        for (const key of group) {
          for (const place of places.get(key) ?? []) this.#flow.fail(place, withCaller(error, this.site));
        }
      }
      this.#flow.answered();
    }
    if (!this.settled) this.#known = known;
    this.#lanes.leave();
    this.#flow.answered();
    this.resume();
  }

  /** The places of each key. What is no good fails by itself. */
  #placesOf(first: number, items: readonly unknown[], sharing: Sharing): Map<number, number[]> {
    const places = new Map<number, number[]>();
    items.forEach((item, at) => {
      try {
        const key = sharing.key(item);
        const found = places.get(key);
        if (found === undefined) places.set(key, [first + at]);
        else found.push(first + at);
      } catch (error) {
        this.#lanes.meter.failedAfter(0);
        this.#flow.fail(first + at, withCaller(error, this.site));
      }
    });
    return places;
  }
}
