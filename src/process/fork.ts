/** A `Process` as a process of its own. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { launch } from '../backend/launch.ts';
import { encodeFrame } from '../internal/frames.ts';
import type { HandleMessage, StartMessage } from '../internal/start.ts';
import { explainPost, packList } from '../internal/wire.ts';
import { processExitCode } from './exit-code.ts';
import { type Extracted, extractHandles } from './handles.ts';
import type { Running, RunSettings } from './running.ts';

// Compiled or bundled, this file lies one folder below the root, as the entry does.
const entry = new URL('../worker/main-entry.js', import.meta.url);

/**
 * Starts a child process.
 *
 * @param onEnd Called once, with its exit code.
 * @throws {SerializationError} when an argument cannot cross; nothing was started then.
 * @throws the system's error when it refuses to start the program.
 */
export function startFork(
  start: Omit<StartMessage, 'packed' | 'handles'>,
  args: readonly unknown[],
  settings: RunSettings,
  onEnd: (exitCode: number) => void,
): Running {
  const extracted = extractHandles(args);
  const frame = encode(start, extracted);
  const { env, execArgv, execPath } = settings;
  const launched = launch({ entry, env, execArgv, execPath, lastSignal: 'SIGTERM' });
  const { child, down, up } = launched;
  const { pid } = child;
  if (pid === undefined) throw startError(settings);
  child.once('exit', (code, signal) => {
    down.destroy();
    up.destroy();
    onEnd(processExitCode(code, signal));
  });
  // A child writes nothing there; its end comes as an event of the socket only while it is read.
  up.resume();
  down.write(frame);
  extracted.handles.forEach((handle, index) => {
    const message: HandleMessage = { handle: index };
    // A child that has ended meanwhile takes no more; its exit code tells.
    child.send(message, handle, () => {});
  });
  if (settings.daemon) launched.setAlive(false);
  // After the end its number may be another process's; Node knows and sends nothing.
  return { pid, signal: (signal) => void child.kill(signal) };
}

function encode(
  start: Omit<StartMessage, 'packed' | 'handles'>,
  { args, places, handles }: Extracted,
): Buffer {
  const packed = packList([args, places]).wired;
  const message: StartMessage = { ...start, packed, handles: handles.length };
  try {
    return encodeFrame(message);
  } catch (error) {
    // The handles are out of these, so what is found is what failed.
    throw explainPost(args, 'args', error);
  }
}

/** Node tells why a program cannot be started only later; asked to wait for the program it tells at once. */
function startError({ execPath = process.execPath, env = process.env }: RunSettings): Error {
  const path = execPath instanceof URL ? fileURLToPath(execPath) : execPath;
  const { error } = spawnSync(path, ['--version'], { env, stdio: 'ignore', timeout: 1000 });
  // What was short a moment ago, processes or descriptors, is not any more.
  return error ?? Object.assign(new Error(`The system could not start ${path}`), { code: 'EAGAIN' });
}
