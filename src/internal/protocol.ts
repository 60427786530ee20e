/**
 * What the pool and its workers say to each other. The same messages go to worker threads
 * and to child processes; whatever a value needs to cross is done by `wire.ts`
 * before it is put into a message and after it is taken out.
 *
 * ```
 *  pool                                   worker
 *   │ ── setup { initializer, … } ────────▶ │  always the first message
 *   │ ◀──────────── ready (or broken) ───── │
 *   │ ── run { first: 7, items: 3 } ──────▶ │  items 7, 8, 9 wait in order
 *   │ ◀────────────── begin { seq: 7 } ──── │  only when the run asked for it (`announce`)
 *   │ ◀────── done { first: 7, results } ── │  one result each; small ones come by the result ring
 *   │ ◀──────────── fail { seq: 8, … } ──── │
 *   │ ◀─────────── report { seq: 9, … } ─── │  before the item's own result, as `output` and `memory` are
 *   │ ── cancel { seq: 9, count: 1 } ─────▶ │  not begun: dropped, answered by `dropped`; running: its signal
 *   │ ── recall { seq: 9, count: 1 } ─────▶ │  not begun: dropped; running: goes on
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
export type ToWorker =
  | SetupMessage
  | DefineMessage
  | ForgetMessage
  | RunMessage
  | BlocksMessage
  | CancelMessage
  | RecallMessage
  | StopMessage;

/** How the worker is to be, sent once before anything else. It answers `ready`, or `broken` and ends. */
export interface SetupMessage {
  readonly type: 'setup';
  /** Modules to import first, in this order. */
  readonly preload: readonly string[];
  /** Called once before the worker takes work, with `initArgs`. */
  readonly initializer: FunctionSource | undefined;
  /** Unpacks to the initializer's list of arguments. */
  readonly initArgs: Wired;
  /** Called once when the worker was told to stop and what it had begun is done. */
  readonly finalizer: FunctionSource | undefined;
  /** How many items may be waited for at a time: asynchronous ones overlap, synchronous ones never do. From 1. */
  readonly concurrency: number;
  /** Bytes above which the worker says how much memory it has before each result; infinite for never. */
  readonly maxMemory: number;
  /** Whether lines written to `process.stdout` and `process.stderr` get the worker's name in front. */
  readonly tagOutput: boolean;
}

/** Gives a function a number. Sent before the first run that names it; the worker keeps it. */
export interface DefineMessage {
  readonly type: 'define';
  readonly fn: number;
  readonly source: FunctionSource;
}

/** See `RunMessage.spread`. */
export type Spread = 'item' | 'args' | 'element';

/** No later run names this function. */
export interface ForgetMessage {
  readonly type: 'forget';
  readonly fn: number;
}

/** Items to run in order, all with one function. */
export interface RunMessage {
  readonly type: 'run';
  readonly fn: number;
  /** The number of the first item. */
  readonly first: number;
  /**
   * How an item becomes arguments: `item` is the one argument of a map, `args` a whole list, `element` an
   * element of a typed array, with its index behind it.
   */
  readonly spread: Spread;
  /** For elements: the index of the first. */
  readonly index?: number;
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

/** The cells of one worker, written by it alone unless said otherwise; in memory that it shares with the pool. */
export const WorkerCell = {
  /**
   * How many items it has begun, modulo 2^32: which one was running when it died. Raised
   * before the item's module is imported, so that a death at import counts against the item.
   */
  begun: 0,
  /**
   * Items before this one (modulo 2^32) cannot be taken back any more. Tiny items are claimed several at
   * a time, because this takes an atomic operation; `begun` is a plain write.
   */
  claimed: 5,
  /** Raised by the pool after each message, so that a worker can wait a moment for one without sleeping. */
  posted: 6,
  /**
   * Written by the pool: up to this item (its number plus one, modulo 2^32) all that have no answer are
   * cancelled, so that `currentTask().cancelled` is true for them; 0 for none. The pool takes it back
   * before it could be confused with a later one.
   */
  cancelled: 1,
  /**
   * Both written by the pool: items from `recalledFrom` on and before `recalledTo` (modulo 2^32, equal for
   * none) are not to begin any more. The worker raises `claimed` for an item first and looks here then (SYNC);
   * the pool writes here first (`recalledTo` before `recalledFrom`) and looks at `claimed` then. So of an item
   * that the pool sees as not claimed the worker sees that it was recalled. What a worker does not run
   * because of these cells it answers by `dropped`, which tells the pool nothing new unless both saw each other.
   */
  recalledFrom: 2,
  recalledTo: 3,
  /**
   * Changed by the pool after it has posted a message that should be seen soon (`cancel`, `recall`, `stop`), and
   * when the worker has been silent for some milliseconds: then the worker posts the results that it has
   * gathered and looks for messages after the item that runs. Without it that can take some dozens of items.
   */
  urgent: 4,
  length: 7,
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

/** Drops those of `count` items from `seq` on that have not begun. What runs is left alone. Answered by `recalled` after that. */
export interface RecallMessage {
  readonly type: 'recall';
  readonly seq: number;
  readonly count: number;
}

/** Whether a worker should see the message before its next item; see `WorkerCell.urgent`. */
export function isUrgent({ type }: ToWorker): boolean {
  return type === 'cancel' || type === 'recall' || type === 'stop';
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
  index?: number,
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
  if (spread === 'element') return [fn, first, flags, count, attempt, items, message.index as number];
  return [fn, first, flags, count, attempt, items];
}

/** Undoes `compactRun`. */
export function expandRun(posted: ToWorker | CompactRun): ToWorker {
  if (!isCompact(posted)) return posted;
  const [fn, first, flags, count, attempt, items, index] = posted;
  const spread = (flags & RunFlag.item) === 0 ? 'args' : 'item';
  return {
    type: 'run',
    fn,
    first,
    spread: index === undefined ? spread : 'element',
    ...(index !== undefined && { index }),
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
export type FromWorker =
  | OnlineMessage
  | ReadyMessage
  | BrokenMessage
  | BeginMessage
  | DoneMessage
  | FailMessage
  | DroppedMessage
  | RecalledMessage
  | ReportMessage
  | OutputMessage
  | MemoryMessage;

/** The worker has started, and its setup runs code of the user's, which may take as long as it likes. */
export interface OnlineMessage {
  readonly type: 'online';
}

/** The worker has started and done its setup (messages sent before are not lost). */
export interface ReadyMessage {
  readonly type: 'ready';
}

/** The setup failed: a module to preload, or the initializer. The worker ends and runs nothing. */
export interface BrokenMessage {
  readonly type: 'broken';
  readonly error: WiredError;
}

/** The worker has read a `recall` and answered the items that it has dropped for it: the cells may name others now. */
export interface RecalledMessage {
  readonly type: 'recalled';
}

/** What an item gave to `currentTask().report`. */
export interface ReportMessage {
  readonly type: 'report';
  readonly seq: number;
  /** Unpacks to a list of one. */
  readonly value: Wired;
}

/** What was written to `process.stdout` or `process.stderr` in the worker. */
export interface OutputMessage {
  readonly type: 'output';
  readonly stream: 'stdout' | 'stderr';
  readonly chunk: string | Uint8Array;
}

/** How much memory the worker has: a thread's heap and the buffers it owns, a process's resident set. Sent from time to time. */
export interface MemoryMessage {
  readonly type: 'memory';
  readonly bytes: number;
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
  /** They could not be unpacked together: each is to come by itself, so that the others do not fail with one. */
  readonly alone?: true;
}
