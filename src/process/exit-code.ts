/** Exit codes as Python counts them: 0 to 255, or minus the number of the signal. */

import { constants } from 'node:os';
import { SIGNAL_CODE } from '../internal/start.ts';

/** The signals that a `Process` can be sent. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** The exit code of a child process, from what Node tells of its end. */
export function processExitCode(code: number | null, signal: NodeJS.Signals | null): number {
  if (signal !== null) return -constants.signals[signal];
  return code ?? 1;
}

/**
 * The exit code of a thread.
 *
 * @param stopped The signal in whose place the thread was stopped, if it was.
 * @param online Whether its JavaScript had begun.
 */
export function threadExitCode(code: number, stopped: EndSignal | undefined, online: boolean): number {
  if (code >= SIGNAL_CODE) return SIGNAL_CODE - code;
  // A thread that was stopped ends with 1 (0 before it began); one that ended by itself meanwhile, with its own code.
  if (stopped !== undefined && (code === 1 || !online)) return -constants.signals[stopped];
  return code & 0xff;
}
