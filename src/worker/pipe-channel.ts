/** The channel of a worker that is a child process. */

import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { ChildFd, type ChildNote } from '../internal/child.ts';
import { encodeFrame, FrameReader } from '../internal/frames.ts';
import type { Incoming, Outgoing, WorkerChannel } from './channel.ts';

/** A pipe that somebody has made non-blocking is tried again after so long, */
const RETRY_MS = 1;
/** and given up after so long without a byte. */
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
    writeAll(encodeFrame(message, transfer));
  }

  /** Tells something of the process itself. */
  note(note: ChildNote): void {
    writeAll(encodeFrame(note));
  }

  take(): undefined {
    return undefined;
  }

  close(): void {
    this.#socket?.destroy();
  }
}

function writeAll(frame: Buffer): void {
  let waitedMs = 0;
  for (let at = 0; at < frame.length; ) {
    try {
      at += writeSync(ChildFd.up, frame, at);
      waitedMs = 0;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Nobody reads any more: the end of the other pipe, which is on its way, ends this process.
      if (code === 'EPIPE' || code === 'ECONNRESET') return;
      if (code !== 'EAGAIN' || waitedMs >= STUCK_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      waitedMs += RETRY_MS;
    }
  }
}
