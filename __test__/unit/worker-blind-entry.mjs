// A worker thread whose channel cannot look for messages in the middle of a turn, as a pipe cannot.

import { workerData } from 'node:worker_threads';
import { PortChannel } from '#dist/worker/channel.js';
import { startLoop } from '#dist/worker/loop.js';

class BlindChannel extends PortChannel {
  takes = false;

  take() {
    return undefined;
  }
}

const { port, cells, ring, id, name } = workerData;
startLoop(new BlindChannel(port), cells, id, name, ring);
