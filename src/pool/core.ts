/** What Pool and Executor stand on: a dispatcher, its functions and the native lanes, without any public form. */

import { processBackend } from '../backend/process.ts';
import { threadBackend } from '../backend/thread.ts';
import type { NumericArray } from '../internal/array.ts';
import { argumentError, expected } from '../internal/check.ts';
import { type AnyKernel, isKernel } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import type { SetupMessage } from '../internal/protocol.ts';
import { explain, packList } from '../internal/wire.ts';
import { refuseDuringImport } from '../process/importing.ts';
import { ApplyCall } from './apply-call.ts';
import { BlocksCall } from './blocks-call.ts';
import type { PendingCall } from './call.ts';
import { type CallSite, CallSites, framesOf } from './caller-stack.ts';
import { Dispatcher, queueFull } from './dispatcher.ts';
import { FunctionTable, type PoolFunction } from './functions.ts';
import { ImapCall } from './imap-call.ts';
import type { ImapIterator } from './imap-iterator.ts';
import { ImapKernel } from './imap-kernel.ts';
import { ListInput, openInput } from './input.ts';
import { KernelCall, KernelLanes } from './kernel-call.ts';
import { laneOf } from './lanes.ts';
import { type OpenPool, watchPending } from './left-open.ts';
import { MapCall } from './map-call.ts';
import { type CallSettings, noOptions, type PoolSettings } from './options.ts';
import { runsShared, SharedKernelCall } from './shared-kernel.ts';
import { refuseResult, typedMemory } from './typed-map.ts';

/** What a call with many items is given. */
export interface ListParts extends CallSettings {
  readonly site: CallSite;
  /** The name of the items in messages and paths. */
  readonly name: string;
  readonly spread: 'item' | 'args';
  readonly refuse?: (index: number, value: unknown) => Error | undefined;
}

/** What a call whose results are read one by one is given. */
export interface ImapParts extends CallSettings {
  readonly site: CallSite;
  /** Whether results come in the order of the items. Default: true. */
  readonly ordered?: boolean;
  /** Items pulled ahead of the reader at most; infinite: all, at the call. Undefined: from the number of workers. */
  readonly bufferSize: number | undefined;
}

type Settle = (value: unknown) => void;

/** One pool. Its methods check their arguments and throw; what happens later goes to `resolve` and `reject`. */
export class PoolCore implements OpenPool {
  readonly name: string;
  /** Where it was made. As text: V8 keeps the `this` of every frame until a stack is read, and so the pool's owner. */
  readonly createdAt: string;
  /** Where calls were made. Taken by the public methods themselves, whose frames are left out. */
  readonly sites = new CallSites();
  readonly dispatcher: Dispatcher;
  /** Workers cannot be started, or their setup fails; called before the waiting calls are rejected. */
  onBroken: ((cause: unknown) => void) | undefined;
  readonly #functions = new FunctionTable((number) => {
    for (const slot of this.dispatcher.fleet.slots) slot.forget(number);
  });
  readonly #lanes: KernelLanes;
  readonly #maxQueue: number;
  readonly #kind: PoolSettings['kind'];

  /** @param site Where the pool was made. */
  constructor(settings: PoolSettings, site: CallSite) {
    if (settings.minWorkers > 0) refuseDuringImport('A pool cannot start its workers');
    this.name = settings.name;
    this.#maxQueue = settings.maxQueue;
    this.createdAt = framesOf(site);
    const { threads } = call(() => native.machine());
    this.#kind = settings.kind;
    const backend =
      settings.kind === 'process'
        ? processBackend({ ...settings, threads: Math.max(1, Math.floor(threads / settings.workers)) })
        : threadBackend(settings);
    this.dispatcher = new Dispatcher({ ...settings, setup: setupOf(settings) }, backend, {
      broken: (cause) => this.onBroken?.(cause),
      pending: (some) => watchPending(this, some),
      output: (stream, chunk) => process[stream].write(chunk),
    });
    // More than there are native threads would wait for one while their `timeout` runs.
    this.#lanes = new KernelLanes(() => Math.min(this.workers, threads), this.dispatcher.meter);
    this.dispatcher.admission.alsoAdmits = () => this.#lanes.admits(this.#maxQueue);
    this.dispatcher.admission.alsoWaiting = () => this.#lanes.waiting;
    this.#lanes.onLeave = () => this.dispatcher.admission.check();
  }

  /** How many workers it may have. */
  get workers(): number {
    return this.dispatcher.fleet.size;
  }

  /** How many calls have not settled. */
  get pending(): number {
    return this.dispatcher.pending;
  }

  /** Whether it takes calls. */
  get open(): boolean {
    return this.dispatcher.open;
  }

  /** Changes how many workers there may be, and kernels in flight. */
  resize(workers: number): void {
    this.dispatcher.resize(workers);
    this.#lanes.wake();
  }

  /** Rejects every pending call. What runs is cancelled. */
  abandonAll(make: () => Error): void {
    this.dispatcher.abandonAll(make);
  }

  /** One call of `fn`. */
  apply(
    fn: unknown,
    args: unknown,
    settings: CallSettings,
    site: CallSite,
    resolve: Settle,
    reject: Settle,
  ): PendingCall {
    const list = argumentList(args);
    if (isKernel(fn)) {
      const input = new ListInput([list]);
      const first: Settle = (results) => resolve((results as unknown[])[0]);
      return this.#runKernel(fn, { ...settings, site, input, spread: 'args' }, first, reject);
    }
    const made = this.#function(fn);
    const call = new ApplyCall(made, list, settings.transfer, settings, resolve, reject, site);
    if (settings.affinity !== undefined) call.lane = laneOf(settings.affinity);
    this.dispatcher.submit(call);
    return call;
  }

  /** One call of `fn` in every worker, with all results at the end. */
  broadcast(fn: unknown, args: unknown, site: CallSite, resolve: Settle, reject: Settle): void {
    const list = argumentList(args);
    const made = this.#function(refuseKernel(fn));
    const results: unknown[] = new Array(this.workers);
    let left = this.workers;
    for (let lane = 0; lane < results.length; lane++) {
      const store: Settle = (result) => {
        results[lane] = result;
        if (--left === 0) resolve(results);
      };
      const call = new ApplyCall(made, list, [], noOptions, store, reject, site);
      call.lane = lane;
      this.dispatcher.submit(call);
    }
  }

  /** A call of `fn` for each item, with all results at the end. */
  list(fn: unknown, items: unknown, parts: ListParts, resolve: Settle, reject: Settle): void {
    if (isKernel(fn)) {
      const input = openInput(parts.name, items, () => 4 * this.workers);
      this.#runKernel(fn, { ...parts, input }, resolve, reject);
      return;
    }
    const { workers } = this;
    const call = new MapCall(this.#function(fn), { ...parts, items, workers }, resolve, reject);
    this.dispatcher.submit(call);
    call.begin();
  }

  /** A call of `fn` for each item, with an iterator over the results. What is wrong with the arguments is thrown. */
  imap(fn: unknown, items: unknown, parts: ImapParts): ImapIterator {
    const given = { ordered: true, ...parts, name: 'items', items, workers: this.workers };
    const call = isKernel(fn)
      ? new ImapKernel({ ...given, kernel: fn, lanes: this.#lanes })
      : new ImapCall(this.#function(fn), given);
    const iterator = call.read();
    if (isKernel(fn)) this.#submitKernel(call);
    else this.dispatcher.submit(call);
    call.begin();
    return iterator;
  }

  /** A call of `fn` for each element of a typed array. */
  typed(fn: unknown, items: NumericArray, parts: ListParts, resolve: Settle, reject: Settle): void {
    const { input, output, finish } = typedMemory(items, parts.out);
    const done = () => {
      try {
        resolve(finish());
      } catch (error) {
        reject(error);
      }
    };
    const single = parts.timeoutMs > 0 || parts.collect || parts.retries > 0 || parts.onReport !== undefined;
    // Nothing is shared with a child process: its elements travel as items.
    const made = this.#function(fn);
    const { workers } = this;
    if (single || this.#kind === 'process') {
      const store = (results: unknown) => {
        (results as number[]).forEach((value, index) => {
          output[index] = value;
        });
        done();
      };
      const refuse = (index: number, value: unknown) => refuseResult(output, index, value);
      const items = Array.from(input as Iterable<unknown>);
      const call = new MapCall(made, { ...parts, items, spread: 'element', refuse, workers }, store, reject);
      this.dispatcher.submit(call);
      call.begin();
      return;
    }
    const call = new BlocksCall(made, { ...parts, input, output, workers }, done, reject);
    this.dispatcher.submit(call);
    call.begin();
  }

  /** What workers know the function by. */
  #function(fn: unknown): PoolFunction {
    refuseDuringImport('A pool cannot be given work');
    return this.#functions.get(fn);
  }

  #runKernel(
    kernel: AnyKernel,
    parts: Omit<ConstructorParameters<typeof KernelCall>[0], 'kernel' | 'lanes'>,
    resolve: Settle,
    reject: Settle,
  ): PendingCall {
    const whole = { ...parts, kernel, lanes: this.#lanes };
    const call = runsShared(whole)
      ? new SharedKernelCall(whole, resolve, reject)
      : new KernelCall(whole, resolve, reject);
    this.#submitKernel(call);
    call.begin();
    return call;
  }

  #submitKernel(call: PendingCall): void {
    if (this.#lanes.admits(this.#maxQueue)) this.dispatcher.submit(call);
    else call.abandonWith(() => queueFull(this.#maxQueue));
  }
}

function setupOf(settings: PoolSettings): SetupMessage {
  return {
    type: 'setup',
    preload: settings.preload,
    initializer: settings.initializer,
    initArgs: packSetup(settings),
    finalizer: settings.finalizer,
    concurrency: settings.tasksPerWorker,
    maxMemory: settings.maxMemoryPerWorker,
    tagOutput: settings.tagOutput,
  };
}

/** Every worker gets them, and none may take a buffer away from the next: nothing is moved. */
function packSetup({ initArgs, kind }: PoolSettings): SetupMessage['initArgs'] {
  for (const [index, arg] of initArgs.entries()) {
    const error = explain(arg, `initArgs[${index}]`, undefined, kind);
    if (error !== undefined) throw error;
  }
  return packList(initArgs).wired;
}

function argumentList(args: unknown): readonly unknown[] {
  const list: unknown = args === undefined ? [] : args;
  if (Array.isArray(list)) return list.slice();
  throw argumentError('ERR_INVALID_ARG_TYPE', expected('args', 'an array of arguments', args));
}

function refuseKernel(fn: unknown): unknown {
  if (!isKernel(fn)) return fn;
  throw argumentError(
    'ERR_INVALID_ARG_TYPE',
    'Expected `fn` to be a function or a task, got a kernel: kernels run in the calling process, not in workers',
  );
}
