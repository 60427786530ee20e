/** What a child process says right before its end, so that its pool can name the reason. */

import { ChildFd, type ChildNote } from '../internal/child.ts';
import { encodeFrame } from '../internal/frames.ts';
import { native } from '../internal/native.ts';
import { packError } from '../internal/wire.ts';

/** Has the errors that end this process, and a heap that is full, told by `tell`. */
export function leaveLastWords(tell: (note: ChildNote) => void): void {
  process.on('uncaughtExceptionMonitor', (error) => {
    // Who handles them decides whether the process ends.
    const isHandled =
      process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (!isHandled) tell({ type: 'uncaught', error: packError(error, { reach: 'process' }) });
  });
  // V8 asks one function only, and somebody has asked for heap snapshots there.
  if (process.execArgv.some((option) => option.startsWith('--heapsnapshot-near-heap-limit'))) return;
  // No JavaScript runs any more then, so the bytes are made now.
  native.noteHeapLimit(ChildFd.up, encodeFrame({ type: 'heap' } satisfies ChildNote));
}
