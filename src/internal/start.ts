/** What a `Process` is started with. */

import type { Identity } from './identity.ts';
import type { FunctionSource } from './protocol.ts';
import type { Wired } from './wire.ts';

/** The one message to a child, of either kind. */
export interface StartMessage {
  readonly target: FunctionSource;
  readonly self: Omit<Identity, 'pid'>;
  readonly parent: Identity;
  /**
   * Unpacks to the arguments, and the places in them that sockets and servers belong to: in threes, an
   * object, its key, and the number of the handle. Both in one list, so that they name the same objects.
   */
  readonly packed: Wired;
  /** How many handles follow, through Node's own channel. */
  readonly handles: number;
}

/** A message to a child on Node's own channel; the handle comes with it. */
export interface HandleMessage {
  readonly handle: number;
}

/** Puts the handles into the arguments. */
export function placeHandles(places: readonly unknown[], handles: readonly unknown[]): void {
  for (let index = 0; index < places.length; index += 3) {
    const holder = places[index] as Record<string, unknown>;
    // The key is there already, so this writes the object's own property whatever its name is.
    holder[places[index + 1] as string] = handles[places[index + 2] as number];
  }
}

/**
 * A thread cannot end by a signal. It ends with this plus the signal's number, which no exit code
 * of a program can be, and its parent tells the signal.
 */
export const SIGNAL_CODE = 0x10000;
