/** A worker without a worker: it records what it is sent and says what a script tells it. */

import type { Backend, WorkerExit } from '#dist/backend/backend.js';
import type { BlocksMessage, FromWorker, RunMessage, ToWorker } from '#dist/internal/protocol.js';
import { packError, packList } from '#dist/internal/wire.js';

/** What a scripted worker does with a message. */
export type Script = (worker: ScriptedBackend, message: ToWorker) => void;

/** A backend whose script answers each message in a turn of its own, as a real worker would. */
export class ScriptedBackend implements Backend {
  onMessage: (message: FromWorker) => void = () => {};
  onExit: (exit: WorkerExit) => void = () => {};
  readonly threadId = undefined;
  readonly pid = process.pid;
  readonly received: ToWorker[] = [];
  readonly flagged: number[] = [];
  readonly recalls: (readonly [from: number, to: number])[] = [];
  nudges = 0;
  busy = false;
  ended = false;
  /** What `begun()` says; undefined for a kind of worker that cannot be looked into. */
  begunNow: number | undefined;
  /** It does nothing about what it is sent. */
  deaf = false;
  /** Whether `stop()` ends it. */
  obedient = true;
  readonly id: number;
  readonly #onStart: (worker: ScriptedBackend) => void;
  readonly #script: Script;

  constructor(id: number, onStart: (worker: ScriptedBackend) => void, script: Script) {
    this.id = id;
    this.#onStart = onStart;
    this.#script = script;
  }

  start(): void {
    this.#onStart(this);
  }

  post(message: ToWorker): void {
    if (this.ended) return;
    this.received.push(message);
    setImmediate(() => {
      if (!this.ended && !this.deaf) this.#script(this, message);
    });
  }

  flagCancelled(seq: number): void {
    this.flagged.push(seq);
  }

  begun(): number | undefined {
    return this.begunNow;
  }

  recall(from: number, to: number): number | undefined {
    this.recalls.push([from, to]);
    return this.begunNow;
  }

  nudge(): void {
    this.nudges++;
  }

  setBusy(busy: boolean): void {
    this.busy = busy;
  }

  stop(): void {
    if (this.obedient) this.end(this.begunNow ?? this.sent(), 'terminated');
  }

  /** Says something. */
  say(message: FromWorker): void {
    this.onMessage(message);
  }

  /** Ends once. */
  end(begun: number, reason: WorkerExit['reason'] = 'exit'): void {
    if (this.ended) return;
    this.ended = true;
    setImmediate(() => this.onExit({ begun, exitCode: 7, signal: undefined, reason }));
  }

  /** How many items it was sent. */
  sent(): number {
    return this.runs().reduce((sum, run) => sum + (run.type === 'run' ? run.count : 1), 0);
  }

  /** The messages with items. */
  runs(): (RunMessage | BlocksMessage)[] {
    return this.received.filter((message) => message.type === 'run' || message.type === 'blocks');
  }
}

/** The answer that `count` items from `first` on succeeded, each with its number as the result. */
export function done(first: number, count = 1): FromWorker {
  const results = packList(Array.from({ length: count }, (_, item) => `result ${first + item}`)).wired;
  return { type: 'done', first, count, results, elapsed: 0.01 };
}

/** The answer that an item failed. */
export function fail(seq: number): FromWorker {
  return { type: 'fail', seq, error: packError(new RangeError(`item ${seq}`)), elapsed: 0.01 };
}
