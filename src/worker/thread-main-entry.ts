/** The first module of a `Process` of kind `'thread'`. */

import { constants } from 'node:os';
import { type MessagePort, workerData } from 'node:worker_threads';
import { SIGNAL_CODE, type StartMessage } from '../internal/start.ts';
import { endOnInterrupt } from './interrupt.ts';
import { become, runTarget } from './target.ts';

/** What a `Process` starts a thread with. */
export interface MainThreadData {
  readonly start: StartMessage;
  /** Each message is an interrupt. */
  readonly interrupts: MessagePort;
}

const { start, interrupts } = workerData as MainThreadData;
endOnInterrupt();
interrupts.on('message', () => {
  // Signals do not reach threads. Nobody listening is what the system's own handler is to a process.
  const heard = process.emit('SIGINT', 'SIGINT');
  if (!heard) process.exit(SIGNAL_CODE + constants.signals.SIGINT);
});
interrupts.unref();
// Threads of a process do not outlive the thread that started them.
become(start, { ended: new Promise(() => {}), isAlive: () => true });
void runTarget(start);
