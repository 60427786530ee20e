/**
 * The memory that a worker in a child process shares with its pool: what a worker thread has in
 * SharedArrayBuffers lies in one segment here. Atomics hold on it all the same; only waiting does not.
 */

import { ChildFd } from './child.ts';
import { native } from './native.ts';
import { WorkerCell } from './protocol.ts';
import { RING_BYTES, type RingMemory, ringMemory } from './result-ring.ts';

/** What a worker shares with its pool. */
export interface WorkerMemory {
  /** See `WorkerCell`. */
  readonly cells: Int32Array;
  readonly ring: RingMemory;
}

/** A segment that was made here. */
export interface NewSegment {
  readonly memory: WorkerMemory;
  /** What a child is started with. */
  readonly fd: number;
  /** Closes `fd`; the memory stays. */
  closeFd(): void;
}

/** The cells have a cache line of their own. */
const RING_AT = 128;
const BYTES = RING_AT + RING_BYTES;

/** Makes a segment; undefined where the system or the engine has no such memory. */
export function createSegment(): NewSegment | undefined {
  try {
    const { fd, buffer } = native.createSegment(BYTES);
    return { memory: layOut(buffer), fd, closeFd: () => native.closeDescriptor(fd) };
  } catch {
    return undefined;
  }
}

/** In a child: the segment that it was started with. */
export function attachSegment(): WorkerMemory {
  return layOut(native.attachSegment(ChildFd.segment, BYTES));
}

function layOut(buffer: ArrayBuffer): WorkerMemory {
  return { cells: new Int32Array(buffer, 0, WorkerCell.length), ring: ringMemory(buffer, RING_AT) };
}
