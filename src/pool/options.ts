/** The options of a pool and of its calls, checked. */

import type { ResourceLimits } from 'node:worker_threads';
import type { Movable } from '../backend/backend.ts';
import type { NumericArray } from '../internal/array.ts';
import {
  abortSignal,
  argumentError,
  callable,
  choice,
  expected,
  integer,
  ownOptions,
} from '../internal/check.ts';
import type { Progress } from './outcomes.ts';

/** How a pool is made. */
export interface PoolOptions {
  /** At most this many workers, started on demand; an integer from 1. Default: `cpuCount()`. */
  workers?: number;
  /** What the workers are. `'thread'`, the default, is what this version has. */
  kind?: 'thread';
  /** The first part of the workers' names. Default: `'pool'`. */
  name?: string;
  /** Limits of each worker's memory, as `node:worker_threads` names them. */
  resourceLimits?: ResourceLimits;
  /** The workers' `process.env`. Default: a copy of this thread's. */
  env?: NodeJS.ProcessEnv;
  /** Node options of the workers. Default: this thread's. */
  execArgv?: string[];
  /** Milliseconds from the cancelling of an item that runs to the end of its worker. Default: 1000. */
  gracePeriod?: number;
  /** Milliseconds after which a worker without work ends. Default: 60,000. */
  idleTimeout?: number;
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
}

/** What `apply` takes. */
export interface ApplyOptions extends CallOptions {
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
   * are finished. An integer from 1. Default: 4 for each worker, or two chunks for each where `chunkSize` is given.
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
  readonly workers: number | undefined;
  readonly name: string;
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
  readonly transfer: readonly Movable[];
  readonly chunkSize: number | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly collect: boolean;
  readonly bufferSize: number | undefined;
  readonly out: unknown;
}

/** Timers hold no more. */
const maxMs = 2 ** 31 - 1;

const poolNames = [
  'workers',
  'kind',
  'name',
  'resourceLimits',
  'env',
  'execArgv',
  'gracePeriod',
  'idleTimeout',
] as const;

/** Checks what `new Pool` was given. */
export function poolSettings(given: number | PoolOptions | undefined): PoolSettings {
  const own =
    typeof given === 'number'
      ? ownOptions<PoolOptions>({ workers: given }, poolNames, 'Pool')
      : ownOptions<PoolOptions>(given, poolNames, 'Pool');
  const kind = own.kind as string | undefined;
  if (kind === 'process') {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      "`kind: 'process'` is not available in this version of allcores; its pools run on worker threads (`kind: 'thread'`)",
    );
  }
  if (kind !== undefined) choice('kind', kind, ['thread']);
  return {
    workers: own.workers === undefined ? undefined : integer('workers', own.workers, 1, 4096),
    name: own.name === undefined ? 'pool' : text('name', own.name),
    resourceLimits: own.resourceLimits === undefined ? undefined : limits(own.resourceLimits),
    env: own.env === undefined ? undefined : plainObject('env', own.env),
    execArgv:
      own.execArgv === undefined
        ? undefined
        : list('execArgv', own.execArgv).map((one) => text('execArgv', one)),
    gracePeriodMs: own.gracePeriod === undefined ? 1000 : integer('gracePeriod', own.gracePeriod, 0, maxMs),
    idleTimeoutMs: own.idleTimeout === undefined ? 60_000 : integer('idleTimeout', own.idleTimeout, 0, maxMs),
  };
}

const callNames = ['signal', 'timeout'] as const;
const applyNames = [...callNames, 'transfer'] as const;
const mapNames = [...callNames, 'chunkSize', 'onProgress', 'errors'] as const;
const imapNames = [...mapNames, 'bufferSize'] as const;
const typedNames = [...mapNames, 'out'] as const;

const namesOf = {
  apply: applyNames,
  starmap: mapNames,
  map: mapNames,
  imap: imapNames,
  imapUnordered: imapNames,
  'map over a typed array': typedNames,
};

const noOptions: CallSettings = {
  signal: undefined,
  timeoutMs: 0,
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
    transfer: own.transfer === undefined ? [] : (list('transfer', own.transfer).slice() as Movable[]),
    chunkSize: own.chunkSize === undefined ? undefined : integer('chunkSize', own.chunkSize, 1),
    onProgress:
      own.onProgress === undefined
        ? undefined
        : (callable('onProgress', own.onProgress) as (progress: Progress) => void),
    collect: own.errors !== undefined && choice('errors', own.errors, ['first', 'collect']) === 'collect',
    bufferSize: own.bufferSize === undefined ? undefined : integer('bufferSize', own.bufferSize, 1),
    out: own.out,
  };
}

const limitNames = [
  'maxOldGenerationSizeMb',
  'maxYoungGenerationSizeMb',
  'codeRangeSizeMb',
  'stackSizeMb',
] as const;

function limits(value: unknown): ResourceLimits {
  const own = ownOptions<ResourceLimits>(value as ResourceLimits, limitNames, 'resourceLimits');
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
