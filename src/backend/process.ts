/** A child process as a backend. */

import type { ResourceLimits } from 'node:worker_threads';
import type { Death } from '../errors.ts';
import { type ChildNote, isNote } from '../internal/child.ts';
import { encodeFrame, FrameReader } from '../internal/frames.ts';
import { ownIdentity } from '../internal/identity.ts';
import {
  type CompactDone,
  compactRun,
  expandDone,
  type FromWorker,
  type ToWorker,
} from '../internal/protocol.ts';
import { RING_SIGNAL, RingReader } from '../internal/result-ring.ts';
import { createSegment } from '../internal/segment.ts';
import { unpackError } from '../internal/wire.ts';
import type { Backend, BackendFactory, Movable, WorkerExit } from './backend.ts';
import { Cells } from './cells.ts';
import { type Launched, launch } from './launch.ts';

/** What every child of a pool is started with. */
export interface ProcessOptions {
  readonly resourceLimits?: ResourceLimits | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly execArgv?: readonly string[] | undefined;
  /** Native threads of each child. */
  readonly threads?: number | undefined;
  /** False: as on a system without memory that processes share. Default: unless `ALLCORES_SHM` is `off`. */
  readonly sharesCells?: boolean | undefined;
}

// Compiled or bundled, this file lies one folder below the root, as the entry does.
const entry = new URL('../worker/process-entry.js', import.meta.url);

/** A child that has ended may have written more than was read yet; after so long without a byte that was all. */
const SILENCE_MS = 1000;
/** A child that has closed its pipe is about to end, or it is of no use. */
const CLOSED_MS = 2000;

/** What comes through the pipe. */
type Posted = FromWorker | CompactDone | typeof RING_SIGNAL | ChildNote;

/** Makes child processes with these options. */
export function processBackend(options: ProcessOptions): BackendFactory {
  const { sharesCells = process.env['ALLCORES_SHM'] !== 'off' } = options;
  return (id, name) => new ProcessBackend(id, name, { ...options, sharesCells });
}

class ProcessBackend implements Backend {
  onMessage: (message: FromWorker) => void = () => {};
  onExit: (exit: WorkerExit) => void = () => {};
  readonly threadId = undefined;
  readonly #id: number;
  readonly #name: string;
  readonly #options: ProcessOptions;
  readonly #reader = new FrameReader((message) => this.#take(message as Posted));
  #launched: Launched | undefined;
  /** What it shares with the child; undefined where they share nothing. */
  #cells: Cells | undefined;
  #ring: RingReader | undefined;
  /** Without shared cells: how many items have announced themselves. */
  #announced = 0;
  /** The signal that was sent to end it. */
  #sent: 'SIGTERM' | 'SIGKILL' | undefined;
  #full = false;
  /** An error that nobody caught ends it, or bytes came that are no message. */
  #failure: { readonly cause: unknown } | undefined;
  /** How the process ended; undefined while it runs. */
  #exit: { exitCode: number | undefined; signal: string | undefined } | undefined;
  /** The last byte was read. */
  #readAll = false;
  #deadline: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(id: number, name: string, options: ProcessOptions) {
    this.#id = id;
    this.#name = name;
    this.#options = options;
  }

  get pid(): number {
    return this.#launched?.child.pid ?? 0;
  }

  start(): void {
    const { resourceLimits, env, execArgv, threads, sharesCells } = this.#options;
    const segment = sharesCells === true ? createSegment() : undefined;
    try {
      this.#launched = launch({
        entry,
        args: [
          String(this.#id),
          this.#name,
          JSON.stringify(ownIdentity()),
          ...(segment === undefined ? [] : ['shared']),
        ],
        env,
        execArgv,
        heapMb: resourceLimits?.maxOldGenerationSizeMb,
        youngMb: resourceLimits?.maxYoungGenerationSizeMb,
        threads,
        segmentFd: segment?.fd,
      });
    } finally {
      segment?.closeFd();
    }
    if (segment !== undefined) {
      this.#cells = new Cells(segment.memory.cells);
      this.#ring = new RingReader(segment.memory.ring);
    }
    this.#listen(this.#launched);
  }

  /** See `Backend`. What the shared ring carries is not among it. */
  get traffic(): { sent: number; received: number } {
    return { sent: this.#launched?.down.bytesWritten ?? 0, received: this.#launched?.up.bytesRead ?? 0 };
  }

  post(message: ToWorker, transfer?: readonly Movable[]): void {
    const down = this.#launched?.down;
    if (down === undefined || !down.writable) return;
    const known = this.#cells === undefined ? announced(message) : message;
    const frame = encodeFrame(compactRun(known), transfer);
    this.#cells?.sent(message);
    down.write(frame);
  }

  flagCancelled(seq: number): void {
    this.#cells?.flagCancelled(seq);
  }

  begun(): number | undefined {
    return this.#cells?.begun();
  }

  recall(from: number, to: number): number | undefined {
    return this.#cells?.recall(from, to);
  }

  nudge(): void {
    this.#cells?.nudge();
  }

  stop(): void {
    this.#kill('SIGKILL');
  }

  terminate(): void {
    this.#kill('SIGTERM');
  }

  setBusy(busy: boolean): void {
    if (!this.#ended) this.#launched?.setAlive(busy);
  }

  #kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    // False: it has ended by itself already.
    if (this.#launched?.child.kill(signal) === true) this.#sent = signal;
  }

  #listen({ child, up }: Launched): void {
    up.on('data', (chunk) => {
      try {
        this.#reader.push(chunk);
      } catch (error) {
        // Nobody knows any more what the worker has answered: nothing else is read, and it ends.
        this.#failure = { cause: error };
        up.destroy();
      }
    });
    up.on('close', () => {
      this.#readAll = true;
      if (this.#exit === undefined) this.#after(CLOSED_MS, () => child.kill('SIGKILL'));
      else this.#finish();
    });
    child.on('exit', (code, signal) => {
      this.#exit = { exitCode: code ?? undefined, signal: signal ?? undefined };
      if (this.#readAll) this.#finish();
      else this.#watchSilence(up.bytesRead);
    });
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      this.#failure = { cause: error };
      this.#exit = { exitCode: undefined, signal: undefined };
      this.#finish();
    });
  }

  /** The process has ended and its pipe has not, because a process that it had started holds it. */
  #watchSilence(bytesRead: number): void {
    this.#after(SILENCE_MS, () => {
      const up = this.#launched?.up;
      if (up !== undefined && up.bytesRead !== bytesRead) this.#watchSilence(up.bytesRead);
      else this.#finish();
    });
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(act, ms);
  }

  #take(posted: Posted): void {
    if (this.#ended) return;
    if (posted === RING_SIGNAL) this.#ring?.drain(this.#deliver);
    else if (isNote(posted)) this.#note(posted);
    else this.#deliver(expandDone(posted));
  }

  #note(note: ChildNote): void {
    if (note.type === 'heap') {
      this.#full = true;
      return;
    }
    unpackError(note.error, undefined, (cause) => {
      this.#failure = { cause };
    });
  }

  readonly #deliver = (message: FromWorker): void => {
    if (message.type === 'begin') this.#announced = Math.max(this.#announced, message.seq + 1);
    this.onMessage(message);
  };

  #finish(): void {
    if (this.#ended) return;
    this.#ring?.drain(this.#deliver);
    const begun = this.#cells?.begun() ?? this.#announced;
    this.#ended = true;
    clearTimeout(this.#deadline);
    this.#launched?.down.destroy();
    this.#launched?.up.destroy();
    this.onExit({ begun, ...this.#death() });
  }

  #death(): Death {
    const { exitCode, signal } = this.#exit ?? { exitCode: undefined, signal: undefined };
    if (this.#failure !== undefined) return { exitCode, signal, reason: 'abort', ...this.#failure };
    if (signal === 'SIGABRT') return { exitCode, signal, reason: this.#full ? 'oom' : 'abort' };
    if (signal === undefined) return { exitCode, signal, reason: 'exit' };
    if (signal === this.#sent) {
      return { exitCode: undefined, signal: undefined, reason: 'terminated' };
    }
    return { exitCode, signal, reason: 'signal' };
  }
}

/**
 * Where nobody sees from outside what a worker has begun, it says so before each item, after the results
 * before it: so it is still known after its end which item ran, and no result is lost with it.
 */
function announced(message: ToWorker): ToWorker {
  return message.type === 'run' ? { ...message, announce: true } : message;
}
