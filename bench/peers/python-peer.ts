/** A Python peer: one process that reads the same bytes, warms itself up and times itself. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../harness/case.ts';
import { Remote, type Reply } from '../harness/remote.ts';
import type { Resources } from '../harness/resources.ts';
import { python, pythonServer } from './installed.ts';

/** An array that is sent. */
export type Numbers =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** The element types that are sent, by numpy's names. */
const DTYPES: Readonly<Record<string, string>> = {
  Int8Array: '|i1',
  Uint8Array: '|u1',
  Uint8ClampedArray: '|u1',
  Int16Array: '<i2',
  Uint16Array: '<u2',
  Int32Array: '<i4',
  Uint32Array: '<u4',
  Float16Array: '<f2',
  Float32Array: '<f4',
  Float64Array: '<f8',
  BigInt64Array: '<i8',
  BigUint64Array: '<u8',
};

/** Starts the Python process that serves one of the modules in `python/`. */
export function startPython(
  resources: Resources,
  name: string,
  module: string,
  env: Readonly<Record<string, string>> = {},
): Remote {
  return new Remote(resources, {
    name,
    command: python,
    args: [pythonServer, module],
    env: { PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
}

/** Gives the peer the bytes of an array, through a file that is gone afterwards. */
export async function load(
  resources: Resources,
  peer: Remote,
  name: string,
  array: Numbers,
  shape: readonly number[] = [array.length],
): Promise<void> {
  const path = join(resources.folder(), `${name}.bin`);
  writeFileSync(path, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  await peer.request({ op: 'load', name, path, dtype: DTYPES[array.constructor.name], shape });
  rmSync(path);
}

/** A float by its bits, or an integer, as a number. */
export function readNumber(reply: Reply): number {
  return reply.text === undefined ? fromHex(reply.bits ?? '') : Number(reply.text);
}

/** Whatever the peer gave: a number, several numbers (doubles in a file), or bytes. */
export function readAnswer(reply: Reply): Answer {
  if (reply.path === undefined) return readNumber(reply);
  const bytes = readBytes(reply);
  // A copy begins at an aligned address.
  return reply.dtype === 'f8' ? new Float64Array(Uint8Array.from(bytes).buffer) : bytes;
}

/** A text that the peer left in a file. */
export function readText(reply: Reply): Answer {
  return Buffer.from(readBytes(reply)).toString('latin1');
}

/** Integers that the peer left in a file, separated by commas, as the bytes of doubles. */
export function readNumbers(reply: Reply): Uint8Array {
  const text = Buffer.from(readBytes(reply)).toString('latin1');
  return new Uint8Array(Float64Array.from(text.split(','), Number).buffer);
}

/** Bytes that the peer left in a file. */
export function readBytes(reply: Reply): Uint8Array {
  const { path } = reply;
  if (path === undefined) throw new Error(`Expected the path of an answer, got ${JSON.stringify(reply)}`);
  const bytes = readFileSync(path);
  rmSync(path);
  return bytes;
}

/** Reads what Python's `float.hex()` writes, exactly: `-0x1.8000000000000p+1` is −3. */
export function fromHex(text: string): number {
  const match = /^(-?)0x([01])\.?([0-9a-f]*)p([+-]\d+)$/.exec(text);
  if (match === null) return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number.NaN;
  const [, sign = '', whole = '0', digits = '', exponent = '0'] = match;
  // 53 bits at most, so the integer and the scaling by a power of two are exact.
  const magnitude = Number(BigInt(`0x${whole}${digits}`)) * 2 ** (Number(exponent) - 4 * digits.length);
  return sign === '-' ? -magnitude : magnitude;
}
