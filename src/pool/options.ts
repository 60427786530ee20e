/** The options of a pool and of its calls, checked. */

import { AsyncResource } from 'node:async_hooks';
import type { ResourceLimits } from 'node:worker_threads';
import type { Movable } from '../backend/backend.ts';
import type { NumericArray } from '../internal/array.ts';
import {
  abortSignal,
  argumentError,
  boolean,
  callable,
  choice,
  expected,
  finite,
  integer,
  ownOptions,
} from '../internal/check.ts';
import { isKernel } from '../internal/kernel.ts';
import type { FunctionSource } from '../internal/protocol.ts';
import { toSource } from '../internal/runnable.ts';
import { moduleSpecifier, type Runnable } from '../internal/tasks.ts';
import { cpuCount } from '../process/cpu-count.ts';
import type { Progress } from './outcomes.ts';

/** How a pool is made. */
export interface PoolOptions {
  /** At most this many workers, started on demand; an integer from 1 to 4096. Default: `cpuCount()`. */
  workers?: number;
  /** So many workers are started at once and kept, however long they are idle. From 0 to `workers`. Default: 0. */
  minWorkers?: number;
  /** What the workers are: threads of this process (the default), or child processes with memory of their own. */
  kind?: 'thread' | 'process';
  /** The first part of the workers' names. Default: `'pool'`. */
  name?: string;
  /** Modules that each worker imports before it takes work, as URLs or package names. */
  preload?: (URL | string)[];
  /**
   * Called once in each worker before it takes work. When it fails, the calls that wait are rejected with
   * its error, and the next call tries a new worker.
   */
  initializer?: Runnable<never[], unknown>;
  /** The arguments of `initializer`. */
  initArgs?: unknown[];
  /** Called once in each worker that ends in good order: not after a crash, `terminate()` or a cancelled call that did not stop. */
  finalizer?: Runnable<[], unknown>;
  /** Asynchronous calls that one worker runs at a time; synchronous code never overlaps. Default: 1. */
  tasksPerWorker?: number;
  /** A worker that has run so many items ends and is replaced. Default: no limit. */
  maxTasksPerWorker?: number;
  /**
   * A worker that has more memory than this many bytes after a task ends and is replaced. A thread's memory
   * is its heap and the buffers it owns, a process's its resident set. Default: no limit.
   */
  maxMemoryPerWorker?: number;
  /** So many calls may wait for a worker; one more rejects with QueueFullError. Default: no limit. */
  maxQueue?: number;
  /** Milliseconds after which a worker without work ends. Default: 60,000. */
  idleTimeout?: number;
  /**
   * Limits of each worker's memory, as `node:worker_threads` names them; child processes take
   * `maxOldGenerationSizeMb` and `maxYoungGenerationSizeMb` only.
   */
  resourceLimits?: ResourceLimits;
  /** The workers' `process.env`. Default: a copy of this thread's. */
  env?: NodeJS.ProcessEnv;
  /** Node options of the workers. Default: those of this thread that make sense in a worker. */
  execArgv?: string[];
  /** Milliseconds from the cancelling of an item that runs to the end of its worker. Default: 1000. */
  gracePeriod?: number;
  /** Whether each line that a worker writes to `process.stdout` or `process.stderr` gets the worker's name in front. Default: false. */
  tagOutput?: boolean;
}

/** What every call takes. */
export interface CallOptions {
  /** The call rejects with the signal's reason; what has not begun is dropped, what runs is cancelled. */
  signal?: AbortSignal;
  /**
   * Milliseconds for each item from the moment its worker turns to it, which for the first call of a task
   * includes the loading of its module; an integer from 1. Default: no limit.
   */
  timeout?: number;
  /** How often an item is run again after it failed in the way that `retryOn` names; an integer from 0. Default: 0. */
  retries?: number;
  /** `'death'`, the default: only when its worker died under it. `'error'`: also when it threw or took too long. */
  retryOn?: 'death' | 'error';
  /** Calls with a higher number are begun first; a finite number. Default: 0. */
  priority?: number;
  /** Called with each value that the task gives to `currentTask().report`, before the item's result. What it throws rejects the call. */
  onReport?(value: unknown, info: { index: number }): void;
}

/** What `apply` takes. */
export interface ApplyOptions extends CallOptions {
  /** Calls with the same key run in the same worker, as long as that lives and the pool is not resized. */
  affinity?: string | number;
  /** What among the arguments moves to the worker instead of being copied. */
  transfer?: Movable[];
}

/** What `map` and `starmap` take. */
export interface MapOptions extends CallOptions {
  /** Items per message (elements per block for a typed array); an integer from 1. Default: from measured time. */
  chunkSize?: number;
  /** Called when items have ended. What it throws rejects the map. */
  onProgress?(progress: Progress): void;
  /**
   * `'first'`, the default: the first failure rejects and the rest is cancelled. `'collect'`:
   * everything runs, then the map rejects with a MapError.
   */
  errors?: 'first' | 'collect';
}

/** What `imap` and `imapUnordered` take. */
export interface ImapOptions extends MapOptions {
  /**
   * Items that are pulled from the input and not yet handed to the reader, at most: those that wait, run or
   * are finished. An integer from 1, or Infinity, which pulls all of them at the call. Default: 4 for each
   * worker, or two chunks for each where `chunkSize` is given.
   */
  bufferSize?: number;
}

/** What `map` over a typed array takes. */
export interface TypedMapOptions<O extends NumericArray> extends MapOptions {
  /** Where the results go: a typed array of the same length, of any type. Default: a new one of the input's type on shared memory. */
  out?: O;
}

/** The checked options of a pool. */
export interface PoolSettings {
  readonly workers: number;
  readonly minWorkers: number;
  readonly kind: 'thread' | 'process';
  readonly name: string;
  readonly preload: readonly string[];
  readonly initializer: FunctionSource | undefined;
  readonly initArgs: readonly unknown[];
  readonly finalizer: FunctionSource | undefined;
  readonly tasksPerWorker: number;
  readonly maxTasksPerWorker: number;
  readonly maxMemoryPerWorker: number;
  readonly maxQueue: number;
  readonly tagOutput: boolean;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly execArgv: string[] | undefined;
  readonly gracePeriodMs: number;
  readonly idleTimeoutMs: number;
}

/** The checked options of a call. */
export interface CallSettings {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly retryOnError: boolean;
  readonly priority: number;
  readonly onReport: ((value: unknown, info: { index: number }) => void) | undefined;
  readonly affinity: string | number | undefined;
  readonly transfer: readonly Movable[];
  readonly chunkSize: number | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly collect: boolean;
  readonly bufferSize: number | undefined;
  readonly out: unknown;
}

/** Workers of one pool. */
export const maxWorkers = 4096;
/** Timers hold no more. */
const maxMs = 2 ** 31 - 1;

const poolNames = [
  'workers',
  'minWorkers',
  'kind',
  'name',
  'preload',
  'initializer',
  'initArgs',
  'finalizer',
  'tasksPerWorker',
  'maxTasksPerWorker',
  'maxMemoryPerWorker',
  'maxQueue',
  'idleTimeout',
  'resourceLimits',
  'env',
  'execArgv',
  'gracePeriod',
  'tagOutput',
] as const;

/** Checks what `new Pool` (or what `where` names) was given. */
export function poolSettings(given: number | PoolOptions | undefined, where = 'Pool'): PoolSettings {
  const options = typeof given === 'number' ? { workers: given } : given;
  const own = ownOptions<PoolOptions>(options, poolNames, where);
  const count = (name: 'maxTasksPerWorker' | 'maxMemoryPerWorker' | 'maxQueue', min: number) =>
    own[name] === undefined || own[name] === Number.POSITIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : integer(name, own[name], min);
  const workers = own.workers === undefined ? cpuCount() : integer('workers', own.workers, 1, maxWorkers);
  const kind = own.kind === undefined ? 'thread' : choice('kind', own.kind, ['thread', 'process']);
  return {
    workers,
    minWorkers: own.minWorkers === undefined ? 0 : integer('minWorkers', own.minWorkers, 0, workers),
    kind,
    name: own.name === undefined ? 'pool' : text('name', own.name),
    preload: own.preload === undefined ? [] : list('preload', own.preload).map(preloadSpecifier),
    initializer: own.initializer === undefined ? undefined : workerSource('initializer', own.initializer),
    initArgs: own.initArgs === undefined ? [] : list('initArgs', own.initArgs).slice(),
    finalizer: own.finalizer === undefined ? undefined : workerSource('finalizer', own.finalizer),
    tasksPerWorker:
      own.tasksPerWorker === undefined ? 1 : integer('tasksPerWorker', own.tasksPerWorker, 1, 65_536),
    maxTasksPerWorker: count('maxTasksPerWorker', 1),
    maxMemoryPerWorker: count('maxMemoryPerWorker', 1),
    maxQueue: count('maxQueue', 0),
    idleTimeoutMs: own.idleTimeout === undefined ? 60_000 : integer('idleTimeout', own.idleTimeout, 0, maxMs),
    resourceLimits: own.resourceLimits === undefined ? undefined : limits(own.resourceLimits, kind),
    env: own.env === undefined ? undefined : plainObject('env', own.env),
    execArgv:
      own.execArgv === undefined
        ? undefined
        : list('execArgv', own.execArgv).map((one) => text('execArgv', one)),
    gracePeriodMs: own.gracePeriod === undefined ? 1000 : integer('gracePeriod', own.gracePeriod, 0, maxMs),
    tagOutput: own.tagOutput === undefined ? false : boolean('tagOutput', own.tagOutput),
  };
}

function preloadSpecifier(module: unknown): string {
  return moduleSpecifier(module, 'preload');
}

/** A function that every worker calls for itself. */
function workerSource(name: string, fn: unknown): FunctionSource {
  if (isKernel(fn)) {
    throw argumentError(
      'ERR_INVALID_ARG_TYPE',
      `Expected \`${name}\` to be a function or a task, got a kernel: kernels run in the calling process, not in workers`,
    );
  }
  return toSource(fn, name);
}

const callNames = ['signal', 'timeout', 'retries', 'retryOn', 'priority', 'onReport'] as const;
const applyNames = [...callNames, 'transfer', 'affinity'] as const;
const mapNames = [...callNames, 'chunkSize', 'onProgress', 'errors'] as const;
const imapNames = [...mapNames, 'bufferSize'] as const;
const typedNames = [...mapNames, 'out'] as const;

const namesOf = {
  apply: applyNames,
  submit: applyNames,
  starmap: mapNames,
  map: mapNames,
  imap: imapNames,
  imapUnordered: imapNames,
  'map over a typed array': typedNames,
};

/** A call without options. */
export const noOptions: CallSettings = {
  signal: undefined,
  timeoutMs: 0,
  retries: 0,
  retryOnError: false,
  priority: 0,
  onReport: undefined,
  affinity: undefined,
  transfer: [],
  chunkSize: undefined,
  onProgress: undefined,
  collect: false,
  bufferSize: undefined,
  out: undefined,
};

/** Checks the options of a call of the method `where`. */
export function callSettings(given: object | undefined, where: keyof typeof namesOf): CallSettings {
  if (given === undefined) return noOptions;
  const own = ownOptions<ApplyOptions & ImapOptions & TypedMapOptions<NumericArray>>(
    given,
    namesOf[where],
    where,
  );
  return {
    signal: own.signal === undefined ? undefined : abortSignal('signal', own.signal),
    timeoutMs: own.timeout === undefined ? 0 : integer('timeout', own.timeout, 1, maxMs),
    retries: own.retries === undefined ? 0 : integer('retries', own.retries),
    retryOnError: own.retryOn !== undefined && choice('retryOn', own.retryOn, ['death', 'error']) === 'error',
    priority:
      own.priority === undefined ? 0 : finite('priority', own.priority, -Number.MAX_VALUE, Number.MAX_VALUE),
    onReport: own.onReport === undefined ? undefined : callback('onReport', own.onReport),
    affinity: own.affinity === undefined ? undefined : affinityKey(own.affinity),
    transfer: own.transfer === undefined ? [] : (list('transfer', own.transfer).slice() as Movable[]),
    chunkSize: own.chunkSize === undefined ? undefined : integer('chunkSize', own.chunkSize, 1),
    onProgress: own.onProgress === undefined ? undefined : callback('onProgress', own.onProgress),
    collect: own.errors !== undefined && choice('errors', own.errors, ['first', 'collect']) === 'collect',
    bufferSize:
      own.bufferSize === undefined || own.bufferSize === Number.POSITIVE_INFINITY
        ? own.bufferSize
        : integer('bufferSize', own.bufferSize, 1),
    out: own.out,
  };
}

/** A callback that will run in the caller's async context: what AsyncLocalStorage holds there. */
function callback<F extends (...args: never[]) => void>(name: string, given: F): F {
  return AsyncResource.bind(callable(name, given) as () => void, 'allcores') as unknown as F;
}

function affinityKey(key: unknown): string | number {
  if (typeof key === 'string' || (typeof key === 'number' && !Number.isNaN(key))) return key;
  throw argumentError('ERR_INVALID_ARG_TYPE', expected('affinity', 'a string or a number', key));
}

const limitNames = [
  'maxOldGenerationSizeMb',
  'maxYoungGenerationSizeMb',
  'codeRangeSizeMb',
  'stackSizeMb',
] as const;

const processLimitNames = ['maxOldGenerationSizeMb', 'maxYoungGenerationSizeMb'] as const;

function limits(value: unknown, kind: 'thread' | 'process'): ResourceLimits {
  const names = kind === 'thread' ? limitNames : processLimitNames;
  const where = kind === 'thread' ? 'resourceLimits' : 'resourceLimits of child processes';
  const own = ownOptions<ResourceLimits>(value as ResourceLimits, names, where);
  for (const [name, size] of Object.entries(own)) {
    if (typeof size !== 'number' || !(size > 0)) {
      throw argumentError(
        typeof size === 'number' ? 'ERR_OUT_OF_RANGE' : 'ERR_INVALID_ARG_TYPE',
        expected(`resourceLimits.${name}`, 'a number above 0', size),
      );
    }
  }
  return { ...own };
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string')
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a string', value));
  return value;
}

function list(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an array', value));
  return value;
}

function plainObject(name: string, value: unknown): NodeJS.ProcessEnv {
  if (typeof value !== 'object' || value === null) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an object', value));
  }
  return { ...(value as NodeJS.ProcessEnv) };
}
