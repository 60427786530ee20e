/** Items that came in one message, and how far the worker is with them. */

import type { BlocksMessage, RunMessage } from '../internal/protocol.ts';
import { listOf } from '../internal/wire.ts';
import type { BrokenFunction, WorkerFunction } from './functions.ts';

/** Items in order, numbered from `first`. A map over a typed array is one item. */
export class Run {
  readonly message: RunMessage | BlocksMessage;
  readonly first: number;
  /** How many items there are. */
  readonly end: number;
  /** Items of a map whose results may wait for each other, and of which nobody wants to know when they begin. */
  readonly plain: boolean;
  /** The item that is the next to begin, counted from 0. */
  at = 0;
  /** The item that has begun with the import of its function's module, counted from 0; -1 for none. */
  importedFor = -1;
  /** The item that was announced last, counted from 0; -1 for none. */
  announced = -1;
  /** Set when the first item is about to run. */
  fn: WorkerFunction | BrokenFunction | undefined;
  /** One per item, to be read only; empty until the first item is about to run. */
  items: ArrayLike<unknown> = [];
  /** Not 0: the item was dropped. Made with the first drop. */
  dropped: Uint8Array | undefined;
  #unpacked = false;
  #unreadable: BrokenFunction | undefined;

  constructor(message: RunMessage | BlocksMessage) {
    this.message = message;
    this.first = message.first;
    this.end = message.type === 'run' ? message.count : 1;
    this.plain = message.type === 'run' && message.spread === 'item' && message.gather && !message.announce;
  }

  /** Takes the items out of the message. False when they cannot be: every item that is run fails with the reason. */
  unpack(): boolean {
    if (!this.#unpacked && this.message.type === 'run') {
      this.#unpacked = true;
      try {
        this.items = listOf(this.message.items);
      } catch (broken) {
        this.#unreadable = { broken };
      }
    }
    return this.#unreadable === undefined;
  }

  /** Makes it ready to run. */
  open(fn: WorkerFunction | BrokenFunction): void {
    this.unpack();
    this.fn = this.#unreadable ?? fn;
  }

  /**
   * Drops those of `count` items numbered from `seq` that have not begun, and tells which: ranges of
   * numbers, each as its first and its length.
   *
   * @param begun How many items of this run have begun.
   */
  drop(seq: number, count: number, begun: number): { seq: number; count: number }[] {
    const ranges: { seq: number; count: number }[] = [];
    const from = Math.max(seq - this.first, begun);
    const to = Math.min(seq - this.first + count, this.end);
    if (from >= to) return ranges;
    this.dropped ??= new Uint8Array(this.end);
    let length = 0;
    for (let index = from; index <= to; index++) {
      const isNew = index < to && this.dropped[index] === 0;
      if (isNew) {
        this.dropped[index] = 1;
        length++;
      } else if (length > 0) {
        ranges.push({ seq: this.first + index - length, count: length });
        length = 0;
      }
    }
    return ranges;
  }
}
