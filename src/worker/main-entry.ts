/** The first module of a `Process` of kind `'process'`. */

import { Socket } from 'node:net';
import { ChildFd } from '../internal/child.ts';
import { FrameReader } from '../internal/frames.ts';
import type { StartMessage } from '../internal/start.ts';
import { receiveHandles } from './handles.ts';
import { endOnInterrupt } from './interrupt.ts';
import { watchParent } from './parent-watch.ts';
import { become, runTarget } from './target.ts';

/** After its parent's end the child has this long; soon after, the native watch would kill it. */
const LAST_MS = 400;

endOnInterrupt();
watchParent();
const down = new Socket({ fd: ChildFd.down, readable: true, writable: false });
const ended = new Promise<void>((resolve) => {
  down.on('error', () => {});
  down.once('close', () => {
    setTimeout(() => process.exit(1), LAST_MS).unref();
    resolve();
  });
});
// When the parent is gone the system makes another one the parent.
const { ppid } = process;
const reader = new FrameReader((message) => void begin(message as StartMessage));
down.on('data', (chunk) => reader.push(chunk));

async function begin(start: StartMessage): Promise<void> {
  become(start, { ended, isAlive: () => process.ppid === ppid && !down.destroyed });
  const handles = await receiveHandles(start.handles);
  // From now on only what the target does keeps the process.
  down.unref();
  await runTarget(start, handles);
}
