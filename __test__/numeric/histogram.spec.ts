import type { NumericArray } from 'allcores';
import { bincount, type HistogramOptions, histogram } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { bits, double, golden, input } from './golden-inputs.js';

type Row = [
  n: number,
  bins: number | string[],
  range: [string, string] | null,
  density: boolean,
  weighted: boolean,
  counts: string[],
  edges: string[],
];

const kinds = ['f64', 'near', 'f32', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'];

test.each(kinds)("the histograms of %s have numpy's counts and edges, bit for bit", async (kind) => {
  const x = input(kind) as NumericArray;
  const allWeights = input('f64', 2) as Float64Array;
  const rows = golden<Record<string, Row[]>>('histogram')[`histogram ${kind}`] as Row[];
  expect(rows.length).toBeGreaterThan(40);
  for (const [n, bins, range, density, weighted, counts, edges] of rows) {
    const options: HistogramOptions = {
      bins: typeof bins === 'number' ? bins : bins.map(double),
      density,
      ...(range && { range: [double(range[0]), double(range[1])] as const }),
      ...(weighted && { weights: allWeights.subarray(0, n) }),
    };
    const part = x.subarray(0, n);
    const found = histogram(part, options);
    const title = `${n} ${JSON.stringify(options.bins)} ${range}`;
    expect(Array.from(found.edges, bits), title).toEqual(edges);
    expect(Array.from(found.counts, bits), title).toEqual(counts);
    expect(await histogram.async(part, options), title).toEqual(found);
  }
});

test.each(['u8', 'u16'])('the counts of %s are those of numpy', async (kind) => {
  const x = input(kind) as NumericArray;
  const rows = golden<Record<string, [number, number, number[]][]>>('histogram')[`bincount ${kind}`] ?? [];
  expect(rows.length).toBe(8);
  for (const [n, minLength, counts] of rows) {
    const part = x.subarray(0, n);
    expect(Array.from(bincount(part, { minLength }))).toEqual(counts);
    expect(Array.from(await bincount.async(part, { minLength }))).toEqual(counts);
  }
});

test("weighted counts have numpy's bits up to a block", async () => {
  const [x, weights] = [input('u8') as Uint8Array, input('f64', 2) as Float64Array];
  const rows = golden<Record<string, [number, string[]][]>>('histogram')['bincount u8 weighted'] ?? [];
  expect(rows.length).toBe(4);
  for (const [n, sums] of rows) {
    const options = { weights: weights.subarray(0, n) };
    expect(Array.from(bincount(x.subarray(0, n), options), bits)).toEqual(sums);
    expect(Array.from(await bincount.async(x.subarray(0, n), options), bits)).toEqual(sums);
  }
});

/** The definition: the bin `i` with `edges[i] <= v < edges[i + 1]`; the last one holds its right edge. */
function byDefinition(
  edges: ArrayLike<number>,
  x: ArrayLike<number>,
  takes: (i: number) => boolean,
): number[] {
  const bins = edges.length - 1;
  const counts: number[] = Array(bins).fill(0);
  for (let i = 0; i < x.length; i++) {
    const v = x[i] as number;
    if (!takes(i) || !(v >= (edges[0] as number) && v <= (edges[bins] as number))) continue;
    let bin = bins - 1;
    while (bin > 0 && v < (edges[bin] as number)) bin--;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

describe('every value is where the edges say', () => {
  // Around the blocks, the chunks of 1,024 and what runs inline.
  const lengths = [0, 1, 7, 1023, 1025, 131_072, 131_073, 300_007];

  test.each([1, 2, 30, 1500])('in %i bins, masked or not, NaN or not', async (bins) => {
    for (const n of lengths) {
      const x = Float64Array.from({ length: n }, (_, i) => Math.round(Math.sin(i * i) * 60) / 8);
      const where = Uint8Array.from({ length: n }, (_, i) => (i * 7) % 3);
      for (let i = 5; i < n; i += 11) x[i] = Number.NaN;
      const range = [-6.5, 7] as const;
      const found = histogram(x, { bins, range });
      expect(Array.from(found.counts), `${n}`).toEqual(byDefinition(found.edges, x, () => true));
      const masked = await histogram.async(x, { bins, where, nanPolicy: 'omit' });
      expect(Array.from(masked.counts), `${n}, masked`).toEqual(
        byDefinition(masked.edges, x, (i) => where[i] !== 0),
      );
    }
  });

  test('also between edges that the caller gives, some of them equal', () => {
    const x = Float64Array.from({ length: 200_003 }, (_, i) => ((i * 7919) % 1001) / 100 - 2);
    for (const edges of [
      [0, 1],
      [-5, 0, 0, 3.33, 3.33, 8],
      [1, 1],
      [Number.NEGATIVE_INFINITY, 2, Number.POSITIVE_INFINITY],
      Float64Array.from({ length: 300 }, (_, i) => Math.sqrt(i) / 2),
    ]) {
      const found = histogram(x, { bins: edges });
      expect(found.edges).toEqual(Float64Array.from(edges));
      expect(Array.from(found.counts)).toEqual(byDefinition(edges, x, () => true));
    }
  });

  test('and all bins together hold a density of 1', () => {
    const x = Float32Array.from({ length: 50_000 }, (_, i) => Math.sin(i));
    const { counts, edges } = histogram(x, { bins: 20, density: true });
    const integral = counts.reduce((a, c, i) => a + c * ((edges[i + 1] as number) - (edges[i] as number)), 0);
    expect(integral).toBeCloseTo(1, 6);
  });
});

test('a NaN or an infinity gives no range, but does not matter when there is one', () => {
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(() => histogram([1, odd, 2])).toThrow(RangeError);
    expect(Array.from(histogram([1, odd, 2], { bins: 1, range: [0, 5] }).counts)).toEqual([2]);
    expect(Array.from(histogram([1, odd, 2], { bins: 1, where: Uint8Array.of(1, 0, 1) }).counts)).toEqual([
      2,
    ]);
  }
  const raise = { nanPolicy: 'raise', range: [0, 5] } as const;
  expect(() => histogram([1, Number.NaN], raise)).toThrow('index 1');
});

test('a range beside edges is refused, since they are their own range', () => {
  expect(() => histogram([1, 2], { bins: [0, 1], range: [0, 1] })).toThrow(TypeError);
});

test('edges that the caller changes later are not the result', () => {
  const bins = new Float64Array([0, 1, 2]);
  const { edges } = histogram([0.5], { bins });
  bins[0] = 9;
  expect(edges).toEqual(new Float64Array([0, 1, 2]));
});

test('integers are counted by their values in arrays of every type', async () => {
  for (const type of [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
  ]) {
    const x = (type as Uint8ArrayConstructor).from({ length: 150_001 }, (_, i) => (i * i) % 101);
    const expected: number[] = Array(101).fill(0);
    for (const value of x) expected[value] = (expected[value] as number) + 1;
    while (expected.at(-1) === 0) expected.pop();
    expect(Array.from(bincount(x))).toEqual(expected);
    const weights = new Float64Array(x.length).fill(0.5);
    const halves = await bincount.async(x, { weights });
    expect(Array.from(halves, (sum) => sum * 2)).toEqual(expected);
  }
  expect(Array.from(bincount(new BigUint64Array([3n, 1n, 3n])))).toEqual([0, 1, 0, 2]);
  expect(Array.from(bincount([100_000, 0])).filter((count) => count > 0)).toEqual([1, 1]);
});

test('what cannot be counted is refused with its reason', () => {
  expect(() => bincount(new Float64Array([1]))).toThrow(TypeError);
  expect(() => bincount(new Float32Array([1]))).toThrow(TypeError);
  expect(() => bincount([1, 1.5])).toThrow('`x[1]`');
  expect(() => bincount(new Int16Array([3, -4]))).toThrow('Expected integers from 0, got -4');
  expect(() => bincount(new BigUint64Array([2n ** 64n - 1n]))).toThrow(RangeError);
  expect(() => bincount([1], { weights: new BigInt64Array(1) as never })).toThrow(TypeError);
});

test('the input is not changed, and an aborted call rejects with its reason', async () => {
  const x = Float64Array.from({ length: 150_000 }, (_, i) => Math.sin(i));
  const copy = x.slice();
  await histogram.async(x, { weights: new Float64Array(x.length).fill(2) });
  expect(x).toEqual(copy);
  const controller = new AbortController();
  const running = histogram.async(new Float64Array(8_000_000), { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
});
