import { readFileSync } from 'node:fs';
import { logFactorial } from 'allcores/factorial';
import { describe, expect, test } from 'vitest';
import { arrayTypes, float16 } from '../fixtures/kernel-data.mjs';

const golden = (
  JSON.parse(readFileSync(new URL('../golden/factorial/numbers.json', import.meta.url), 'utf8')) as {
    logFactorial: [n: string, bits: string][];
  }
).logFactorial.map(([n, bits]) => [BigInt(n), Buffer.from(bits, 'hex').readDoubleBE()] as const);

/** Lengths around the kernel's blocks and chunks, and on both sides of where it takes the pool. */
const lengths = [0, 1, 2, 1023, 1024, 1025, 16_383, 16_384, 16_385, 32_768, 32_769, 100_003];

function cycle(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => (i * 7919) % 5003);
}

describe('logFactorial of a number', () => {
  test('is the double next to the true value up to 170', () => {
    for (const [n, expected] of golden.filter(([n]) => n <= 170n)) {
      expect(logFactorial(n), `${n}`).toBe(expected);
      expect(logFactorial(Number(n)), `${n}`).toBe(expected);
    }
  });

  test('has a relative error of less than 2^-51 up to 2^53, and of less than 2^-50 up to 2^64', () => {
    expect(golden.length).toBeGreaterThan(1800);
    for (const [n, expected] of golden.filter(([n]) => n > 1n)) {
      const error = Math.abs(logFactorial(n) - expected) / expected;
      if (!(error < 2 ** (n <= 2n ** 53n ? -51 : -50))) throw new Error(`${n}: ${error * 2 ** 53} · 2^-53`);
    }
  });

  test('rises with n where its digits suffice for that', () => {
    let before = logFactorial(1);
    for (let n = 2; n < 20_000; n++) {
      const here = logFactorial(n);
      if (!(here > before)) throw new Error(`${n}`);
      before = here;
    }
  });

  test('takes numbers and bigints, plainly and asynchronously', async () => {
    for (const n of [0, 5, 171, 1e6, 2 ** 53, 2 ** 64]) {
      expect(logFactorial(BigInt(n))).toBe(logFactorial(n));
      expect(await logFactorial.async(n)).toBe(logFactorial(n));
      expect(await logFactorial.async(BigInt(n))).toBe(logFactorial(n));
    }
    expect(logFactorial(-0)).toBe(0);
  });
});

describe('logFactorial of an array', () => {
  test('gives for every element what the single call gives, at every length', async () => {
    for (const length of lengths) {
      const n = cycle(length);
      const expected = Array.from(n, (one) => logFactorial(one));
      const before = n.slice();
      const result = logFactorial(n);
      expect(result).toBeInstanceOf(Float64Array);
      expect(Array.from(result)).toEqual(expected);
      expect(Array.from(await logFactorial.async(n))).toEqual(expected);
      expect(n).toEqual(before);
    }
  });

  test.each([...arrayTypes, ...float16].map((type) => ({ type, name: type.name })))(
    'reads a $name',
    async ({ type }) => {
      const long = type.name.startsWith('Big');
      const n = new type(70_000);
      for (let i = 0; i < n.length; i++) n[i] = (long ? BigInt(i % 127) : i % 127) as never;
      const expected = Array.from(n as Float64Array, (one) => logFactorial(one));
      expect(Array.from(logFactorial(n))).toEqual(expected);
      expect(Array.from(await logFactorial.async(n))).toEqual(expected);
    },
  );

  test('reads the largest elements of 64-bit arrays', () => {
    expect(Array.from(logFactorial(new BigUint64Array([2n ** 64n - 1n, 2n ** 53n])))).toEqual([
      logFactorial(2n ** 64n),
      logFactorial(2 ** 53),
    ]);
    expect(logFactorial(new BigInt64Array([2n ** 63n - 1n]))[0]).toBe(logFactorial(2 ** 63));
  });

  test('reads an array of numbers and bigints', () => {
    expect(Array.from(logFactorial([0, 1n, 2, 20n]))).toEqual([0, 0, Math.LN2, 42.335616460753485]);
    expect(logFactorial([])).toEqual(new Float64Array(0));
  });

  test('writes into `out` and gives it back, also on shared memory', async () => {
    for (const length of [3, 40_000]) {
      const n = cycle(length);
      const expected = Array.from(logFactorial(n));
      for (const out of [
        new Float64Array(length).fill(7),
        new Float64Array(new SharedArrayBuffer(8 * length)),
      ]) {
        expect(logFactorial(n, { out })).toBe(out);
        expect(Array.from(out)).toEqual(expected);
        out.fill(7);
        expect(await logFactorial.async(n, { out })).toBe(out);
        expect(Array.from(out)).toEqual(expected);
      }
    }
  });

  test('names the first element that is no integer from 0 to 2^64, and leaves `out` alone', async () => {
    for (const [at, value] of [
      [0, -1],
      [1500, 0.5],
      [59_999, Number.NaN],
      [59_998, 2 ** 65],
    ] as const) {
      const n = cycle(60_000);
      n[at] = value;
      n[59_999] = Number.POSITIVE_INFINITY;
      n[at] = value;
      const out = new Float64Array(n.length).fill(7);
      const refused = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };
      const says = expect.stringContaining(`\`n[${at}]\` to be an integer from 0 to 2^64`);
      expect(() => logFactorial(n, { out })).toThrow(expect.objectContaining({ ...refused, message: says }));
      await expect(logFactorial.async(n, { out })).rejects.toMatchObject({ ...refused, message: says });
      expect(out.every((one) => one === 7)).toBe(true);
    }
    expect(() => logFactorial(new Int8Array([1, -1]))).toThrow(/`n\[1\]`.*got -1/);
    expect(() => logFactorial([1, -1])).toThrow(/`n\[1\]`.*got -1 \(number\)/);
    expect(() => logFactorial([1, '2' as never])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });

  test('refuses an `out` that is none, too short, on the input or beside a single number', () => {
    const n = cycle(4);
    const refuse = (out: unknown, code: string, input: unknown = n) => {
      const call = () => logFactorial(input as Float64Array, { out: out as Float64Array });
      expect(call).toThrow(expect.objectContaining({ code }));
    };
    refuse(new Float32Array(4), 'ERR_INVALID_ARG_TYPE');
    refuse(new Float64Array(3), 'ERR_OUT_OF_RANGE');
    refuse(n, 'ERR_INVALID_ARG_VALUE');
    refuse(new Float64Array(n.buffer, 8, 3), 'ERR_INVALID_ARG_VALUE', n.subarray(0, 3));
    refuse(new Float64Array(1), 'ERR_INVALID_ARG_VALUE', 5);
    const gone = new Float64Array(4);
    structuredClone(gone, { transfer: [gone.buffer] });
    refuse(gone, 'ERR_INVALID_ARG_VALUE');
    expect(() => logFactorial(gone)).toThrow(/transferred away/);
  });

  test('that is aborted rejects with the reason', async () => {
    const reason = new Error('changed my mind');
    await expect(logFactorial.async(cycle(10), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
