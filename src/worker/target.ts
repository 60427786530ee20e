/** What a `Process` does in its child, of either kind, once it has its arguments. */

import { inspect } from 'node:util';
import { takeRole } from '../internal/identity.ts';
import { placeHandles, type StartMessage } from '../internal/start.ts';
import { waitedEnded } from '../internal/waited.ts';
import { unpackList } from '../internal/wire.ts';
import { explainCapture } from './capture.ts';
import { compileInline } from './compile.ts';
import type { Handles } from './handles.ts';
import { loadTask } from './module.ts';

/** How long the output may take to leave a thread whose parent is busy. */
const FLUSH_LIMIT_MS = 1000;
/** What Node itself ends with when a module waits for something that cannot come. */
const NEVER_SETTLED = 13;

/** What a child can know of its parent. */
export interface ParentView {
  readonly ended: Promise<unknown>;
  isAlive(): boolean;
}

/**
 * Makes this process (or thread) what the message says. Before anything of the user's runs, so that all
 * of it finds its role.
 */
export function become({ self, parent }: StartMessage, view: ParentView): void {
  takeRole({
    ...self,
    pid: process.pid,
    parent,
    parentEnded: view.ended,
    parentAlive: () => view.isAlive(),
  });
}

/**
 * Runs the target. Afterwards the event loop decides: the child ends when nothing keeps it any more. After an
 * error only its own non-daemon children do.
 */
export async function runTarget(start: StartMessage, handles?: Handles): Promise<void> {
  const finished = watchEnd();
  try {
    const [args, places] = unpackList(start.packed) as [unknown[], unknown[]];
    placeHandles(places, handles?.values ?? []);
    const call = await loadTarget(start);
    handles?.release();
    await call(...args);
  } catch (error) {
    finished();
    process.exitCode = 1;
    await print(`${start.self.name} ended by an error:\n${describe(error)}\n`);
    await waitedEnded();
    process.exit();
  }
  finished();
}

async function loadTarget({ target }: StartMessage): Promise<(...args: unknown[]) => unknown> {
  if (target.kind === 'task') return (await loadTask(target.module, target.name)).call;
  const { call, file } = compileInline(target.source);
  return async (...args) => {
    try {
      await call(...args);
    } catch (error) {
      throw explainCapture(error, file);
    }
  };
}

/** The end of a target that waits for what cannot come is no success. */
function watchEnd(): () => void {
  const end = () => {
    process.exitCode ??= NEVER_SETTLED;
  };
  process.once('beforeExit', end);
  return () => process.off('beforeExit', end);
}

function describe(thrown: unknown): string {
  try {
    return inspect(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}

/** Writes to the standard error, and waits until that and all output before it has left. */
async function print(text: string): Promise<void> {
  await Promise.all([written(process.stdout, ''), written(process.stderr, text)]);
}

function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FLUSH_LIMIT_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    // A stream that is broken changes nothing about how the child ends.
    stream.on('error', done);
    stream.write(text, done);
  });
}
