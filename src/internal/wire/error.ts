/** Whatever a task threw, on its way to the caller. */

import { SerializationError } from '../../errors.ts';
import { type Coded, encode } from './coded.ts';
import { loadClass } from './error-class.ts';
import { type ErrorScope, type OwnScope, ownScope } from './error-leaf.ts';
import { explain } from './explain.ts';
import { nothing, unpackList, type Wired } from './list.ts';
import { isError, needsCode } from './scan.ts';

/** A list of one: an error, or whatever else was thrown. */
export type WiredError = Wired;

/**
 * Makes whatever a task threw ready to be posted. It never throws, and what it gives can be posted to
 * where its `reach` says: a property that cannot cross is left behind, a thrown value that cannot is a
 * SerializationError.
 *
 * @param given What is known of the task that threw it.
 */
export function packError(thrown: unknown, given?: ErrorScope): WiredError {
  const scope = ownScope(given);
  try {
    if (scope.bare !== true) return packWhole(thrown, scope);
  } catch {
    // What the error leads to is nested deeper than the stack.
  }
  const error = isError(thrown) ? thrown : new SerializationError('error', 'it cannot be read');
  return encode([error], [], nothing, { ...scope, bare: true });
}

function packWhole(thrown: unknown, scope: OwnScope): WiredError {
  const crossing = isError(thrown) ? thrown : (explain(thrown, 'error', nothing, scope.reach) ?? thrown);
  return needsCode([crossing], nothing) ? encode([crossing], [], nothing, scope) : [crossing];
}

/**
 * Gives the thrown value back through `deliver`: at once, or, when its class has to be imported from
 * the task's module first, later (at most some seconds). `deliver` is called exactly once.
 *
 * @param module The URL of the task's module, from the pool's own table (never from the message).
 */
export function unpackError(
  wired: WiredError,
  module: string | undefined,
  deliver: (thrown: unknown) => void,
): void {
  const loading = module === undefined || !needsModule(wired) ? undefined : loadClass(module);
  const thrown = (): unknown => unpackList(wired, module)[0];
  if (loading === undefined) deliver(thrown());
  else void loading.then(() => deliver(thrown()));
}

function needsModule(wired: WiredError): boolean {
  if (Array.isArray(wired) || ArrayBuffer.isView(wired)) return false;
  return (wired as Coded).leaves.some((leaf) => leaf.kind === 'error' && leaf.class.kind === 'export');
}
