/** A dispatcher on scripted workers, and scripts for them. */

import type { RunMessage, ToWorker } from '#dist/internal/protocol.js';
import { ApplyCall } from '#dist/pool/apply-call.js';
import type { PendingCall } from '#dist/pool/call.js';
import { Dispatcher, type DispatcherOptions } from '#dist/pool/dispatcher.js';
import { FunctionTable } from '#dist/pool/functions.js';
import { MapCall } from '#dist/pool/map-call.js';
import { endedAfterEach } from '../ended-after-each.js';
import { plainSetup } from './plain-setup.js';
import { done, type Script, ScriptedBackend } from './scripted-backend.js';

const fn = (x: unknown) => x;

/** A dispatcher on scripted workers, and what they did. */
export class Stage {
  readonly workers: ScriptedBackend[] = [];
  readonly dispatcher: Dispatcher;
  readonly #functions = new FunctionTable();
  readonly #size: number;

  constructor(
    script: Script,
    { size = 1, onStart = ready, gracePeriodMs = 20, idleTimeoutMs = 60_000, ...rest }: StageOptions = {},
  ) {
    this.#size = size;
    this.dispatcher = new Dispatcher(
      { name: 'scripted', workers: size, gracePeriodMs, idleTimeoutMs, setup: plainSetup, ...rest },
      (id) => {
        const worker = new ScriptedBackend(id, onStart, script);
        this.workers.push(worker);
        return worker;
      },
    );
  }

  apply(arg: unknown, settings: ApplySettings = {}): Promise<unknown> {
    return this.submit(arg, settings).promise;
  }

  /** The call itself, for what is done to it. */
  submit(
    arg: unknown,
    { timeoutMs = 0, signal, lane, ...rest }: ApplySettings = {},
  ): { call: PendingCall; promise: Promise<unknown> } {
    let call: ApplyCall | undefined;
    const promise = new Promise((resolve, reject) => {
      const parts = { site: undefined, signal, timeoutMs, ...rest };
      call = new ApplyCall(this.#functions.get(fn), [arg], [], parts, resolve, reject);
      call.lane = lane;
      this.dispatcher.submit(call);
    });
    return { call: call as unknown as PendingCall, promise };
  }

  map(
    items: unknown,
    { timeoutMs = 0, chunkSize, collect = false, signal, ...rest }: MapSettings = {},
  ): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      const call = new MapCall(
        this.#functions.get(fn),
        {
          site: undefined,
          signal,
          timeoutMs,
          spread: 'item',
          name: 'items',
          items,
          chunkSize,
          collect,
          onProgress: undefined,
          workers: this.#size,
          ...rest,
        },
        resolve,
        reject,
      );
      this.dispatcher.submit(call);
      call.begin();
    });
  }

  /** The items that all workers were sent, in the order of sending. */
  items(): unknown[] {
    return this.workers.flatMap((worker) =>
      worker.runs().flatMap((run) => Array.from((run as RunMessage).items as Iterable<unknown>)),
    );
  }
}

/** Makes stages whose workers all end after the test; to be called in the suite or the file. */
export function stages(): (...args: ConstructorParameters<typeof Stage>) => Stage {
  return endedAfterEach(
    (...args: ConstructorParameters<typeof Stage>) => new Stage(...args),
    ({ dispatcher, workers }) => {
      for (const worker of workers) worker.obedient = true;
      return dispatcher.terminate();
    },
  );
}

interface StageOptions extends Partial<DispatcherOptions> {
  size?: number;
  onStart?: (worker: ScriptedBackend) => void;
}

interface CallSettings {
  timeoutMs?: number;
  signal?: AbortSignal;
  retries?: number;
  retryOnError?: boolean;
  priority?: number;
  onReport?: (value: unknown, info: { index: number }) => void;
}

interface ApplySettings extends CallSettings {
  lane?: number;
}

interface MapSettings extends CallSettings {
  chunkSize?: number | undefined;
  collect?: boolean;
}

/** Becomes ready in a turn of its own. */
export function ready(worker: ScriptedBackend): void {
  setImmediate(() => worker.say({ type: 'ready' }));
}

/** Answers every item at once, and ends when it is told to. */
export function good(worker: ScriptedBackend, message: ToWorker): void {
  if (message.type === 'run') {
    for (let item = 0; item < message.count; item++) {
      if (message.announce) worker.say({ type: 'begin', seq: message.first + item });
      worker.say(done(message.first + item));
    }
  } else if (message.type === 'recall') {
    worker.say({ type: 'recalled' });
  } else if (message.type === 'stop') {
    worker.end(worker.sent());
  }
}

/** Follows `first` on the first worker and is good on the others. */
export function firstThenGood(first: Script): Script {
  return (worker, message) => (worker.id === 1 ? first(worker, message) : good(worker, message));
}

/** How each promise settled: `ok`, or the name of the error's class. */
export async function outcomes(promises: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => (one.status === 'fulfilled' ? 'ok' : (one.reason as Error).constructor.name));
}

/** A script for the messages with items only. */
export const onRun =
  (act: (worker: ScriptedBackend, run: RunMessage) => void): Script =>
  (worker, message) => {
    if (message.type === 'run') act(worker, message);
    else if (message.type === 'stop') worker.end(worker.sent());
  };

/** A worker that answers nothing by itself and has begun only the first item that it was sent. */
export const holdsTheFirst = onRun((worker) => {
  worker.begunNow = 1;
});

/** The runs that a worker was sent. */
export function runsOf(worker: ScriptedBackend | undefined): RunMessage[] {
  return (worker?.runs() ?? []) as RunMessage[];
}

/** Lets scripted workers answer: start, ready, messages. */
export async function turn(): Promise<void> {
  for (let round = 0; round < 6; round++) await new Promise((resolve) => setImmediate(resolve));
}
