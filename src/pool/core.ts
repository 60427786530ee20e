/** What Pool and Executor stand on: a dispatcher, its functions and the native lanes, without any public form. */

import { threadBackend } from '../backend/thread.ts';
import type { NumericArray } from '../internal/array.ts';
import { argumentError, expected } from '../internal/check.ts';
import { type AnyKernel, isKernel } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import type { SetupMessage } from '../internal/protocol.ts';
import { cpuCount } from '../process/cpu-count.ts';
import { ApplyCall } from './apply-call.ts';
import { BlocksCall } from './blocks-call.ts';
import type { PendingCall } from './call.ts';
import { type CallSite, CallSites } from './caller-stack.ts';
import { Dispatcher } from './dispatcher.ts';
import { FunctionTable } from './functions.ts';
import { ImapCall } from './imap-call.ts';
import type { ImapIterator } from './imap-iterator.ts';
import { ImapKernel } from './imap-kernel.ts';
import { ListInput, openInput } from './input.ts';
import { KernelCall, KernelLanes } from './kernel-call.ts';
import { MapCall } from './map-call.ts';
import type { CallSettings, PoolSettings } from './options.ts';
import { refuseResult, typedMemory } from './typed-map.ts';

/** What a call with one result is given. */
export interface ApplyParts extends CallSettings {
  readonly site: CallSite;
}

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
  readonly ordered: boolean;
  /** Items pulled ahead of the reader at most; infinite: all, at the call. Undefined: from the number of workers. */
  readonly bufferSize: number | undefined;
}

type Settle = (value: unknown) => void;

/** One pool. Its methods check their arguments and throw; what happens later goes to `resolve` and `reject`. */
export class PoolCore {
  /** How many workers it may have. */
  readonly workers: number;
  /** Where calls were made. Taken by the public methods themselves, whose frames are left out. */
  readonly sites = new CallSites();
  readonly dispatcher: Dispatcher;
  readonly #functions = new FunctionTable();
  readonly #lanes: KernelLanes;

  constructor(settings: PoolSettings) {
    this.workers = settings.workers ?? cpuCount();
    const setup: SetupMessage = {
      type: 'setup',
      preload: [],
      initializer: undefined,
      initArgs: [],
      finalizer: undefined,
      concurrency: 1,
      maxMemory: Number.POSITIVE_INFINITY,
      tagOutput: false,
    };
    this.dispatcher = new Dispatcher({ ...settings, workers: this.workers, setup }, threadBackend(settings));
    // More would wait for a native thread while their `timeout` runs.
    const { threads } = call(() => native.machine());
    this.#lanes = new KernelLanes(Math.min(this.workers, threads));
  }

  /** One call of `fn`. */
  apply(fn: unknown, args: unknown, parts: ApplyParts, resolve: Settle, reject: Settle): PendingCall {
    const list: unknown = args === undefined ? [] : args;
    if (!Array.isArray(list)) {
      throw argumentError('ERR_INVALID_ARG_TYPE', expected('args', 'an array of arguments', args));
    }
    if (isKernel(fn)) {
      const input = new ListInput([list]);
      return this.#runKernel(fn, { ...parts, input, spread: 'args' }, ([result]) => resolve(result), reject);
    }
    const call = new ApplyCall(this.#functions.get(fn), list.slice(), parts.transfer, parts, resolve, reject);
    this.dispatcher.submit(call);
    return call;
  }

  /** A call of `fn` for each item, with all results at the end. */
  list(fn: unknown, items: unknown, parts: ListParts, resolve: Settle, reject: Settle): void {
    if (isKernel(fn)) {
      const input = openInput(parts.name, items, () => 4 * this.workers);
      this.#runKernel(fn, { ...parts, input }, resolve, reject);
      return;
    }
    const { workers } = this;
    const call = new MapCall(this.#functions.get(fn), { ...parts, items, workers }, resolve, reject);
    this.dispatcher.submit(call);
    call.begin();
  }

  /** A call of `fn` for each item, with an iterator over the results. What is wrong with the arguments is thrown. */
  imap(fn: unknown, items: unknown, parts: ImapParts): ImapIterator {
    const { workers } = this;
    const given = { ...parts, name: 'items', items, workers };
    const call = isKernel(fn)
      ? new ImapKernel({ ...given, kernel: fn, lanes: this.#lanes })
      : new ImapCall(this.#functions.get(fn), given);
    const iterator = call.read();
    this.dispatcher.submit(call);
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
    if (parts.timeoutMs > 0 || parts.collect) {
      const lists = Array.from(input as Iterable<unknown>, (x, index) => [x, index]);
      const store = (results: unknown) => {
        (results as number[]).forEach((value, index) => {
          output[index] = value;
        });
        done();
      };
      const refuse = (index: number, value: unknown) => refuseResult(output, index, value);
      this.list(fn, lists, { ...parts, spread: 'args', refuse }, store, reject);
      return;
    }
    const { workers } = this;
    const call = new BlocksCall(this.#functions.get(fn), { ...parts, input, output, workers }, done, reject);
    this.dispatcher.submit(call);
    call.begin();
  }

  #runKernel(
    kernel: AnyKernel,
    parts: Omit<ConstructorParameters<typeof KernelCall>[0], 'kernel' | 'lanes'>,
    resolve: (results: unknown[]) => void,
    reject: Settle,
  ): PendingCall {
    const call = new KernelCall({ ...parts, kernel, lanes: this.#lanes }, resolve, reject);
    this.dispatcher.submit(call);
    call.begin();
    return call;
  }
}
