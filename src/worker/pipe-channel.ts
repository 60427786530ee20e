/** The channel of a worker that is a child process. */

import { Socket } from 'node:net';
import { ChildFd, type ChildNote } from '../internal/child.ts';
import { encodeFrame, FrameReader } from '../internal/frames.ts';
import type { Incoming, Outgoing, WorkerChannel } from './channel.ts';
import { writeAll } from './write-all.ts';

/** A full pipe of which nobody takes a byte is given up after so long. */
const STUCK_MS = 30_000;

/**
 * Reads frames from one descriptor and writes them to another.
 *
 * Writing is synchronous: when `post` returns, the bytes are the system's, and arrive even if the process
 * ends on the next line. A pool that does not read holds its workers up, and they it not: it never waits.
 */
export class PipeChannel implements WorkerChannel {
  onMessage: (message: Incoming) => void = () => {};
  readonly takes = false;
  #socket: Socket | undefined;

  open(): void {
    const reader = new FrameReader((message) => this.onMessage(message as Incoming));
    const socket = new Socket({ fd: ChildFd.down, readable: true, writable: false });
    this.#socket = socket;
    // Bytes that are no frame are thrown: nobody can say any more which items were sent.
    socket.on('data', (chunk) => reader.push(chunk));
    // The parent is gone, and with it everybody who could want anything of this process.
    socket.on('end', () => process.exit());
    socket.on('error', () => process.exit());
  }

  post(message: Outgoing, transfer?: readonly ArrayBuffer[]): void {
    writeUp(encodeFrame(message, transfer));
  }

  /** Tells something of the process itself. */
  note(note: ChildNote): void {
    writeUp(encodeFrame(note));
  }

  take(): undefined {
    return undefined;
  }

  close(): void {
    this.#socket?.destroy();
  }
}

function writeUp(frame: Buffer): void {
  try {
    writeAll(ChildFd.up, frame, STUCK_MS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Nobody reads any more: the end of the other pipe, which is on its way, ends this process.
    if (code !== 'EPIPE' && code !== 'ECONNRESET') throw error;
  }
}
