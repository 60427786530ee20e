/**
 * A ring in shared memory for the results of small calls of their own.
 *
 * A message costs its receiver about 1.5 µs, more than everything else that a tiny call costs.
 * Its result cannot wait for others either, because a worker that dies must not take finished
 * results along. What lies in shared memory survives the worker, so results that are a number,
 * a boolean, `undefined` or `null` go through this ring, and one signal tells of many.
 *
 * ```
 *  worker                                          pool
 *  slot := result;  written += 1  (SYNC release)   signalled := 0
 *  signalled: 0 → 1?  post RING_SIGNAL   ────────▶ read up to `written`  (SYNC acquire);  taken := read
 * ```
 *
 * The reader takes the flag down before it looks at `written`: a result that it does not see
 * was written after that, so its writer found the flag down and has posted a signal.
 */

import type { DoneMessage } from './protocol.ts';

/** What a worker posts when the ring has something and nobody has been told. */
export const RING_SIGNAL = 0;

/** Results that fit, a power of two; what finds no room is posted as a message. */
const SLOTS = 1 << 14;
/** Doubles of a slot: the item's number and the kind of its result, the result, its milliseconds. */
const WIDTH = 3;

/** Cells of the control words. `written` and `taken` count modulo 2^32. */
const Cell = { written: 0, taken: 1, signalled: 2, length: 3 } as const;

/** The kinds of results; numbers lie in the slot itself. */
const others: readonly unknown[] = [undefined, null, false, true];
const NUMBER = others.length;
const KINDS = 8;

/** The shared memory of one ring. */
export interface RingMemory {
  readonly control: Int32Array;
  readonly slots: Float64Array;
}

/** Where the slots begin: not in the cache line of the control words. */
const SLOTS_AT = 128;

/** Bytes of a ring. */
export const RING_BYTES = SLOTS_AT + SLOTS * WIDTH * Float64Array.BYTES_PER_ELEMENT;

/**
 * A ring in memory that both ends see: all zeros at first, whose pages cost nothing before they are used.
 *
 * @param from Where in the memory it begins; a multiple of 8.
 */
export function ringMemory(
  memory: ArrayBufferLike = new SharedArrayBuffer(RING_BYTES),
  from = 0,
): RingMemory {
  return {
    control: new Int32Array(memory, from, Cell.length),
    slots: new Float64Array(memory, from + SLOTS_AT, SLOTS * WIDTH),
  };
}

/** Makes a ring as good as new, when both of its ends are gone. */
export function clearRing({ control }: RingMemory): void {
  control.fill(0);
}

/** The worker's end. */
export class RingWriter {
  readonly #control: Int32Array;
  readonly #slots: Float64Array;
  readonly #signal: () => void;

  /** `signal` posts `RING_SIGNAL`. */
  constructor({ control, slots }: RingMemory, signal: () => void) {
    this.#control = control;
    this.#slots = slots;
    this.#signal = signal;
  }

  /** Puts a result into the ring; false when it must travel as a message. */
  push(seq: number, value: unknown, elapsed: number): boolean {
    const kind = typeof value === 'number' ? NUMBER : others.indexOf(value);
    if (kind < 0) return false;
    const control = this.#control;
    const written = Atomics.load(control, Cell.written);
    if ((written - Atomics.load(control, Cell.taken)) >>> 0 === SLOTS) return false;
    const at = (written & (SLOTS - 1)) * WIDTH;
    this.#slots[at] = seq * KINDS + kind;
    this.#slots[at + 1] = kind === NUMBER ? (value as number) : 0;
    this.#slots[at + 2] = elapsed;
    Atomics.store(control, Cell.written, (written + 1) | 0);
    if (Atomics.exchange(control, Cell.signalled, 1) === 0) this.#signal();
    return true;
  }
}

/** The pool's end. */
export class RingReader {
  readonly #control: Int32Array;
  readonly #slots: Float64Array;

  constructor({ control, slots }: RingMemory) {
    this.#control = control;
    this.#slots = slots;
  }

  /** Takes what is there; results of consecutive items come as one message. */
  drain(deliver: (message: DoneMessage) => void): void {
    const control = this.#control;
    Atomics.store(control, Cell.signalled, 0);
    const written = Atomics.load(control, Cell.written);
    let taken = Atomics.load(control, Cell.taken);
    while (taken !== written) {
      const { first, results, elapsed, next } = this.#consecutive(taken, written);
      // The slots are free before the results are given: that may run the user's code.
      Atomics.store(control, Cell.taken, next);
      taken = next;
      deliver({ type: 'done', first, count: results.length, results, elapsed });
    }
  }

  #consecutive(taken: number, written: number) {
    const slots = this.#slots;
    const results: unknown[] = [];
    let first = 0;
    let elapsed = 0;
    let next = taken;
    for (; next !== written; next = (next + 1) | 0) {
      const at = (next & (SLOTS - 1)) * WIDTH;
      const tag = slots[at] as number;
      const kind = tag % KINDS;
      const seq = (tag - kind) / KINDS;
      if (results.length === 0) first = seq;
      else if (seq !== first + results.length) break;
      results.push(kind === NUMBER ? slots[at + 1] : others[kind]);
      elapsed += slots[at + 2] as number;
    }
    return { first, results, elapsed, next };
  }
}
