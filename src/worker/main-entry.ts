/** The first module of a `Process` of kind `'process'`. */

import { Socket } from 'node:net';
import { ChildFd } from '../internal/child.ts';
import { FrameReader } from '../internal/frames.ts';
import type { HandleMessage, StartMessage } from '../internal/start.ts';
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
  const handles = await receive(start.handles);
  // From now on only what the target does keeps the process.
  down.unref();
  await runTarget(start, handles);
}

/** Takes sockets and servers from Node's own channel, on which nothing else comes. */
async function receive(count: number): Promise<unknown[]> {
  const handles: unknown[] = [];
  if (count === 0) {
    process.disconnect();
    return handles;
  }
  await new Promise<void>((resolve) => {
    let missing = count;
    const take = (message: unknown, handle: unknown) => {
      handles[(message as HandleMessage).handle] = handle;
      if (--missing > 0) return;
      // The channel stays, because Node counts a server's connections over it, but keeps nothing alive.
      process.off('message', take);
      resolve();
    };
    process.on('message', take);
  });
  return handles;
}
