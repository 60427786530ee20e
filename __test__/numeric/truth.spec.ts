import { all, any, countNonzero } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { maskOf, numbers, policies, takingPart, types } from './arrays.js';

/** Around the pages of 1 KiB. */
const lengths = [0, 1, 2, 63, 64, 65, 255, 1025, 2500];

const isTrue = (value: number | bigint) => Number.isNaN(value) || Number(value) !== 0;

describe.each(types)('any, all and countNonzero of a $name', ({ type }) => {
  test('agree with a loop, with every filter', async () => {
    for (const length of lengths) {
      for (const thin of [false, true]) {
        const x = numbers(type, length, length + 3, true);
        // Mostly zeros, so that `any` has something to look for.
        if (thin) new Uint8Array(x.buffer).fill(0, 0, Math.max(0, length - 2) * x.BYTES_PER_ELEMENT);
        for (const where of [undefined, maskOf(length, 9)]) {
          for (const nanPolicy of policies) {
            const options = { nanPolicy, ...(where && { where }) };
            let kept: number[];
            try {
              kept = takingPart(x, where, nanPolicy);
            } catch {
              expect(() => any(x, options)).toThrow(RangeError);
              expect(() => all(x, options)).toThrow(RangeError);
              expect(() => countNonzero(x, options)).toThrow(RangeError);
              continue;
            }
            let count = 0;
            for (const i of kept) if (isTrue(x[i] as number | bigint)) count++;
            const what = `${length} ${nanPolicy} ${where !== undefined}`;
            expect(countNonzero(x, options), what).toBe(count);
            expect(any(x, options), what).toBe(count > 0);
            expect(all(x, options), what).toBe(count === kept.length);
            expect(await countNonzero.async(x, options)).toBe(count);
            expect(await any.async(x, options)).toBe(count > 0);
            expect(await all.async(x, options)).toBe(count === kept.length);
          }
        }
      }
    }
  });
});

test('a NaN is true, both zeros are false', () => {
  expect([any([Number.NaN]), all([Number.NaN]), countNonzero([Number.NaN])]).toEqual([true, true, 1]);
  expect([any([0, -0]), all([0, -0]), countNonzero([0, -0])]).toEqual([false, false, 0]);
  expect(any([0, Number.NaN], { nanPolicy: 'omit' })).toBe(false);
  expect(any([5e-324])).toBe(true);
});

test('one exception is found wherever it is', () => {
  const length = 700_000;
  for (const at of [0, 1, 1023, 1024, 130_000, 350_000, length - 1]) {
    const zeros = new Float64Array(length);
    zeros[at] = 1;
    expect(any(zeros)).toBe(true);
    expect(countNonzero(zeros)).toBe(1);
    const ones = new Float64Array(length).fill(1);
    ones[at] = 0;
    expect(all(ones)).toBe(false);
    expect(countNonzero(ones)).toBe(length - 1);
  }
});
