/** The options of a `Process`, checked. */

import { argumentError, boolean, choice, expected, ownOptions } from '../internal/check.ts';
import { isKernel } from '../internal/kernel.ts';
import type { FunctionSource } from '../internal/protocol.ts';
import { toSource } from '../internal/runnable.ts';
import type { Runnable } from '../internal/tasks.ts';

/** How a `Process` is made. */
export interface ProcessOptions {
  /** What it runs: a self-contained inline function, or a task made by `tasks()`. Its result is not kept. */
  target: Runnable<never[], unknown>;
  /**
   * The target's arguments. They are copied when the process starts. To a child process sockets and
   * servers (of `node:net`) may go as well, also inside plain objects and arrays; to a thread, shared
   * typed arrays. Default: none.
   */
  args?: unknown[];
  /** Default: `Process-1`, `Process-2` and so on; `Process-1:2` for the second child of the first. */
  name?: string;
  /** Whether it ends with its creator instead of keeping it alive. Default: as its creator. */
  daemon?: boolean;
  /** A process of its own, or a thread of this one. Default: `'process'`. */
  kind?: 'process' | 'thread';
  /** Its `process.env`. Default: a copy of this thread's. */
  env?: NodeJS.ProcessEnv;
  /** Its options of Node. Default: this process's, without those that make sense only here (`-e`, `--inspect` …). */
  execArgv?: string[];
  /** The program that runs it, a Node; a path or a file URL. Only for kind `'process'`. Default: this Node. */
  execPath?: string | URL;
}

/** The checked options. */
export interface ProcessSettings {
  readonly target: FunctionSource;
  readonly args: readonly unknown[];
  readonly name: string | undefined;
  readonly daemon: boolean | undefined;
  readonly kind: 'process' | 'thread';
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly execPath: string | URL | undefined;
}

const names = ['target', 'args', 'name', 'daemon', 'kind', 'env', 'execArgv', 'execPath'] as const;

/** Checks what `new Process` was given. */
export function processSettings(given: ProcessOptions): ProcessSettings {
  if (given === undefined) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('Process options', 'an object', given));
  }
  const own = ownOptions<ProcessOptions>(given, names, 'Process');
  const kind = own.kind === undefined ? 'process' : choice('kind', own.kind, ['process', 'thread']);
  if (own.execPath !== undefined && kind === 'thread') {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      "`execPath` is for `kind: 'process'`: a thread runs in this program",
    );
  }
  return {
    target: targetSource(own.target),
    args: own.args === undefined ? [] : list('args', own.args).slice(),
    name: own.name === undefined ? undefined : text('name', own.name),
    daemon: own.daemon === undefined ? undefined : boolean('daemon', own.daemon),
    kind,
    env: own.env === undefined ? undefined : environment(own.env),
    execArgv:
      own.execArgv === undefined
        ? undefined
        : list('execArgv', own.execArgv).map((one, index) => text(`execArgv[${index}]`, one)),
    execPath: own.execPath === undefined ? undefined : program(own.execPath),
  };
}

function targetSource(target: unknown): FunctionSource {
  if (isKernel(target)) {
    const message =
      '`target` is a kernel, which runs on the native threads of the process that calls it: call its `.async` form, ' +
      'or call the kernel from a function that is the target';
    throw argumentError('ERR_INVALID_ARG_VALUE', message);
  }
  return toSource(target, 'target');
}

/** A string. */
export function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a string', value));
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'an array', value));
}

function environment(value: unknown): NodeJS.ProcessEnv {
  if (typeof value !== 'object' || value === null) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('env', 'an object', value));
  }
  return { ...(value as NodeJS.ProcessEnv) };
}

function program(value: unknown): string | URL {
  if (typeof value === 'string' && value !== '') return value.startsWith('file:') ? new URL(value) : value;
  if (value instanceof URL && value.protocol === 'file:') return value;
  throw argumentError('ERR_INVALID_ARG_TYPE', expected('execPath', 'a path or a file URL', value));
}
