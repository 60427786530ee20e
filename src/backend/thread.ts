/** A worker thread as a backend. */

import { setInterval } from 'node:timers';
import {
  MessageChannel,
  type MessagePort,
  type ResourceLimits,
  receiveMessageOnPort,
  type TransferListItem,
  Worker,
} from 'node:worker_threads';
import type { DeathReason } from '../errors.ts';
import { bare } from '../internal/check.ts';
import { ownIdentity } from '../internal/identity.ts';
import { native } from '../internal/native.ts';
import {
  type CompactDone,
  compactRun,
  expandDone,
  type FromWorker,
  type ToWorker,
  WorkerCell,
} from '../internal/protocol.ts';
import { clearRing, RING_SIGNAL, type RingMemory, RingReader, ringMemory } from '../internal/result-ring.ts';
import type { Backend, BackendFactory, Movable, WorkerExit } from './backend.ts';
import { Cells } from './cells.ts';
import { threadOptions } from './exec-options.ts';

/** What every thread of a pool is started with. */
export interface ThreadOptions {
  readonly resourceLimits?: ResourceLimits | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly execArgv?: string[] | undefined;
}

// Compiled or bundled, this file lies one folder below the root, as the entry does.
const entry = new URL('../worker/thread-entry.js', import.meta.url);

/** Messages taken per event before timers and sockets get their turn. */
const drainLimit = 512;

/** Rings that are kept for later workers. */
const spareLimit = 16;

/** What comes through the port. */
type Posted = FromWorker | CompactDone | typeof RING_SIGNAL;

/** Makes worker threads with these options. */
export function threadBackend(options: ThreadOptions): BackendFactory {
  const rings = new SpareRings();
  return (id, name) => new ThreadBackend(id, name, options, rings);
}

/**
 * Rings of workers that have ended, for their successors: without this a pool that replaces its workers
 * often leaves memory behind that V8, which does not see it, is slow to collect.
 */
class SpareRings {
  readonly #spare: RingMemory[] = [];

  take(): RingMemory {
    return this.#spare.pop() ?? ringMemory();
  }

  giveBack(ring: RingMemory): void {
    if (this.#spare.length >= spareLimit) return;
    clearRing(ring);
    this.#spare.push(ring);
  }
}

class ThreadBackend implements Backend {
  onMessage: (message: FromWorker) => void = () => {};
  onExit: (exit: WorkerExit) => void = () => {};
  readonly pid = process.pid;
  readonly #id: number;
  readonly #name: string;
  readonly #options: ThreadOptions;
  readonly #rings: SpareRings;
  readonly #memory = new Int32Array(new SharedArrayBuffer(WorkerCell.length * Int32Array.BYTES_PER_ELEMENT));
  readonly #cells = new Cells(this.#memory);
  #worker: Worker | undefined;
  #port: MessagePort | undefined;
  #ring: RingReader | undefined;
  #ringMemory: RingMemory | undefined;
  #keepAlive: NodeJS.Timeout | undefined;
  #answered = 0;
  #stopped = false;
  #reason: DeathReason = 'exit';
  #cause: unknown;

  constructor(id: number, name: string, options: ThreadOptions, rings: SpareRings) {
    this.#rings = rings;
    this.#id = id;
    this.#name = name;
    this.#options = options;
  }

  get threadId(): number | undefined {
    return this.#worker?.threadId;
  }

  start(): void {
    const { port1, port2 } = new MessageChannel();
    const ring = this.#rings.take();
    let worker: Worker;
    try {
      const { resourceLimits, env, execArgv = threadOptions(process.execArgv) } = this.#options;
      const options = {
        name: this.#name,
        workerData: {
          port: port2,
          cells: this.#memory,
          ring,
          id: this.#id,
          name: this.#name,
          parent: ownIdentity(),
        },
        transferList: [port2],
        ...(resourceLimits && { resourceLimits: bare(resourceLimits) }),
        ...(env && { env }),
        ...(execArgv && { execArgv }),
      };
      worker = new Worker(entry, bare(options));
    } catch (error) {
      port1.close();
      port2.close();
      throw error;
    }
    this.#worker = worker;
    this.#port = port1;
    this.#ring = new RingReader(ring);
    this.#ringMemory = ring;
    port1.on('message', (message: Posted) => {
      this.#take(message);
      // The answer to the last item that was sent: nothing else is on its way.
      if (this.#answered !== this.#cells.next) this.#drain(drainLimit);
    });
    port1.on('messageerror', (error) => this.#fail('abort', error));
    worker.on('messageerror', (error) => this.#fail('abort', error));
    worker.on('error', (error: unknown) => {
      const code = (error as { code?: unknown } | null | undefined)?.code;
      this.#reason = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'oom' : 'abort';
      this.#cause = error;
    });
    worker.on('exit', (exitCode) => this.#exited(exitCode));
    // Listeners reference their port and the worker its thread; `setBusy` alone decides what
    // keeps the program alive (referencing a Worker again after `unref` has crashed: nodejs/node#33394).
    port1.unref();
    worker.unref();
  }

  post(message: ToWorker, transfer?: readonly Movable[]): void {
    this.#port?.postMessage(compactRun(message), transfer as TransferListItem[] | undefined);
    this.#cells.sent(message);
    this.#cells.posted();
  }

  flagCancelled(seq: number): void {
    this.#cells.flagCancelled(seq);
  }

  begun(): number {
    return this.#cells.begun();
  }

  recall(from: number, to: number): number {
    return this.#cells.recall(from, to);
  }

  nudge(): void {
    this.#cells.nudge();
  }

  stop(): void {
    if (this.#worker === undefined || this.#stopped) return;
    this.#stopped = true;
    // A thread inside native code ends only when that returns: its kernels are told to stop first.
    if (this.#worker.threadId > 0) native.cancelThread(this.#worker.threadId);
    void this.#worker.terminate();
  }

  setBusy(busy: boolean): void {
    // A timer and not the port: the port closes before the worker's `exit` arrives, and the
    // program must not end in between.
    if (busy) {
      if (this.#keepAlive === undefined) this.#keepAlive = setInterval(() => {}, 2 ** 31 - 1);
      else this.#keepAlive.ref();
    } else {
      this.#keepAlive?.unref();
    }
  }

  #take(posted: Posted): void {
    if (posted === RING_SIGNAL) this.#ring?.drain(this.#deliver);
    else this.#deliver(expandDone(posted));
  }

  readonly #deliver = (message: FromWorker): void => {
    if (message.type === 'done') this.#answered = message.first + message.count;
    this.onMessage(message);
  };

  #drain(limit: number): void {
    const port = this.#port;
    if (port === undefined) return;
    for (let taken = 0; taken < limit; taken++) {
      const received = receiveMessageOnPort(port) as { message: Posted } | undefined;
      if (received === undefined) return;
      this.#take(received.message);
    }
  }

  /** A message was lost on its way, so nobody knows any more what the worker has answered: it ends. */
  #fail(reason: DeathReason, cause: unknown): void {
    this.#reason = reason;
    this.#cause = cause;
    this.#stopped = true;
    void this.#worker?.terminate();
  }

  #exited(exitCode: number): void {
    this.#drain(Number.POSITIVE_INFINITY);
    this.#ring?.drain(this.#deliver);
    if (this.#ringMemory !== undefined) this.#rings.giveBack(this.#ringMemory);
    this.#ring = undefined;
    const begun = this.begun();
    this.#port?.close();
    this.#port = undefined;
    clearInterval(this.#keepAlive);
    const terminated = this.#stopped && this.#reason === 'exit';
    this.onExit({
      begun,
      exitCode: terminated ? undefined : exitCode,
      signal: undefined,
      reason: terminated ? 'terminated' : this.#reason,
      ...(this.#cause !== undefined && { cause: this.#cause }),
    });
  }
}
