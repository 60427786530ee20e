/** The first module of a worker thread. */

import { type MessagePort, workerData } from 'node:worker_threads';
import { type Identity, takeWorkerRole } from '../internal/identity.ts';
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
  /** Who started it. */
  readonly parent: Identity;
}

const { port, cells, ring, id, name, parent } = workerData as ThreadData;
takeWorkerRole(id, name, parent);
startLoop(new PortChannel(port), cells, id, name, ring);
