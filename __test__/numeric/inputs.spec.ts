import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type AnyKernel, everyKernel } from './every-kernel.ts';

const LENGTH = 1000;
/** Whole numbers from 0 to 9, rising, so that every kernel takes them, searchsorted and bincount too. */
const values = Array.from({ length: LENGTH }, (_, i) => Math.floor(i / 100));

type Bytes = Uint8Array | Float64Array;
type Constructor = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Bytes;
};

/** A view in the middle of memory that holds nothing but 255 elsewhere. */
function placed(Type: Constructor, Buffer: new (size: number) => ArrayBufferLike): Bytes {
  const size = Type.BYTES_PER_ELEMENT;
  const memory = new Buffer((LENGTH + 5) * size);
  new Uint8Array(memory).fill(255);
  const view = new Type(memory, 3 * size, LENGTH);
  view.set(values);
  return view;
}

const foreign = runInNewContext('({ Uint8Array, Float64Array, ArrayBuffer, Array })') as {
  readonly Uint8Array: Constructor;
  readonly Float64Array: Constructor;
  readonly ArrayBuffer: new (size: number) => ArrayBufferLike;
  readonly Array: ArrayConstructor;
};

const bytes: readonly (readonly [kind: string, x: Bytes])[] = [
  ['a Buffer', Buffer.from(values)],
  ['a part of a Buffer', Buffer.from([255, ...values, 255]).subarray(1, LENGTH + 1)],
  ['a part of a buffer', placed(Uint8Array, ArrayBuffer)],
  ['shared memory', placed(Uint8Array, SharedArrayBuffer)],
  ['an array of another realm', placed(foreign.Uint8Array, foreign.ArrayBuffer)],
];
const doubles: readonly (readonly [kind: string, x: Bytes | number[]])[] = [
  ['a part of a buffer', placed(Float64Array, ArrayBuffer)],
  ['shared memory', placed(Float64Array, SharedArrayBuffer)],
  ['an array of another realm', placed(foreign.Float64Array, foreign.ArrayBuffer)],
  ['an array of numbers', values],
  ['an array of numbers of another realm', foreign.Array.from(values)],
];

/** A result by its values and types, which are of this realm. */
async function both(kernel: AnyKernel, args: unknown[]): Promise<unknown> {
  const plain = kernel(...args);
  expect(await kernel.async(...args)).toEqual(plain);
  return plain;
}

describe.each(everyKernel)('$name', ({ name, kernel, args }) => {
  test.each(bytes)('reads %s of bytes where it is and leaves it as it was', async (_, x) => {
    expect(await both(kernel, args(x))).toEqual(kernel(...args(Uint8Array.from(values))));
    expect(Array.from(x)).toEqual(values);
    for (const byte of new Uint8Array(x.buffer, 0, x.byteOffset === 3 ? 3 : 0)) expect(byte).toBe(255);
  });

  test.each(name === 'bincount' ? [] : doubles)('reads doubles in %s', async (_, x) => {
    expect(await both(kernel, args(x))).toEqual(kernel(...args(Float64Array.from(values))));
    expect(Array.from(x)).toEqual(values);
  });
});
