import type { NumericArray } from 'allcores';
import { median, type QuantileMethod, quantile } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { randomWords } from '../fixtures/kernel-data.mjs';
import { bits, golden, input } from './golden-inputs.js';

type MedianRow = [n: number, median: string];
type QuantileRow = [n: number, method: QuantileMethod, ones: string[], all: string[]];

const QUANTILES = [0, 0.001, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.625, 0.75, 0.9, 0.99, 1];
const all = ['f64', 'f32', 'f16', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'];
// Where the Node has no Float16Array there is no such input.
const kinds = all.filter((kind) => kind !== 'f16' || 'Float16Array' in globalThis);

describe.each(kinds)("numpy's bits of %s", (kind) => {
  const x = input(kind) as NumericArray;
  const file = golden<Record<string, (MedianRow | QuantileRow)[]>>('quantile');

  test('are those of the median, plainly and asynchronously', async () => {
    const rows = file[`median ${kind}`] as MedianRow[];
    expect(rows.length).toBeGreaterThan(50);
    for (const [n, expected] of rows) {
      const part = x.subarray(0, n);
      expect(bits(median(part)), `median of ${n}`).toBe(expected);
      if (n % 7 === 1) expect(bits(await median.async(part)), `median of ${n}`).toBe(expected);
    }
  });

  test('are those of quantiles by all thirteen methods', async () => {
    const rows = file[`quantile ${kind}`] as QuantileRow[];
    expect(new Set(rows.map(([, method]) => method)).size).toBe(13);
    for (const [n, method, ones, all] of rows) {
      const part = x.subarray(0, n);
      const together = quantile(part, QUANTILES, { method });
      expect(together).toBeInstanceOf(Float64Array);
      expect(Array.from(together, bits), `${method} of ${n}`).toEqual(all);
      const single = QUANTILES.map((q) => bits(quantile(part, q, { method })));
      // numpy takes the position of a half float's quantile as a half float, too, which overflows.
      const overflows = (one: string) => kind === 'f16' && n > 65_504 && one === 'nan';
      const expected = ones.map((one, i) => (overflows(one) ? single[i] : one));
      expect(single, `${method} of ${n}, one by one`).toEqual(expected);
      const later = await quantile.async(part, Float64Array.from(QUANTILES), { method });
      expect(Array.from(later, bits)).toEqual(all);
    }
  });
});

const patterns: Readonly<Record<string, (i: number, n: number, next: () => number) => number>> = {
  random: (_, __, next) => next() - 2 ** 31,
  sorted: (i) => i,
  reversed: (i, n) => n - i,
  equal: () => 3,
  'organ pipe': (i, n) => Math.min(i, n - i),
  'few distinct': (_, __, next) => next() % 5,
  'mostly equal': (_, __, next) => (next() % 50 === 0 ? next() % 1000 : 7),
};
// Around the small inputs that are copied, the blocks, and what runs inline.
const lengths = [1, 2, 3, 8, 1025, 8193, 32_768, 32_769, 65_537, 140_001];
const q = [0.02, 0.5, 0.731];
const types = [Float64Array, Float32Array, Int32Array, Uint16Array];

type Round = (value: number) => number;

/** The definition: sort, take the positions of `linear`. Differences are rounded to the type. */
function byDefinition(values: readonly number[], q: number, round: Round): number {
  const sorted = Float64Array.from(values).sort();
  const position = q * (sorted.length - 1);
  const low = Math.floor(position);
  const [a, b] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number];
  const t = position - low;
  const difference = round(b - a);
  return t < 0.5 ? a + difference * t : b - difference * (1 - t);
}

describe.each(Object.keys(patterns))('order statistics of %s values', (pattern) => {
  const value = patterns[pattern] as (typeof patterns)[string];

  test.each(types.map((type) => [type.name, type] as const))(
    'are those of the sorted %s, with NaN omitted and elements masked out',
    async (_, type) => {
      const round = type === Float32Array ? Math.fround : Number;
      const definition = (values: readonly number[]) => q.map((one) => byDefinition(values, one, round));
      for (const n of lengths) {
        const next = randomWords(n);
        const x = (type as Float64ArrayConstructor).from({ length: n }, (_, i) => value(i, n, next));
        const where = Uint8Array.from({ length: n }, (_, i) => (i === n - 1 ? 9 : next() % 3));
        expect(Array.from(quantile(x, q)), `${n}`).toEqual(definition(Array.from(x)));
        const masked = Array.from(x).filter((_, i) => where[i] !== 0);
        expect(Array.from(await quantile.async(x, q, { where })), `${n}, masked`).toEqual(definition(masked));
        if (!type.name.startsWith('Float')) continue;
        for (let i = 0; i < n - 1; i += 3) x[i] = Number.NaN;
        const numbers = Array.from(x).filter((v) => !Number.isNaN(v));
        expect(Array.from(quantile(x, q, { nanPolicy: 'omit' })), `${n}, omit`).toEqual(definition(numbers));
        const both = Array.from(x).filter((v, i) => where[i] !== 0 && !Number.isNaN(v));
        expect(median(x, { nanPolicy: 'omit', where }), `${n}, both`).toBe(middle(both, round));
        if (n > 1) expect(median(x)).toBeNaN();
      }
    },
    60_000,
  );
});

/** The middle element, or the mean of two in the precision of the type. */
function middle(values: readonly number[], round: Round): number {
  const sorted = Float64Array.from(values).sort();
  const [a, b] = [sorted[(sorted.length - 1) >> 1] as number, sorted[sorted.length >> 1] as number];
  return round(round(a + b) / 2);
}

test('a NaN is an error under raise, with its index, unless it is masked out', async () => {
  const x = Float64Array.from({ length: 100_000 }, (_, i) => i);
  x[77_777] = Number.NaN;
  const where = new Uint8Array(x.length).fill(1);
  const raise = { nanPolicy: 'raise' } as const;
  expect(() => median(x, raise)).toThrow('got one at index 77777');
  await expect(quantile.async(x, [0.5], raise)).rejects.toThrow(RangeError);
  where[77_777] = 0;
  expect(quantile(x, 0, { ...raise, where })).toBe(0);
});

test('nothing has a median of NaN and is an error for a quantile', () => {
  const where = new Uint8Array(3);
  expect(median([])).toBeNaN();
  expect(median([1, 2, 3], { where })).toBeNaN();
  expect(median([Number.NaN], { nanPolicy: 'omit' })).toBeNaN();
  expect(() => quantile([], 0.5)).toThrow(RangeError);
  expect(() => quantile([1, 2, 3], 0.5, { where })).toThrow(RangeError);
  expect(quantile([Number.NaN], 0.5, { nanPolicy: 'omit' })).toBeNaN();
  expect(quantile([1], [])).toEqual(new Float64Array(0));
});

test('a quantile outside of 0 to 1 is a RangeError that names it', () => {
  for (const q of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => quantile([1, 2], q)).toThrow(RangeError);
    expect(() => quantile([1, 2], [0.5, q])).toThrow('`q[1]`');
  }
  for (const q of [undefined, null, '0.5', 1n, {}, [0.5, '1'], new BigInt64Array(1), new ArrayBuffer(8)]) {
    expect(() => quantile([1, 2], q as number)).toThrow(TypeError);
  }
});

test('the least and the greatest of infinities are infinite', () => {
  const x = [Number.NEGATIVE_INFINITY, 1, Number.POSITIVE_INFINITY];
  expect([quantile(x, 0), quantile(x, 1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(quantile(x, 0.25)).toBe(Number.NEGATIVE_INFINITY);
});

test('neither the input nor the quantiles are changed', async () => {
  const x = Float64Array.from({ length: 150_000 }, (_, i) => Math.sin(i));
  const q = new Float64Array([0.9, 0.1]);
  const copies = [x.slice(), q.slice()];
  await quantile.async(x, q);
  median(x);
  expect([x, q]).toEqual(copies);
});

test('an aborted call rejects with its reason', async () => {
  const x = new Float64Array(8_000_000);
  const controller = new AbortController();
  const running = quantile.async(x, [0.1, 0.5, 0.9], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
});
