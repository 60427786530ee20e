/** What both ends of a child process must agree on, beside the frames (`frames.ts`) and the messages in them. */

import type { WiredError } from './wire.ts';

/** The descriptors of a child, after the standard three and Node's own channel (3). */
export const ChildFd = {
  /** What the child reads: frames from its parent. Only the parent holds the other end, so its end tells of the parent's. */
  down: 4,
  /** What the child writes: frames to its parent. */
  up: 5,
  /** The shared segment, when there is one. */
  segment: 6,
} as const;

/** What a child says of itself, beside the messages of its worker. */
export type ChildNote = UncaughtNote | HeapNote;

/** An error that nobody caught is about to end the child. */
export interface UncaughtNote {
  readonly type: 'uncaught';
  readonly error: WiredError;
}

/** V8 can hardly get memory for the heap any more; when the child aborts now, that is why. */
export interface HeapNote {
  readonly type: 'heap';
}

/** Whether a message is a note. */
export function isNote(message: unknown): message is ChildNote {
  // Own properties only: results come as arrays, and a polluted prototype must not name them notes.
  if (typeof message !== 'object' || message === null || !Object.hasOwn(message, 'type')) return false;
  const { type } = message as { type: unknown };
  return type === 'uncaught' || type === 'heap';
}
