import { cumprod, cumsum } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { BLOCK, products, sums } from '../fuzz/scan.ts';

function expectBits(got: ArrayBufferView, expected: ArrayBufferView): void {
  const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  expect(bytes(got).equals(bytes(expected))).toBe(true);
}

function waves(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.sin(i + 1) * (1 + (i % 1000)));
}

const lengths = [0, 1, 5, 8, 9, 1000, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3, 5 * BLOCK + 77];

describe('cumsum and cumprod of floats', () => {
  test('follow their order in new arrays, in `out` and in place, plainly and asynchronously', async () => {
    for (const n of lengths) {
      const x = waves(n);
      const near = x.map((value) => 1 + value * 1e-8);
      for (const [kernel, input, expected] of [
        [cumsum, x, sums(x)],
        [cumprod, near, products(near)],
      ] as const) {
        const before = input.slice();
        expectBits(kernel(input), expected);
        expectBits(await kernel.async(input), expected);
        const out = new Float64Array(n).fill(7);
        expect(kernel(input, { out })).toBe(out);
        expectBits(out, expected);
        const shared = new Float64Array(new SharedArrayBuffer(8 * n));
        expect(await kernel.async(input, { out: shared })).toBe(shared);
        expectBits(shared, expected);
        expectBits(input, before);
        const place = input.slice();
        expect(kernel(place, { out: place })).toBe(place);
        expectBits(place, expected);
        const later = input.slice();
        expect(await kernel.async(later, { out: later })).toBe(later);
        expectBits(later, expected);
      }
    }
  });

  test('of narrower floats and of arrays of numbers are calculated in doubles', () => {
    const x = new Float32Array(waves(1003));
    expectBits(cumsum(x), sums(x));
    expectBits(cumsum([...x]), sums(x));
    expectBits(cumsum(x.subarray(3)), sums(x.subarray(3)));
    expect(cumsum([-0, -0])).toEqual(new Float64Array([-0, -0]));
    expect(cumsum([1, Number.POSITIVE_INFINITY, -1])).toEqual(
      new Float64Array([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]),
    );
  });

  test('of what is not negative never fall and stay close to the exact sums', () => {
    const x = waves(3 * BLOCK).map((value) => Math.abs(value));
    const results = cumsum(x);
    let [exact, previous] = [0n, 0];
    for (const [i, result] of results.entries()) {
      // Products with 2^50 are exact, and so are sums of bigints.
      exact += BigInt(Math.trunc((x[i] as number) * 2 ** 50));
      if (result < previous) expect({ i, result }).toEqual({ i, previous });
      previous = result;
      const distance = Math.abs(result - Number(exact) / 2 ** 50);
      if (!(distance <= result * 1e-12)) expect({ i, distance }).toEqual({ i, distance: 0 });
    }
  });

  test('go on with a NaN, count it as nothing, or refuse it and leave `out` alone', async () => {
    const { NaN: nan } = Number;
    expect(cumsum([1, nan, 2])).toEqual(new Float64Array([1, nan, nan]));
    expect(cumsum([nan, 1, nan, 2], { nanPolicy: 'omit' })).toEqual(new Float64Array([0, 1, 1, 3]));
    expect(cumprod([nan, 2, nan, 3], { nanPolicy: 'omit' })).toEqual(new Float64Array([1, 2, 2, 6]));
    const out = new Float64Array(3).fill(7);
    expect(() => cumsum([1, 2, nan], { nanPolicy: 'raise', out })).toThrow(/at index 2/);
    await expect(cumprod.async([1, nan, 2], { nanPolicy: 'raise', out })).rejects.toThrow(/at index 1/);
    expect(out).toEqual(new Float64Array([7, 7, 7]));
    expect(cumsum([1, 2], { nanPolicy: 'raise' })).toEqual(new Float64Array([1, 3]));
    const x = waves(3 * BLOCK);
    x[2 * BLOCK + 5] = nan;
    const results = cumsum(x);
    expect(results.findIndex(Number.isNaN)).toBe(2 * BLOCK + 5);
    expect(results.subarray(2 * BLOCK + 5).every(Number.isNaN)).toBe(true);
    expectBits(cumsum(x, { nanPolicy: 'omit' }), sums(x.map((value) => (Number.isNaN(value) ? 0 : value))));
  });
});

describe('cumsum and cumprod of integers', () => {
  test.each([Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array])(
    'of %p are exact sums in a Float64Array',
    (type) => {
      const x = new type(2 * BLOCK + 5).map((_, i) => Math.sin(i) * 2 ** 31);
      const results = cumsum(x);
      expect(results).toBeInstanceOf(Float64Array);
      let total = 0;
      for (const [i, result] of results.entries()) {
        total += x[i] as number;
        if (result !== total) expect({ i, result }).toEqual({ i, total });
      }
      expect(cumprod(type.of(2, 3, 4))).toEqual(new Float64Array([2, 6, 24]));
    },
  );

  test('of BigInt arrays are exact in a BigInt64Array', async () => {
    const x = BigInt64Array.from(
      { length: 3 * BLOCK + 1 },
      (_, i) => BigInt((i * 7919) % 1000) * (i % 2 ? -(2n ** 40n) : 2n ** 40n),
    );
    let total = 0n;
    const expected = x.map((value) => (total += value));
    expectBits(cumsum(x), expected);
    expectBits(await cumsum.async(x), expected);
    const place = x.slice();
    expect(cumsum(place, { out: place })).toBe(place);
    expectBits(place, expected);
    expect(cumsum(new BigUint64Array([1n, 2n ** 63n - 2n]))).toEqual(new BigInt64Array([1n, 2n ** 63n - 1n]));
    expect(cumprod(new BigInt64Array([-3n, 5n, 0n, 2n ** 62n]))).toEqual(
      new BigInt64Array([-3n, -15n, 0n, 0n]),
    );
    expect(cumprod(new BigUint64Array([3n, 0n, 2n ** 64n - 1n]))).toEqual(new BigInt64Array([3n, 0n, 0n]));
  });

  test('that leave 64 bits are refused with the index, and nothing is written', async () => {
    const cases = [
      [cumsum, new BigInt64Array([2n ** 62n, 2n ** 62n - 1n, 1n]), 2],
      [cumsum, new BigInt64Array([-(2n ** 63n), -1n]), 1],
      [cumsum, new BigUint64Array([0n, 2n ** 63n]), 1],
      [cumprod, new BigInt64Array([2n ** 32n, 2n ** 31n]), 1],
      [cumprod, new BigInt64Array([-(2n ** 63n), 1n, -1n]), 2],
      [cumprod, new BigUint64Array([2n ** 64n - 1n]), 0],
    ] as const;
    for (const [kernel, x, index] of cases) {
      const out = new BigInt64Array(x.length).fill(7n);
      expect(() => kernel(x, { out })).toThrow(RangeError);
      await expect(kernel.async(x, { out })).rejects.toThrow(new RegExp(`at index ${index}$`));
      expect(out).toEqual(new BigInt64Array(x.length).fill(7n));
    }
    const long = new BigInt64Array(4 * BLOCK).fill(2n ** 45n);
    const copy = long.slice();
    expect(() => cumsum(long, { out: long })).toThrow(/at index 262143/);
    expect(long).toEqual(copy);
    expect(cumsum(long.subarray(0, -1)).at(-1)).toBe(2n ** 45n * 262_143n);
  });
});

describe('what cumsum and cumprod refuse', () => {
  test.each([
    ['an output of another float type', [1, 2], { out: new Float32Array(2) }, TypeError],
    ['an output of another length', [1, 2], { out: new Float64Array(3) }, RangeError],
    ['an output that is no typed array', [1, 2], { out: [0, 0] }, TypeError],
    ['doubles for a BigInt array', new BigInt64Array(2), { out: new Float64Array(2) }, TypeError],
    ['bigints for floats', new Float32Array(2), { out: new BigInt64Array(2) }, TypeError],
    ['a mask', [1, 2], { where: new Uint8Array(2) }, TypeError],
    ['an axis', [1, 2], { axis: 0 }, TypeError],
    ['an unknown policy', [1, 2], { nanPolicy: 'ignore' }, TypeError],
  ])('%s', async (_, x, options, error) => {
    for (const kernel of [cumsum, cumprod]) {
      expect(() => kernel(x as never, options as never)).toThrow(error);
      await expect(kernel.async(x as never, options as never)).rejects.toThrow(error);
    }
  });

  test('an output that overlaps the input without being it', () => {
    const memory = new Float64Array(20);
    const options = { out: memory.subarray(1, 11) };
    expect(() => cumsum(memory.subarray(0, 10), options)).toThrow(/overlap/);
    const bytes = new BigUint64Array(memory.buffer);
    expect(() => cumsum(bytes, { out: new BigInt64Array(memory.buffer) })).toThrow(/overlap/);
  });

  test('stop when they are aborted', async () => {
    const x = new Float64Array(8_000_000);
    const controller = new AbortController();
    const pending = cumsum.async(x, { out: x, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });
});
