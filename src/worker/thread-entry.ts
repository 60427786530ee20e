/** The first module of a worker thread. */

import { type MessagePort, workerData } from 'node:worker_threads';
import type { RingMemory } from '../internal/result-ring.ts';
import { PortChannel } from './channel.ts';
import { startLoop } from './loop.ts';

/** What the pool starts a worker thread with. */
export interface ThreadData {
  readonly port: MessagePort;
  /** See `WorkerCell`. */
  readonly cells: Int32Array<SharedArrayBuffer>;
  readonly ring?: RingMemory;
  readonly id: number;
  readonly name: string;
}

const { port, cells, ring, id, name } = workerData as ThreadData;
startLoop(new PortChannel(port), cells, id, name, ring);
