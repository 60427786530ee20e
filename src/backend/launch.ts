/** Starts a child process that is connected with this one by pipes of its own. */

import { type ChildProcess, fork } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { bare } from '../internal/check.ts';
import { ChildFd } from '../internal/child.ts';
import { inheritedNodeOptions, inheritedOptions } from './exec-options.ts';

/** How a child is started. */
export interface LaunchOptions {
  /** A file of plain JavaScript, which the child runs. */
  readonly entry: URL;
  /** The child's `process.argv` from 2 on; `ps` shows them. */
  readonly args?: readonly string[] | undefined;
  /** Its `process.env`. Default: a copy of this thread's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Options of Node. Default: this thread's, as far as they make sense in a child (`inheritedOptions`). */
  readonly execArgv?: readonly string[] | undefined;
  /** The program that runs the entry. Default: this Node. */
  readonly execPath?: string | URL | undefined;
  /** Megabytes of its heap. Default: what `execArgv` says, else Node's own. */
  readonly heapMb?: number | undefined;
  /** Megabytes of the young part of its heap. Default: Node's own. */
  readonly youngMb?: number | undefined;
  /** Native threads that it may use, unless `env` says so. Default: as many as this process may. */
  readonly threads?: number | undefined;
  /** A descriptor of this process that becomes `ChildFd.segment`. */
  readonly segmentFd?: number | undefined;
  /** What ends it when this thread ends before. Default: SIGKILL. */
  readonly lastSignal?: 'SIGTERM' | 'SIGKILL' | undefined;
}

/**
 * A child that was started. When the system refused, its `pid` is undefined, an `error` event of
 * `child` says why, and both sockets are destroyed.
 */
export interface Launched {
  readonly child: ChildProcess;
  /** Write frames here. Neither its errors nor those of `child` and `up` are ever uncaught: `exit` and `close` tell of the end. */
  readonly down: Socket;
  /** Frames of the child arrive here; its end comes after the last byte. */
  readonly up: Socket;
  /** Whether the child keeps this program alive. At first it does. */
  setAlive(alive: boolean): void;
}

/**
 * Starts a child.
 *
 * @throws what `fork` throws for options that no system takes, for example an `execPath` that is a folder.
 */
export function launch(given: LaunchOptions): Launched {
  const options = bare(given);
  const { execPath = process.execPath, segmentFd } = options;
  const stdio: ('ignore' | 'inherit' | 'ipc' | 'pipe' | number)[] = [
    'ignore',
    'inherit',
    'inherit',
    'ipc',
    'pipe',
    'pipe',
  ];
  if (segmentFd !== undefined) stdio.push(segmentFd);
  const child = fork(options.entry, options.args?.slice() ?? [], {
    execPath: execPath instanceof URL ? fileURLToPath(execPath) : execPath,
    execArgv: childOptions(options),
    env: childEnv(options),
    stdio,
    serialization: 'advanced',
  });
  child.on('error', () => {});
  endWithThisThread(child, options.lastSignal ?? 'SIGKILL');
  const down = pipeOf(child, ChildFd.down);
  const up = pipeOf(child, ChildFd.up);
  return { child, down, up, setAlive: (alive) => setAlive(child, [down, up], alive) };
}

function childOptions({ execArgv, heapMb, youngMb }: LaunchOptions): string[] {
  const options = execArgv?.slice() ?? inheritedOptions(process.execArgv, heapMb !== undefined);
  // V8 takes whole megabytes, and 0 for its own default.
  if (heapMb !== undefined) options.push(`--max-old-space-size=${Math.max(1, Math.round(heapMb))}`);
  // The young part is three semi-spaces.
  if (youngMb !== undefined) options.push(`--max-semi-space-size=${Math.max(1, Math.round(youngMb / 3))}`);
  return options;
}

function childEnv({ env: given, heapMb, threads }: LaunchOptions): NodeJS.ProcessEnv {
  const env = bare({ ...(given ?? process.env) });
  const nodeOptions = env['NODE_OPTIONS'];
  if (nodeOptions !== undefined) {
    env['NODE_OPTIONS'] = inheritedNodeOptions(nodeOptions, heapMb !== undefined);
  }
  const chosen = given !== undefined && Object.hasOwn(given, 'ALLCORES_THREADS');
  if (threads !== undefined && !chosen) {
    env['ALLCORES_THREADS'] = String(threads);
  }
  return env;
}

function pipeOf(child: ChildProcess, fd: number): Socket {
  // Node types the pipes of `fork` as readable or writable; all are sockets. Without a process there are none.
  const pipe = (child.stdio as readonly unknown[] | undefined)?.[fd];
  const socket = pipe instanceof Socket ? pipe : new Socket();
  socket.on('error', () => {});
  if (child.pid === undefined) socket.destroy();
  return socket;
}

function setAlive(child: ChildProcess, sockets: readonly Socket[], alive: boolean): void {
  const things = [child, child.channel, ...sockets];
  for (const thing of things) {
    if (alive) thing?.ref();
    else thing?.unref();
  }
}

/** The children that run, and what is to end them. */
const living = new Map<ChildProcess, NodeJS.Signals>();

/** A child that is still there when this thread ends is ended, also by `process.exit()`. */
function endWithThisThread(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (living.size === 0) process.on('exit', endAll);
  living.set(child, signal);
  child.on('exit', () => {
    living.delete(child);
    if (living.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const [child, signal] of living) child.kill(signal);
}
