/**
 * What the pool and its workers say to each other. The same messages go to worker threads
 * and (later) to child processes; whatever a value needs to cross is done by `wire.ts`
 * before it is put into a message and after it is taken out.
 *
 * ```
 *  pool                                   worker
 *   │ ── run { first: 7, items: 3 } ──────▶ │  items 7, 8, 9 wait in order
 *   │ ◀────────────── begin { seq: 7 } ──── │  only when the run asked for it (`announce`)
 *   │ ◀────── done { first: 7, results } ── │  one result each; small ones come by the result ring
 *   │ ◀──────────── fail { seq: 8, … } ──── │
 *   │ ── cancel { seq: 9, count: 1 } ─────▶ │  not begun: dropped, answered by `dropped`; running: its signal
 *   │ ── stop ────────────────────────────▶ │  ends after what has begun
 * ```
 *
 * Items are numbered by the pool for each worker, from 0, rising by one. A worker begins
 * its items in that order. Every item that was sent is answered exactly once, by `done`,
 * `fail` or `dropped`, or by the worker's end.
 */

import type { NumericArray } from './array.ts';
import type { Wired, WiredError } from './wire.ts';

/** What a worker needs to get at a function. */
export type FunctionSource =
  | { readonly kind: 'inline'; readonly source: string }
  | { readonly kind: 'task'; readonly module: string; readonly name: string };

/** From the pool to a worker. */
export type ToWorker = DefineMessage | RunMessage | BlocksMessage | CancelMessage | StopMessage;

/** Gives a function a number. Sent before the first run that names it; the worker keeps it. */
export interface DefineMessage {
  readonly type: 'define';
  readonly fn: number;
  readonly source: FunctionSource;
}

/** Items to run in order, all with one function. */
export interface RunMessage {
  readonly type: 'run';
  readonly fn: number;
  /** The number of the first item. */
  readonly first: number;
  /** How an item becomes arguments: `item` is the one argument of a map, `args` a whole list. */
  readonly spread: 'item' | 'args';
  /** The items, packed together; unpacks to an array. */
  readonly items: Wired;
  readonly count: number;
  /** Send `begin` before each item, because its time is limited. */
  readonly announce: boolean;
  /** Post each result at once (calls of their own), or gather those of some milliseconds (a map's chunk). */
  readonly gather: boolean;
  /** For `currentTask().attempt`, from 1. */
  readonly attempt: number;
}

/**
 * One worker's part in a map over a typed array: it claims blocks of `blockSize` elements
 * through the shared counter until none is left. One item, numbered `first`.
 */
export interface BlocksMessage {
  readonly type: 'blocks';
  readonly fn: number;
  readonly first: number;
  /** On shared memory. */
  readonly input: NumericArray;
  /** On shared memory, of the same length. */
  readonly output: NumericArray;
  /** See `BlockCell`. */
  readonly cells: Int32Array<SharedArrayBuffer>;
  readonly blockSize: number;
  readonly announce: boolean;
  readonly attempt: number;
}

/** The cells that the workers of one typed map share. */
export const BlockCell = {
  /** The next block that nobody has claimed; blocks, not elements, so that 32 bits are enough. */
  next: 0,
  /** Blocks that are done, for progress. */
  done: 1,
  /** Not 0: stop claiming. */
  stop: 2,
  length: 3,
} as const;

/** The cells of one worker, written by it alone unless said otherwise. On threads only. */
export const WorkerCell = {
  /**
   * How many items it has begun, modulo 2^32: which one was running when it died. Raised
   * before the item's module is imported, so that a death at import counts against the item.
   */
  begun: 0,
  /**
   * Written by the pool: up to this item (its number plus one, modulo 2^32) all that have no answer are
   * cancelled, so that `currentTask().cancelled` is true for them; 0 for none. The pool takes it back
   * before it could be confused with a later one. A change makes the worker look for messages.
   */
  cancelled: 1,
  length: 2,
} as const;

/**
 * For `count` items from `seq` on (a map's whole chunk is one message): drops those that have
 * not begun, aborts the signal of one that runs. Items already answered are left alone.
 */
export interface CancelMessage {
  readonly type: 'cancel';
  readonly seq: number;
  readonly count: number;
}

/** End when what has begun is done. What has not begun is answered by `dropped`. */
export interface StopMessage {
  readonly type: 'stop';
}

/**
 * A DoneMessage as it may be posted: `[first, count, elapsed, results]`. An array costs half of
 * what an object with names costs, and with small calls of their own that is most of the work.
 * Workers post `compactDone(message)`; the pool takes both forms (`expandDone`).
 */
export type CompactDone = readonly [first: number, count: number, elapsed: number, results: Wired];

/** The short form of a DoneMessage; other messages stay as they are. */
export function compactDone(message: FromWorker): FromWorker | CompactDone {
  return message.type === 'done' ? [message.first, message.count, message.elapsed, message.results] : message;
}

/** Undoes `compactDone`. */
export function expandDone(posted: FromWorker | CompactDone): FromWorker {
  if (!isCompact(posted)) return posted;
  const [first, count, elapsed, results] = posted;
  return { type: 'done', first, count, elapsed, results };
}

/**
 * A RunMessage as it may be posted, for the same reason. Workers take both forms: they call
 * `expandRun` on whatever arrives, by event or by `receiveMessageOnPort`.
 */
export type CompactRun = readonly [
  fn: number,
  first: number,
  flags: number,
  count: number,
  attempt: number,
  items: Wired,
];

const RunFlag = { item: 1, announce: 2, gather: 4 } as const;

/** The short form of a RunMessage; other messages stay as they are. */
export function compactRun(message: ToWorker): ToWorker | CompactRun {
  if (message.type !== 'run') return message;
  const { fn, first, spread, announce, gather, count, attempt, items } = message;
  const flags =
    (spread === 'item' ? RunFlag.item : 0) |
    (announce ? RunFlag.announce : 0) |
    (gather ? RunFlag.gather : 0);
  return [fn, first, flags, count, attempt, items];
}

/** Undoes `compactRun`. */
export function expandRun(posted: ToWorker | CompactRun): ToWorker {
  if (!isCompact(posted)) return posted;
  const [fn, first, flags, count, attempt, items] = posted;
  return {
    type: 'run',
    fn,
    first,
    spread: (flags & RunFlag.item) === 0 ? 'args' : 'item',
    items,
    count,
    announce: (flags & RunFlag.announce) !== 0,
    gather: (flags & RunFlag.gather) !== 0,
    attempt,
  };
}

function isCompact<C extends readonly unknown[]>(posted: object | C): posted is C {
  return Array.isArray(posted);
}

/** From a worker to the pool. */
export type FromWorker = ReadyMessage | BeginMessage | DoneMessage | FailMessage | DroppedMessage;

/** The worker has started and takes messages (those sent before are not lost). */
export interface ReadyMessage {
  readonly type: 'ready';
}

/** An announced item is about to run. */
export interface BeginMessage {
  readonly type: 'begin';
  readonly seq: number;
}

/** Items that succeeded, `first` and those after it. */
export interface DoneMessage {
  readonly type: 'done';
  readonly first: number;
  readonly count: number;
  /** Unpacks to an array of `count` results; a `blocks` item's result is the number of blocks it ran. */
  readonly results: Wired;
  /** Milliseconds that these items ran, for the chunk size. */
  readonly elapsed: number;
}

/** An item that failed. For a `blocks` item the pool has set `BlockCell.stop` by itself or does so now. */
export interface FailMessage {
  readonly type: 'fail';
  readonly seq: number;
  readonly error: WiredError;
  readonly elapsed: number;
}

/** `count` items from `seq` on that were not begun and never will be. */
export interface DroppedMessage {
  readonly type: 'dropped';
  readonly seq: number;
  readonly count: number;
}
