/** A `Process` as a thread of this process. */

import { inspect } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import { threadOptions } from '../backend/exec-options.ts';
import { SerializationError } from '../errors.ts';
import { bare } from '../internal/check.ts';
import { native } from '../internal/native.ts';
import type { StartMessage } from '../internal/start.ts';
import { explain, packList } from '../internal/wire.ts';
import { type EndSignal, threadExitCode } from './exit-code.ts';
import { pathOfHandle } from './handles.ts';
import type { Running, RunSettings } from './running.ts';

// Compiled or bundled, this file lies one folder below the root, as the entry does.
const entry = new URL('../worker/thread-main-entry.js', import.meta.url);

/**
 * Starts a thread.
 *
 * @param onEnd Called once, with its exit code.
 * @throws {SerializationError} when an argument cannot cross; nothing was started then.
 */
export function startThread(
  start: Omit<StartMessage, 'packed' | 'handles'>,
  args: readonly unknown[],
  settings: RunSettings,
  onEnd: (exitCode: number) => void,
): Running {
  const { port1, port2 } = new MessageChannel();
  const packed = packList([args, []]);
  const { env, daemon } = settings;
  const execArgv = settings.execArgv ?? threadOptions(process.execArgv);
  let worker: Worker;
  try {
    const options = {
      name: settings.name,
      workerData: { start: { ...start, packed: packed.wired, handles: 0 }, interrupts: port2 },
      transferList: [port2, ...packed.transfer],
      ...(env && { env }),
      ...(execArgv && { execArgv: execArgv.slice() }),
    };
    worker = new Worker(entry, bare(options));
  } catch (error) {
    port1.close();
    port2.close();
    throw refusal(args) ?? error;
  }
  let stopped: EndSignal | undefined;
  let ended = false;
  let online = false;
  worker.once('online', () => {
    online = true;
  });
  worker.on('error', (error: unknown) => process.stderr.write(`${describe(settings.name, error)}\n`));
  worker.on('exit', (code) => {
    ended = true;
    port1.close();
    onEnd(threadExitCode(code, stopped, online));
  });
  port1.unref();
  if (daemon) worker.unref();
  return {
    pid: process.pid,
    signal(signal) {
      if (ended) return;
      if (signal === 'SIGINT') {
        port1.postMessage(signal);
      } else {
        stopped = signal;
        // A thread inside native code ends only when that returns: its kernels are told to stop first.
        if (worker.threadId > 0) native.cancelThread(worker.threadId);
        void worker.terminate();
      }
    },
  };
}

/** Why the arguments cannot cross. */
function refusal(args: readonly unknown[]): SerializationError | undefined {
  const path = pathOfHandle(args);
  if (path === undefined) return explain(args, 'args');
  return new SerializationError(path, "it is a socket or server, which only `kind: 'process'` takes along");
}

/** An error that nobody caught in the thread, outside its target. */
function describe(name: string, error: unknown): string {
  return `${name} ended by an error:\n${inspect(error)}`;
}
