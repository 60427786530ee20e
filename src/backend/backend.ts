import type { Death } from '../errors.ts';
import type { FromWorker, ToWorker } from '../internal/protocol.ts';

/** The end of a worker. Every message that it posted before was delivered before this. */
export interface WorkerExit extends Death {
  /** How many items it had begun (see `WorkerCell.begun`), so the last begun one has number `begun - 1`. */
  readonly begun: number;
}

/** What can travel by moving instead of copying. */
export type Movable = import('node:worker_threads').TransferListItem;

/**
 * One worker's life, from its start to its end. The dispatcher knows workers by this
 * interface only: worker threads, child processes and the tests' scripted backend are the same to it.
 */
export interface Backend {
  /** Starts the worker. It may throw when the system refuses (the worker then never existed). */
  start(): void;
  /** Sends a message; may be called before the worker is ready. After its end it does nothing. */
  post(message: ToWorker, transfer?: readonly Movable[]): void;
  /**
   * Makes `currentTask().cancelled` true for all items up to this one, even in synchronous code, where
   * the kind can; -1 takes that back.
   */
  flagCancelled(seq: number): void;
  /** How many items it has begun by now; undefined where the kind cannot see that from outside. */
  begun(): number | undefined;
  /**
   * Forbids the worker to begin items from `from` on and before `to`, even while synchronous code runs in
   * it, and gives how many it has begun: of the others none will ever run. Undefined where the
   * kind cannot: a `recall` message then asks for them.
   */
  recall(from: number, to: number): number | undefined;
  /** The one receiver of the worker's messages; set before `start`. */
  onMessage: (message: FromWorker) => void;
  /** Called exactly once after `start`, whatever ended the worker; set before `start`. */
  onExit: (exit: WorkerExit) => void;
  /** Ends the worker at once, in the middle of whatever it does. `onExit` follows within a bounded time. */
  stop(): void;
  /** Has the worker post what it has gathered after the item that runs. One that shares no memory gathers nothing. */
  nudge?(): void;
  /** Asks the worker to end, where the kind has a way that its code can see (SIGTERM). */
  terminate?(): void;
  /** A worker that has work keeps the program alive, an idle one does not. */
  setBusy(busy: boolean): void;
  /** Bytes of all messages to and from it; left out where messages have no size that can be seen. */
  readonly traffic?: { readonly sent: number; readonly received: number };
  /** The thread's or process's own number, for statistics and logs. */
  readonly threadId: number | undefined;
  readonly pid: number;
}

/** Makes a worker that has not been started yet. */
export type BackendFactory = (id: number, name: string) => Backend;
