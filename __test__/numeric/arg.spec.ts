import { argmax, argmin, type NumericInput } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { maskOf, numbers, policies, takingPart, types } from './arrays.js';

const kernels = [
  ['argmin', argmin, (a: number | bigint, b: number | bigint) => a < b],
  ['argmax', argmax, (a: number | bigint, b: number | bigint) => a > b],
] as const;

/** Around the blocks of 1,024 elements and 1 KiB. */
const lengths = [1, 2, 7, 64, 127, 1023, 1025, 2500];

type Better = (a: number | bigint, b: number | bigint) => boolean;

function oracle(x: ArrayLike<number | bigint>, kept: readonly number[], better: Better): number {
  let best = -1;
  for (const i of kept) {
    const value = x[i] as number | bigint;
    if (Number.isNaN(value)) return i;
    if (best < 0 || better(value, x[best] as number | bigint)) best = i;
  }
  if (best < 0) throw new RangeError('nothing takes part');
  return best;
}

describe.each(kernels)('%s', (_, kernel, better) => {
  test.each(types)('finds the first one in a $name, with every filter', async ({ type }) => {
    for (const length of lengths) {
      for (const holes of [false, true]) {
        const x = numbers(type, length, length, holes);
        const before = x.slice();
        for (const where of [undefined, maskOf(length, 7)]) {
          for (const nanPolicy of policies) {
            const options = { nanPolicy, ...(where && { where }) };
            let expected: number | undefined;
            try {
              expected = oracle(x, takingPart(x, where, nanPolicy), better);
            } catch {
              expect(() => kernel(x, options)).toThrow(RangeError);
              await expect(kernel.async(x, options)).rejects.toThrow(RangeError);
              continue;
            }
            expect(kernel(x, options), `${length} ${nanPolicy}`).toBe(expected);
            expect(await kernel.async(x, options)).toBe(expected);
          }
        }
        expect(x).toEqual(before);
      }
    }
  });

  test('takes arrays of numbers, Buffers, subarrays and shared memory', () => {
    const values = [3, 9, 1, 9, 1];
    const expected = kernel(Float64Array.from(values));
    expect(kernel(values)).toBe(expected);
    expect(kernel(Buffer.from(values))).toBe(expected);
    expect(kernel(Uint8Array.from([0, 255, ...values]).subarray(2))).toBe(expected);
    const shared = new Int32Array(new SharedArrayBuffer(20));
    shared.set(values);
    expect(kernel(shared)).toBe(expected);
  });
});

test('equal zeros and equal infinities give the first index', () => {
  expect(argmin([0, -0])).toBe(0);
  expect(argmax([-0, 0])).toBe(0);
  const infinities = new Float64Array(3000).fill(Number.POSITIVE_INFINITY);
  expect(argmin(infinities)).toBe(0);
  expect(argmax(infinities)).toBe(0);
  const where = new Uint8Array(3000);
  where[1999] = 1;
  expect(argmin(infinities, { where })).toBe(1999);
});

test('the first NaN wins wherever it is, and `raise` names it', () => {
  for (const at of [0, 1, 1023, 1024, 149_999]) {
    const x = new Float64Array(150_000).fill(1);
    x[at] = Number.NaN;
    x[149_999] = Number.NaN;
    expect(argmin(x)).toBe(at);
    expect(argmax(x)).toBe(at);
    expect(() => argmin(x, { nanPolicy: 'raise' })).toThrow(`got one at index ${at}`);
  }
});

test('nothing that takes part is a RangeError', () => {
  const nothing: [NumericInput, object][] = [
    [[], {}],
    [[Number.NaN, Number.NaN], { nanPolicy: 'omit' }],
    [new Int8Array(5), { where: new Uint8Array(5) }],
  ];
  for (const [x, options] of nothing) {
    expect(() => argmin(x, options)).toThrow(RangeError);
    expect(() => argmax(x, options)).toThrow(RangeError);
  }
});
