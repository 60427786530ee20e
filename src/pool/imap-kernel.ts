/** `pool.imap` and `pool.imapUnordered` of a kernel: its items run on the native threads. */

import type { AnyKernel } from '../internal/kernel.ts';
import { type CallParts, PendingCall } from './call.ts';
import { withCaller } from './caller-stack.ts';
import { ImapFlow, type ImapParts } from './imap-flow.ts';
import type { ImapIterator } from './imap-iterator.ts';
import type { KernelLanes } from './kernel-call.ts';
import { runKernelItem } from './kernel-item.ts';

/** What an imap of a kernel is made of. */
export interface ImapKernelParts extends ImapParts, CallParts {
  readonly kernel: AnyKernel;
  readonly lanes: KernelLanes;
}

/** A running imap of a kernel. */
export class ImapKernel extends PendingCall {
  /** See `LaneUser`. */
  waitsForLane = false;
  readonly #kernel: AnyKernel;
  readonly #lanes: KernelLanes;
  readonly #flow: ImapFlow;
  readonly #stop = new AbortController();
  #resuming = false;

  constructor(parts: ImapKernelParts) {
    super(parts);
    this.#kernel = parts.kernel;
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

  /** See `FlowOwner`: there are no messages to fill. */
  pace(): number {
    return 1;
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
      const taken = this.#flow.take(1);
      if (taken === undefined) this.#lanes.leave();
      else void this.#run(taken.index, taken.items[0]);
    }
  }

  override joined(): void {
    this.#flow.hurry();
  }

  protected override settle(): boolean {
    if (!super.settle()) return false;
    this.#stop.abort();
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
}
