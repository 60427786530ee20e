/** What it means that two contenders gave the same answer, and the least change that breaks it. */

import type { Answer } from './case.ts';

/** A comparison of answers. */
export interface Agreement {
  /** A word for the table. */
  readonly label: string;
  /** What is different, or undefined when the answers agree. */
  compare(ours: Answer, theirs: Answer): string | undefined;
  /** The answer with an error just large enough to be seen. */
  spoil(answer: Answer): Answer;
}

/** Equal in every bit: numbers, bigints, texts, bytes or lists of numbers. */
export const identical: Agreement = {
  label: 'identical',
  compare(ours, theirs) {
    if (ours instanceof Uint8Array && theirs instanceof Uint8Array) return differentBytes(ours, theirs);
    if (ours instanceof Float64Array && theirs instanceof Float64Array) {
      return differentNumbers(ours, theirs, Object.is);
    }
    return Object.is(ours, theirs) ? undefined : `ours ${show(ours)}, theirs ${show(theirs)}`;
  },
  spoil(answer) {
    if (typeof answer === 'bigint') return answer + 1n;
    if (typeof answer === 'string') return `${answer.slice(0, -1)}${answer.endsWith('0') ? '1' : '0'}`;
    if (typeof answer === 'number') return nextDouble(answer);
    return answer instanceof Float64Array ? withLast(answer, nextDouble) : flipLastBit(answer);
  },
};

/** Numbers, or lists of them, whose differences are at most `relative` times the peer's. */
export function within(relative: number): Agreement {
  return {
    label: `within ${relative}`,
    compare(ours, theirs) {
      const close = (a: number, b: number) => Object.is(a, b) || Math.abs(a - b) <= relative * Math.abs(b);
      if (ours instanceof Float64Array && theirs instanceof Float64Array) {
        return differentNumbers(ours, theirs, close);
      }
      if (typeof ours !== 'number' || typeof theirs !== 'number') {
        return `expected two numbers, got ${show(ours)} and ${show(theirs)}`;
      }
      return close(ours, theirs) ? undefined : `ours ${ours}, theirs ${theirs}`;
    },
    spoil(answer) {
      const away = (value: number) => (value === 0 ? 1 : value * (1 + 3 * relative));
      if (answer instanceof Float64Array) return withLast(answer, away);
      return typeof answer === 'number' ? away(answer) : identical.spoil(answer);
    },
  };
}

/** Bytes (samples of an image) that are at most `levels` apart on the mean: another method for the same job. */
export function closeBytes(levels: number): Agreement {
  return {
    label: `mean within ${levels} of 255`,
    compare(ours, theirs) {
      if (!(ours instanceof Uint8Array && theirs instanceof Uint8Array))
        return 'expected bytes on both sides';
      if (ours.length !== theirs.length) return `ours has ${ours.length} bytes, theirs ${theirs.length}`;
      let distance = 0;
      for (let i = 0; i < ours.length; i++) distance += Math.abs((ours[i] ?? 0) - (theirs[i] ?? 0));
      const mean = distance / ours.length;
      return mean <= levels ? undefined : `the samples are ${mean.toFixed(2)} levels apart on the mean`;
    },
    spoil(answer) {
      if (!(answer instanceof Uint8Array)) return identical.spoil(answer);
      const step = Math.ceil(3 * levels) + 1;
      return answer.map((value) => (value >= 128 ? value - step : value + step));
    },
  };
}

function differentBytes(ours: Uint8Array, theirs: Uint8Array): string | undefined {
  if (ours.length !== theirs.length) return `ours has ${ours.length} bytes, theirs ${theirs.length}`;
  if (Buffer.compare(ours, theirs) === 0) return undefined;
  const at = ours.findIndex((value, index) => value !== theirs[index]);
  return `byte ${at} of ${ours.length}: ours ${ours[at]}, theirs ${theirs[at]}`;
}

function differentNumbers(
  ours: Float64Array,
  theirs: Float64Array,
  same: (a: number, b: number) => boolean,
): string | undefined {
  if (ours.length !== theirs.length) return `ours has ${ours.length} numbers, theirs ${theirs.length}`;
  for (let at = 0; at < ours.length; at++) {
    const [a, b] = [ours[at] as number, theirs[at] as number];
    if (!same(a, b)) return `number ${at} of ${ours.length}: ours ${a}, theirs ${b}`;
  }
  return undefined;
}

function withLast(numbers: Float64Array, change: (value: number) => number): Float64Array {
  const copy = Float64Array.from(numbers);
  copy[copy.length - 1] = change(copy.at(-1) ?? 0);
  return copy;
}

function nextDouble(value: number): number {
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] ?? 0n) + 1n;
  return new Float64Array(bits.buffer)[0] ?? Number.NaN;
}

function flipLastBit(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

function show(answer: Answer): string {
  if (answer instanceof Uint8Array) return `${answer.length} bytes`;
  if (answer instanceof Float64Array) return `${answer.length} numbers`;
  const text = String(answer);
  return text.length <= 60
    ? `${text} (${typeof answer})`
    : `${text.slice(0, 40)}… (${text.length} characters)`;
}
