/** The guard against modules that start workers which import the same module, and so on without end. */

import { InvalidStateError } from '../errors.ts';
import { isImporting } from '../internal/importing.ts';

type Global = { [workerKey]?: { context(): unknown } };

const workerKey = Symbol.for('allcores.worker');

/**
 * Throws when a module that a worker or a `Process` is just importing does, at its top level, what
 * belongs into the program's entry module only. Inside a running task everything is allowed.
 *
 * @param what What was tried, as the beginning of a sentence, for example `A Process cannot be started`.
 * @throws {InvalidStateError} with the remedy.
 */
export function refuseDuringImport(what: string): void {
  if (!isImporting() || isInTask()) return;
  throw new InvalidStateError(
    `${what} while a worker imports the module that does it: every worker would do it again, without end. ` +
      'Put it into `if (isMain(import.meta)) { … }`, or into a function',
  );
}

/** Another task of this worker may run while a module is imported for the next one. */
function isInTask(): boolean {
  return (globalThis as Global)[workerKey]?.context() !== undefined;
}
