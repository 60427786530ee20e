/** How a worker talks with its pool: through a message port, or through the pipes of a child process. */

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { CompactDone, CompactRun, FromWorker, ToWorker } from '../internal/protocol.ts';
import type { RING_SIGNAL } from '../internal/result-ring.ts';

/** What a worker posts. */
export type Outgoing = FromWorker | CompactDone | typeof RING_SIGNAL;
/** What arrives at a worker. */
export type Incoming = ToWorker | CompactRun;

/** One worker's end of the connection. Messages arrive in the order in which they were posted. */
export interface WorkerChannel {
  /**
   * Posts a message. When it returns, the message arrives whatever becomes of the worker.
   *
   * @throws what the serializer throws for a value that cannot cross; nothing was posted then.
   */
  post(message: Outgoing, transfer?: readonly ArrayBuffer[]): void;
  /** Called for each message, in a turn of the event loop; set before `open`. */
  onMessage: (message: Incoming) => void;
  /** Starts to deliver messages, and keeps the worker's event loop alive until `close`. */
  open(): void;
  /**
   * Takes the next message that has arrived, in the middle of a turn. Undefined when there is none, and
   * always where the kind cannot look: then a turn of the event loop brings them.
   */
  take(): Incoming | undefined;
  /** Whether `take` sees what has arrived. */
  readonly takes: boolean;
  /** Lets the worker's event loop end. What is posted arrives all the same, until the worker has ended. */
  close(): void;
}

/** The channel of a worker thread. */
export class PortChannel implements WorkerChannel {
  onMessage: (message: Incoming) => void = () => {};
  readonly takes = true;
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  open(): void {
    this.#port.on('messageerror', (error) => {
      // Nobody can say any more which items were sent: the worker ends, and the pool settles them.
      throw error;
    });
    this.#port.on('message', (message: Incoming) => this.onMessage(message));
  }

  post(message: Outgoing, transfer?: readonly ArrayBuffer[]): void {
    this.#port.postMessage(message, transfer as ArrayBuffer[] | undefined);
  }

  take(): Incoming | undefined {
    const received = receiveMessageOnPort(this.#port) as { message: Incoming } | undefined;
    return received?.message;
  }

  close(): void {
    // Closed by the end of the thread: what the user's own `exit` listeners print would be lost before.
    this.#port.unref();
  }
}
