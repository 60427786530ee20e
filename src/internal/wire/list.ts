/** Lists of values, the form in which arguments, items and results travel. */

import type { Coded } from './coded.ts';
import { decode, encode } from './coded.ts';
import { needsCode } from './scan.ts';

declare const wired: unique symbol;

/**
 * A list made ready to be posted. It is one of three things, told apart on arrival by what it is:
 * the list itself, its numbers in a Float64Array, or a `Coded` object.
 */
export type Wired = (readonly unknown[] | Float64Array | Coded) & { readonly [wired]?: never };

/** What to post, and which of its buffers to give away with it. */
export interface Packed {
  readonly wired: Wired;
  /** Copies that the codec made, so nothing of the caller's is lost; leaving them out only costs time. */
  readonly transfer: readonly ArrayBuffer[];
}

/** From this length on, numbers are cheaper to copy into a Float64Array than to clone one by one. */
const PACKED_NUMBERS_FROM = 16;

const noTransfer: readonly ArrayBuffer[] = Object.freeze([]);

/** Nothing is transferred along with a list. */
export const nothing: ReadonlySet<unknown> = new Set();

/**
 * Makes a list of values ready to be posted. It never throws: a value that cannot cross makes the
 * post throw, and `explain` then tells which one it is.
 *
 * @param moved What the caller transfers along with the list; buffers in it are left as they are.
 */
export function packList(
  items: readonly unknown[] | Float64Array,
  moved: ReadonlySet<unknown> = nothing,
): Packed {
  const count = items.length;
  if (items instanceof Float64Array) {
    const numbers = items.slice();
    return { wired: numbers, transfer: [numbers.buffer as ArrayBuffer] };
  }
  if (count >= PACKED_NUMBERS_FROM && typeof items[0] === 'number') {
    const numbers = allNumbers(items);
    if (numbers !== undefined) return { wired: numbers, transfer: [numbers.buffer as ArrayBuffer] };
  }
  if (!needsCode(items, moved)) return { wired: items, transfer: noTransfer };
  const transfer: ArrayBuffer[] = [];
  try {
    return { wired: encode(items, transfer, moved), transfer };
  } catch {
    // A getter threw or a proxy was revoked: the post of the list itself fails the same way.
    return { wired: items, transfer: noTransfer };
  }
}

/** The numbers of a list in the form in which they travel; undefined when it has anything else. */
export function allNumbers(items: readonly unknown[]): Float64Array | undefined {
  const count = items.length;
  // The last one is asked before the copy starts: a mixed list is often mixed at its end.
  if (typeof items[count - 1] !== 'number') return undefined;
  const numbers = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const item = items[index];
    if (typeof item !== 'number') return undefined;
    numbers[index] = item;
  }
  return numbers;
}

/**
 * The list that `packList` was given.
 *
 * @param module The module of the task that it came from, for the classes of errors in it.
 */
export function unpackList(list: Wired, module?: string): unknown[] {
  if (Array.isArray(list)) return list;
  if (ArrayBuffer.isView(list)) return plainNumbers(list as Float64Array);
  return decode(list as Coded, module) as unknown[];
}

/** The values of a list, to be read only: numbers stay in the array that they came in. */
export function listOf(list: Wired): ArrayLike<unknown> {
  return ArrayBuffer.isView(list) ? (list as Float64Array) : unpackList(list);
}

function plainNumbers(numbers: Float64Array): number[] {
  // Ten times as fast as `Array.from`.
  const list: number[] = new Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) list[index] = numbers[index] as number;
  return list;
}

/** One value, as a list of one. */
export function pack(value: unknown, moved?: ReadonlySet<unknown>): Packed {
  return packList([value], moved);
}

/** The value that `pack` was given. */
export function unpack(list: Wired): unknown {
  return unpackList(list)[0];
}
