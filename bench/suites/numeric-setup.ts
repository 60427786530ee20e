/**
 * What the families of the suite `numeric` share: inputs that exist once here and once at numpy,
 * and cases that are one call of ours against plain loops, numpy and others.
 *
 * A family's file is a function of this setup that gives its cases:
 *
 *     export const order = (setup: NumericSetup): Case[] => {
 *       const x = setup.input('random', () => noise(setup.n, 1));
 *       return [
 *         setup.case({
 *           task: 'argsort',
 *           inputs: [x],
 *           ours: () => argsort(x()),
 *           answer: bytesOf,
 *           numpy: (numpy) => [numpy.rival(['argsort'], { x: 'random' }, identical)],
 *         }),
 *       ];
 *     };
 */

import { readMemory } from 'allcores/diagnostics';
import { type Agreement, identical } from '../harness/agreement.ts';
import type { Answer, Case, Context, Rival, Unit } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { Numpy } from '../peers/numpy.ts';
import type { Numbers } from '../peers/python-peer.ts';
import * as v8 from '../peers/v8.ts';

/** An array that is made when a case first needs it: here, and under the same name at numpy. */
export interface Input<A extends Numbers = Float64Array> {
  (): A;
  readonly key: string;
}

/** One kernel on its inputs, and what it is put beside. */
export interface NumericCase<Result> {
  readonly task: string;
  /** Default: the number of elements of the first input. */
  readonly n?: number;
  /** Default: 'ms'. */
  readonly unit?: Unit;
  /** Elements of work in one run, for the unit 'ns/item'. Default: `n`. */
  readonly items?: number;
  /** The arrays of this case. Numpy has them, by their names, before its rivals are asked for. */
  readonly inputs: readonly Input<Numbers>[];
  readonly ours: () => Result;
  /** What is compared; default: the result itself, which must then be an answer. */
  readonly answer?: (result: Result) => Answer;
  /** Plain loops, and how close their answer must be. */
  readonly loops?: readonly [ways: Readonly<Record<string, () => Answer>>, agreement: Agreement];
  /** Rivals that need nothing installed. */
  readonly rivals?: () => readonly Rival[];
  /** Rivals of `--peers`: numpy's. */
  readonly numpy?: (numpy: Numpy) => readonly Rival[];
  /** Other rivals of `--peers`. */
  readonly peers?: () => readonly Rival[] | Promise<readonly Rival[]>;
}

/** The elements of a large array: 128 MB of doubles, far more than a cache. */
const LARGE = 16_000_000;
const LARGE_QUICK = 20_000;

/** Inputs, peers and cases of one run of the suite. */
export class NumericSetup {
  readonly context: Context;
  /** Elements of a large array. */
  readonly n: number;
  readonly #numpy: () => Numpy;
  readonly #made = new Map<string, Numbers>();
  readonly #loaded = new Set<string>();

  constructor(context: Context) {
    this.context = context;
    this.n = context.quick ? LARGE_QUICK : LARGE;
    this.#numpy = lazy(() => new Numpy(context.resources));
  }

  /** An array by its name: two inputs of one name are one array. */
  input<A extends Numbers>(key: string, make: () => A): Input<A> {
    const get = () => {
      const made = this.#made.get(key) ?? make();
      this.#made.set(key, made);
      return made as A;
    };
    return Object.assign(get, { key });
  }

  /** A case of the suite. Arrays of earlier cases that this one does not use are dropped when it begins. */
  case<Result>(spec: NumericCase<Result>): Case {
    const n = spec.n ?? this.n;
    return { task: spec.task, n, unit: spec.unit ?? 'ms', open: () => this.#open(spec) };
  }

  async #open<Result>(spec: NumericCase<Result>) {
    const { inputs, ours, answer = (result: Result) => result as Answer } = spec;
    await this.#keep(inputs);
    const rivals: Rival[] = [...(spec.rivals?.() ?? [])];
    if (spec.loops !== undefined) rivals.push(v8.loops(...spec.loops));
    if (this.context.peers) {
      if (spec.numpy !== undefined) {
        await this.#load(inputs);
        rivals.push(...spec.numpy(this.#numpy()));
      }
      rivals.push(...((await spec.peers?.()) ?? []));
    }
    const items = spec.items === undefined ? {} : { items: spec.items };
    return { ours: blocking('allcores', ours, () => answer(ours()), items), rivals };
  }

  async #keep(inputs: readonly Input<Numbers>[]): Promise<void> {
    const wanted = new Set(inputs.map(({ key }) => key));
    for (const key of this.#made.keys()) if (!wanted.has(key)) this.#made.delete(key);
    for (const key of this.#loaded) {
      if (wanted.has(key)) continue;
      this.#loaded.delete(key);
      await this.#numpy().drop(key);
    }
  }

  async #load(inputs: readonly Input<Numbers>[]): Promise<void> {
    for (const input of inputs) {
      if (this.#loaded.has(input.key)) continue;
      await this.#numpy().load(input.key, input(), true);
      this.#loaded.add(input.key);
    }
  }
}

/** As fast as the bytes can be read: its answer, all words combined by exclusive or, is checked by a plain loop. */
export function readLimit(array: Numbers): Rival {
  const run = () => readMemory(array);
  return {
    peer: 'read-limit',
    agreement: identical,
    oursForCheck: () => exclusiveOr(array),
    settings: [blocking('native loop that only reads', run, run)],
  };
}

/** The read limit of several arrays, one after the other. */
export function readLimitOf(arrays: readonly Numbers[]): Rival {
  const run = () => arrays.map((array) => readMemory(array));
  const combine = (words: readonly bigint[]) => words.reduce((a, b) => a ^ b, 0n);
  return {
    peer: 'read-limit',
    agreement: identical,
    oursForCheck: () => combine(arrays.map(exclusiveOr)),
    settings: [blocking('native loop that only reads', run, () => combine(run()))],
  };
}

function exclusiveOr(array: Numbers): bigint {
  const bytes = new Uint8Array(Math.ceil(array.byteLength / 8) * 8);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  const words = new Uint32Array(bytes.buffer);
  let [low, high] = [0, 0];
  for (let i = 0; i < words.length; i += 2) {
    low ^= words[i] as number;
    high ^= words[i + 1] as number;
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/**
 * Our own time on another input: a ratio below 1 says that the case's own input is slower by so much.
 *
 * @param peer For example `ours on random`.
 */
export function oursOn<Result>(peer: string, run: () => Result): Rival {
  const nothing = () => 0;
  // Two inputs have two answers: each is checked in a case of its own.
  return {
    peer,
    agreement: identical,
    oursForCheck: nothing,
    settings: [blocking('same call', run, nothing)],
  };
}

/** The bytes of an array, as an answer. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Numbers from 0 to 1 that look random and are the same in every run (xorshift, 32 bits). */
export function noise(length: number, seed: number): Float64Array {
  const values = new Float64Array(length);
  let state = (seed * 0x9e3779b9) | 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = (state >>> 0) / 2 ** 32;
  }
  return values;
}

/** Inputs on which algorithms that compare or count may be slow; the same length as `noise`, values from 0 to 1. */
export const patterns: Readonly<Record<string, (length: number) => Float64Array>> = {
  sorted: (length) => filled(length, (i) => i / length),
  reversed: (length) => filled(length, (i) => (length - 1 - i) / length),
  equal: (length) => filled(length, () => 0.5),
  'organ-pipe': (length) => filled(length, (i) => Math.min(i, length - 1 - i) / length),
  'few-distinct': (length) => noise(length, 7).map((value) => Math.floor(value * 8) / 8),
};

/** All values but two in one of 256 bins between 0 and 1. */
export function oneBin(length: number): Float64Array {
  const values = noise(length, 8).map((value) => 0.5 + value / 1024);
  values[0] = 0;
  values[length - 1] = 1;
  return values;
}

function filled(length: number, value: (i: number) => number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = value(i);
  return values;
}
