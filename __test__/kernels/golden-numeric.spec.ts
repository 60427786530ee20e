import type { NumericArray } from 'allcores';
import { dot, max, mean, min, sum, sumOfSquares, variance } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { randomWords } from '../fixtures/kernel-data.mjs';
import { bits, double, generators, golden, integers } from '../numeric/golden-inputs.js';

// The files are written by scripts/golden/numeric.py, which says what is in them and how the inputs are
// made. A row of the files is checked plainly and asynchronously, on plain and on shared memory.

type Constructor = (new (
  length: number,
) => NumericArray) &
  (new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => NumericArray) & { BYTES_PER_ELEMENT: number };

/** The first `length` values of a seed; shared ones begin one element into their buffer. */
function make(
  type: unknown,
  kind: keyof typeof generators,
  seed: number,
  length: number,
  shared: boolean,
): NumericArray {
  const Type = type as Constructor;
  const size = Type.BYTES_PER_ELEMENT;
  const x = shared ? new Type(new SharedArrayBuffer((length + 1) * size), size, length) : new Type(length);
  const draw = randomWords(seed);
  for (let i = 0; i < length; i++) x[i] = generators[kind](draw) as never;
  return x;
}

type Result = number | bigint;
type Both = ((...args: never[]) => Result) & { readonly async: (...args: never[]) => Promise<Result> };

/** The result of both forms, when they agree. */
async function both(kernel: unknown, ...args: unknown[]): Promise<Result> {
  const plain = (kernel as Both)(...(args as never[]));
  const later = await (kernel as Both).async(...(args as never[]));
  if (!Object.is(plain, later)) throw new Error(`.async gives ${later}, the plain call ${plain}`);
  return plain;
}

async function hex(kernel: unknown, ...args: unknown[]): Promise<string> {
  return bits(await both(kernel, ...args));
}

describe.each([
  ['plain', false],
  ['shared', true],
])("numpy's bits, on %s memory", (_, shared) => {
  test('of doubles: sum and mean, dot and sumOfSquares', async () => {
    const file = golden<Record<string, [number, string, string][]>>('f64');
    const left = make(Float64Array, 'double', 1, 1_000_000, shared);
    const right = make(Float64Array, 'double', 2, 1_000_000, shared);
    const rows = file['sum, mean'] ?? [];
    expect(rows.length).toBeGreaterThan(400);
    for (const [n, ...expected] of rows) {
      const x = left.subarray(0, n);
      expect([await hex(sum, x), await hex(mean, x)], `length ${n}`).toEqual(expected);
    }
    for (const [n, ...expected] of file['dot, sumOfSquares'] ?? []) {
      const [x, y] = [left.subarray(0, n), right.subarray(0, n)];
      expect([await hex(dot, x, y), await hex(sumOfSquares, x)], `length ${n}`).toEqual(expected);
    }
  });

  test('of floats of 32 bits: sum, mean, dot and sumOfSquares', async () => {
    const file = golden<Record<string, [number, ...string[]][]>>('f32');
    const left = make(Float32Array, 'single', 1, 1_000_000, shared);
    const right = make(Float32Array, 'single', 2, 1_000_000, shared);
    const rows = file['sum, mean, dot, sumOfSquares'] ?? [];
    expect(rows.length).toBeGreaterThan(100);
    for (const [n, ...expected] of rows) {
      const [x, y] = [left.subarray(0, n), right.subarray(0, n)];
      const found = [await hex(sum, x), await hex(mean, x), await hex(dot, x, y), await hex(sumOfSquares, x)];
      expect(found, `length ${n}`).toEqual(expected);
    }
  });

  test('of integers of every type: everything, exactly', async () => {
    const file = golden<Record<keyof typeof integers, { readonly n: number }[]>>('integers');
    expect(Object.keys(file).sort()).toEqual(Object.keys(integers).sort());
    for (const [name, type] of Object.entries(integers)) {
      const kind = name.endsWith('64') ? 'whole64' : 'whole';
      const left = make(type, kind, 1, 200_000, shared);
      const right = make(type, kind, 2, 200_000, shared);
      for (const expected of file[name as keyof typeof integers]) {
        const { n } = expected;
        const [x, y] = [left.subarray(0, n), right.subarray(0, n)];
        const exact = { bigint: true };
        const found = {
          n,
          sum: String(await both(sum, x, exact)),
          mean: await hex(mean, x),
          min: String(await both(min, x)),
          max: String(await both(max, x)),
          dot: String(await both(dot, x, y, exact)),
          dotNumber: bits(Number(await both(dot, x, y))),
          sumOfSquares: String(await both(sumOfSquares, x, exact)),
          variance: await hex(variance, x),
          variance1: await hex(variance, x, { ddof: 1 }),
        };
        expect(found, `${n} elements of ${name}`).toEqual(expected);
      }
    }
  });

  test('of the variance of doubles are within 1e-13 of the exact value', async () => {
    const file = golden<Record<'double' | 'near', [number, number, string][]>>('variance');
    for (const kind of ['double', 'near'] as const) {
      const all = make(Float64Array, kind, 1, 140_000, shared);
      for (const [n, ddof, expected] of file[kind]) {
        const exact = double(expected);
        const found = Number(await both(variance, all.subarray(0, n), { ddof }));
        expect(Math.abs(found - exact), `${n} of ${kind}`).toBeLessThanOrEqual(exact * 1e-13);
      }
    }
  });
});
