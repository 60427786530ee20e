import type { NumericArray } from './array.ts';
import { native } from './native.ts';

/** Below this the pages are too few to matter. */
const LARGE = 4 * 1024 * 1024;

/** Asks the system for huge pages under a new array that nobody has written to; gives the array back. */
export function preferHugePages<T extends NumericArray>(array: T): T {
  if (array.byteLength >= LARGE) {
    native.preferHugePages(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return array;
}
