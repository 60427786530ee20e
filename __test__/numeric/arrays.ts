import type { NumericArray, NumericArrayConstructor } from 'allcores';
import { arrayTypes, fill, float16 } from '../fixtures/kernel-data.mjs';

/** Every typed array that this Node has, a Float16Array too. */
export const types = [...arrayTypes, ...(float16 as readonly unknown[] as NumericArrayConstructor[])].map(
  (type) => ({ type, name: type.name }),
);

export const isFloat = (x: ArrayBufferView): boolean =>
  Object.prototype.toString.call(x).startsWith('[object Float');

/** Numbers that look random, small enough for repetitions and zeros; with holes, floats have NaNs and zeros of both signs. */
export function numbers(
  type: NumericArrayConstructor,
  length: number,
  seed: number,
  holes = false,
): NumericArray {
  const bytes = fill(new Uint8Array(length), seed);
  const x = new (type as Float64ArrayConstructor)(length);
  const wide = x instanceof BigInt64Array || x instanceof BigUint64Array;
  const unsigned = type.name.startsWith('U') || type.name.startsWith('BigU');
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    const value = (byte % 101) - (unsigned ? 0 : 50);
    if (wide) (x as unknown as BigInt64Array)[i] = BigInt(value);
    else if (!isFloat(x)) x[i] = value;
    else if (holes && byte % 16 === 3) x[i] = Number.NaN;
    else x[i] = byte % 16 === 5 ? -0 : value / 4;
  }
  return x as NumericArray;
}

/** One byte for each element: 0 for about a third of them. */
export function maskOf(length: number, seed: number): Uint8Array {
  return fill(new Uint8Array(length), seed).map((byte) => byte % 3);
}

export const policies = ['propagate', 'omit', 'raise'] as const;

/** The indices of the elements that take part; a NaN under `raise` throws its index. */
export function takingPart(
  x: ArrayLike<number | bigint>,
  where: Uint8Array | undefined,
  nanPolicy: (typeof policies)[number],
): number[] {
  const kept: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (where !== undefined && where[i] === 0) continue;
    if (Number.isNaN(x[i])) {
      if (nanPolicy === 'raise') throw new RangeError(`NaN at ${i}`);
      if (nanPolicy === 'omit') continue;
    }
    kept.push(i);
  }
  return kept;
}
