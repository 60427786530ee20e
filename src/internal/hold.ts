/**
 * What keeps the memory of an asynchronous call in place.
 *
 * A kernel reads and writes arrays in place while JavaScript runs on. Shared memory cannot
 * go away. A plain buffer can: transferred to another thread and collected there, its pages
 * are unmapped under the kernel. Node-API offers no way to hold them, so:
 *
 * | the array's memory | what happens |
 * |---|---|
 * | shared | used in place |
 * | plain, up to 256 KiB | copied (at most some 20 µs) |
 * | plain, larger | used in place; its buffer can never be transferred again (`markAsUntransferable`) |
 * | plain, larger, on a Node where that mark does not stop `ArrayBuffer.prototype.transfer` (22, 23) | copied |
 * | resizable | refused: shrinking unmaps pages |
 */

import { markAsUntransferable } from 'node:worker_threads';
import { constructorOf, isDetached, isShared, type NumericArray } from './array.ts';
import { argumentError } from './check.ts';

const COPY_UP_TO = 256 * 1024;

/** An input that the kernel can read until its promise settles: the array itself or a copy. */
export function holdInput<T extends NumericArray>(name: string, array: T): T {
  return canStay(name, array) ? array : copyOf(array);
}

/** An output for a kernel, and what to do when it is written. */
export interface HeldOutput<T> {
  readonly target: T;
  /** Brings the result into the caller's array, where it is not there already. */
  readonly deliver: () => void;
}

/** An output that the kernel can write until its promise settles: the array itself or a stand-in. */
export function holdOutput<T extends NumericArray>(name: string, array: T): HeldOutput<T> {
  if (canStay(name, array)) return { target: array, deliver: () => {} };
  const target = copyOf(array);
  return {
    target,
    deliver() {
      if (isDetached(array)) {
        throw argumentError(
          'ERR_INVALID_ARG_VALUE',
          `The buffer of \`${name}\` was transferred away before the result could be written to it`,
        );
      }
      (array as Uint8Array).set(target as Uint8Array);
    },
  };
}

function canStay(name: string, array: NumericArray): boolean {
  if (isShared(array)) return true;
  // TypeScript's ES2023 library does not know what Node 20 has already.
  const buffer = array.buffer as ArrayBuffer & { readonly resizable: boolean };
  if (buffer.resizable) {
    throw argumentError(
      'ERR_INVALID_ARG_VALUE',
      `Expected \`${name}\` not to lie on a resizable buffer: an asynchronous call cannot stop it from shrinking`,
    );
  }
  if (array.byteLength <= COPY_UP_TO || !markHolds()) return false;
  markAsUntransferable(buffer);
  return true;
}

function copyOf<T extends NumericArray>(array: T): T {
  // Not `slice`: a Buffer's is a view, and a subclass may have its own.
  const Type = constructorOf(array) as Uint8ArrayConstructor;
  return new Type(array as Uint8Array) as unknown as T;
}

let marksHold: boolean | undefined;

/** Whether this Node keeps a marked buffer in place, found out by trying once. */
function markHolds(): boolean {
  if (marksHold === undefined) {
    const probe = new ArrayBuffer(8) as ArrayBuffer & { transfer?: () => ArrayBuffer };
    markAsUntransferable(probe);
    for (const attempt of [() => structuredClone(probe, { transfer: [probe] }), () => probe.transfer?.()]) {
      try {
        attempt();
      } catch {
        // refused, as it should be
      }
    }
    marksHold = probe.byteLength === 8;
  }
  return marksHold;
}
