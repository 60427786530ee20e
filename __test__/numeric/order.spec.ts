import { threadActivity } from 'allcores/diagnostics';
import { argsort, searchsorted, sort, unique } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { arrayTypes, float16, randomWords } from '../fixtures/kernel-data.mjs';

type Values = Float64Array | BigInt64Array;
type Constructor = new (given: number | readonly unknown[] | ArrayBufferLike) => Values;

const types = [...arrayTypes, ...float16] as unknown as readonly Constructor[];

/** How the values of an array come about. */
const patterns: Readonly<Record<string, (i: number, n: number, next: () => number) => number>> = {
  random: (_, __, next) => next() - 2 ** 31 + next() / 2 ** 32,
  'few distinct': (_, __, next) => (next() % 9) - 4,
  rising: (i) => i,
  falling: (i, n) => n - i,
  'organ pipe': (i, n) => Math.min(i, n - i),
  equal: () => 3,
  'mostly equal': (_, __, next) => (next() % 10 === 0 ? next() % 100 : 50),
};
const odd = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

function make(type: Constructor, n: number, pattern: string, seed = 1): Values {
  const next = randomWords(seed * 7919 + n);
  const value = patterns[pattern] as (typeof patterns)[string];
  const values = Array.from({ length: n }, (_, i) => value(i, n, next));
  const { name } = type;
  if (name.startsWith('Big')) return new type(values.map((x) => BigInt.asUintN(62, BigInt(Math.trunc(x)))));
  // Integers keep their lowest bits; every tenth float is no ordinary number.
  if (name.startsWith('Float') && pattern === 'random') {
    return new type(values.map((x) => (next() % 10 === 0 ? odd[next() % 5] : x)));
  }
  return new type(values);
}

/** Every pattern up to a few leaves, two of them at lengths where the work is cut. */
const inputs = Object.keys(patterns).flatMap((pattern) => {
  const long = pattern === 'random' ? [100_003] : pattern === 'mostly equal' ? [65_537] : [];
  return [0, 1, 2, 7, 64, 129, 1000, 4097, ...long].map((n) => ({ n, pattern }));
});

/** Compares by `Object.is`, fast, and names the first difference. */
function expectSame(got: ArrayLike<unknown>, expected: ArrayLike<unknown>): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], expected[i])) expect({ i, value: got[i] }).toEqual({ i, value: expected[i] });
  }
}

/** The order of `TypedArray.prototype.sort`. */
function compare(a: number | bigint, b: number | bigint): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
  return a < b ? -1 : 1;
}

describe.each(types.map((type) => ({ type, name: type.name })))('$name', ({ type, name }) => {
  test('sort gives what TypedArray.prototype.sort gives, in a new array, in `out` and in place', async () => {
    for (const { n, pattern } of inputs) {
      const x = make(type, n, pattern);
      const before = x.slice();
      const expected = x.slice().sort();
      const sorted = sort(x as Float64Array);
      expect(sorted.constructor.name).toBe(name);
      expectSame(sorted, expected);
      const out = new type(n) as Float64Array;
      expect(sort(x as Float64Array, { out })).toBe(out);
      expectSame(out, expected);
      expectSame(await sort.async(x as Float64Array), expected);
      const later = new type(n) as Float64Array;
      expect(await sort.async(x as Float64Array, { out: later })).toBe(later);
      expectSame(later, expected);
      expectSame(x, before);
      const again = x.slice() as Float64Array;
      expect(sort(x as Float64Array, { out: x as Float64Array })).toBe(x);
      expectSame(x, expected);
      expect(await sort.async(again, { out: again })).toBe(again);
      expectSame(again, expected);
    }
  });

  test('argsort gives the indices of sort, equal elements in their order', async () => {
    for (const { n, pattern } of inputs) {
      const x = make(type, n, pattern, 2);
      const expected = Uint32Array.from({ length: n }, (_, i) => i).sort(
        (i, j) => compare(x[i] as number, x[j] as number) || i - j,
      );
      const before = x.slice();
      expectSame(argsort(x as Float64Array), expected);
      expectSame(await argsort.async(x as Float64Array), expected);
      const out = new Uint32Array(n);
      expect(argsort(x as Float64Array, { out })).toBe(out);
      expectSame(out, expected);
      expect(await argsort.async(x as Float64Array, { out: out.fill(0) })).toBe(out);
      expectSame(out, expected);
      expectSame(x, before);
    }
  });

  test('unique gives each value once, and what was asked for beside', async () => {
    for (const { n, pattern } of inputs) {
      const x = make(type, n, pattern, 3);
      // A Map has one NaN and one zero, as unique.
      const found = new Map<unknown, { first: number; count: number }>();
      x.forEach((value: unknown, i: number) => {
        const entry = found.get(value);
        if (entry) entry.count++;
        else found.set(value, { first: i, count: 1 });
      });
      const entries = [...found.values()].sort((a, b) => compare(x[a.first] as number, x[b.first] as number));
      const values = entries.map(({ first }) => x[first]);
      const numbers = new Map(values.map((value, i) => [value, i] as const));
      const all = { index: true, inverse: true, counts: true } as const;
      for (const result of [unique(x as Float64Array, all), await unique.async(x as Float64Array, all)]) {
        expect(Object.keys(result).sort()).toEqual(['counts', 'index', 'inverse', 'values']);
        expect(result.values.constructor.name).toBe(name);
        expectSame(result.values, values);
        expectSame(
          result.index,
          entries.map(({ first }) => first),
        );
        expectSame(
          result.counts,
          entries.map(({ count }) => count),
        );
        expectSame(
          result.inverse,
          Array.from(x as ArrayLike<unknown>, (value) => numbers.get(value as never)),
        );
      }
      const plain = unique(x as Float64Array);
      expect(Object.keys(plain)).toEqual(['values']);
      expectSame(plain.values, values);
      const counted = unique(x as Float64Array, { counts: true });
      expectSame(counted.values, values);
      expectSame(
        counted.counts,
        entries.map(({ count }) => count),
      );
    }
  });

  test('searchsorted counts the elements below, or not above, each value', async () => {
    // Numbers among numbers of another type, bigints among bigints.
    const other = (name.startsWith('Big') ? BigInt64Array : Float64Array) as unknown as Constructor;
    for (const [n, m] of [
      [0, 5],
      [1, 17],
      [1000, 20_000],
      [70_000, 1000],
    ] as const) {
      const sorted = make(type, n, 'random', 4).sort();
      // Equal ones among them, which the two sides tell apart.
      sorted.set(make(type, n >> 1, 'few distinct', 4) as never);
      sorted.sort();
      const all: number = n;
      for (const values of [make(type, m, 'random', 5), make(other, m, 'few distinct', 6)]) {
        for (const side of ['left', 'right'] as const) {
          const expected = new Uint32Array(m);
          for (let i = 0; i < m; i++) {
            const value = values[i] as number;
            let [low, high] = [0, all];
            while (low < high) {
              const middle = (low + high) >> 1;
              const order =
                side === 'left' ? rank(sorted[middle], value) < 0 : rank(sorted[middle], value) <= 0;
              if (order) low = middle + 1;
              else high = middle;
            }
            expected[i] = low;
          }
          expectSame(searchsorted(sorted as Float64Array, values as Float64Array, { side }), expected);
          expectSame(
            await searchsorted.async(sorted as Float64Array, values as Float64Array, { side }),
            expected,
          );
          if (side === 'left')
            expectSame(searchsorted(sorted as Float64Array, values as Float64Array), expected);
        }
      }
    }
  });
});

/** As `compare`, with one zero. */
function rank(a: number | bigint | undefined, b: number | bigint): number {
  return a === b ? 0 : compare(a as number, b);
}

describe('memory', () => {
  test('of any kind is read: an array of numbers, a Buffer, a part of a buffer, shared memory', async () => {
    expectSame(sort([3, 1, 2]), new Float64Array([1, 2, 3]));
    expect(sort([3, 1, 2])).toBeInstanceOf(Float64Array);
    const bytes = sort(Buffer.from([9, 3, 7]));
    expect(bytes.constructor).toBe(Uint8Array);
    expectSame(bytes, [3, 7, 9]);
    const shared = new Float64Array(new SharedArrayBuffer(8 * 100_003)).map((_, i) => (i * 7919) % 100_003);
    const part = shared.subarray(1, 100_001);
    const expected = part.slice().sort();
    expectSame(sort(part), expected);
    expect(await sort.async(part, { out: part })).toBe(part);
    expectSame(part, expected);
    expect(shared[0]).toBe(0);
    expectSame(argsort([2, 1]), [1, 0]);
    expectSame(unique([2, 1, 2]).values, new Float64Array([1, 2]));
    expectSame(searchsorted([1, 2], [1.5]), [1]);
  });

  test('for the result may be the input itself and must not overlap it otherwise', async () => {
    const x = new Float64Array(10).map((_, i) => -i);
    const before = x.slice();
    const overlapping = x.subarray(1, 9);
    const code = 'ERR_INVALID_ARG_VALUE';
    expect(() => sort(x.subarray(0, 8), { out: overlapping })).toThrow(expect.objectContaining({ code }));
    await expect(sort.async(x.subarray(0, 8), { out: overlapping })).rejects.toMatchObject({ code });
    const words = new Uint32Array(x.buffer, 0, 10);
    expect(() => argsort(x, { out: words })).toThrow(expect.objectContaining({ code }));
    const same = new Uint32Array([3, 1, 2]);
    expect(() => argsort(same, { out: same })).toThrow(expect.objectContaining({ code }));
    expect(() => sort(x, { out: new Float32Array(10) as never })).toThrow(TypeError);
    expect(() => sort(x, { out: new Float64Array(9) })).toThrow(RangeError);
    expectSame(x, before);
    const view = new Float64Array(x.buffer);
    expect(sort(x, { out: view })).toBe(view);
    expectSame(x, before.reverse());
  });
});

describe('searchsorted', () => {
  test('compares bigints of both types by their values, and refuses them beside numbers', () => {
    const sorted = new BigInt64Array([-5n, 0n, 2n ** 63n - 1n]);
    expectSame(searchsorted(sorted, new BigUint64Array([0n, 2n ** 63n - 1n, 2n ** 63n])), [1, 2, 3]);
    expectSame(searchsorted(new BigUint64Array([0n, 2n ** 63n]), new BigInt64Array([-1n, 1n])), [0, 1]);
    const code = 'ERR_INVALID_ARG_TYPE';
    expect(() => searchsorted(sorted, [1])).toThrow(expect.objectContaining({ code }));
    expect(() => searchsorted([1], sorted)).toThrow(expect.objectContaining({ code }));
  });

  test('gives indices in range when nothing is sorted', () => {
    const x = make(Float64Array as unknown as Constructor, 100_000, 'random', 7) as Float64Array;
    const places = searchsorted(x, x, { side: 'right' });
    expect(places.every((place) => place <= x.length)).toBe(true);
  });
});

describe('aborting in the middle', () => {
  const length = 20_000_000;
  const blocks = () => threadActivity(0).blocks;
  const pause = () => new Promise((done) => setTimeout(done, 1));
  const random = () => {
    const next = randomWords(8);
    return new Float64Array(length).map(() => next());
  };

  /** Aborts a call after a fifth of its blocks; it must end there and burn no time afterwards. */
  async function abortAtAFifth(run: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    // The activity shows the blocks of jobs that run, beside those of all blocking calls so far.
    const idle = blocks();
    let whole = 0;
    let over = false;
    const first = run(new AbortController().signal).then(() => {
      over = true;
    });
    while (!over) {
      whole = Math.max(whole, blocks() - idle);
      await pause();
    }
    await first;
    expect(whole).toBeGreaterThan(100);
    const controller = new AbortController();
    const settled = run(controller.signal).then(
      () => 'ended',
      (reason: unknown) => reason,
    );
    while (blocks() - idle < whole / 5) await pause();
    controller.abort('enough');
    expect(await settled).toBe('enough');
    const started = process.cpuUsage();
    await new Promise((done) => setTimeout(done, 200));
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(100);
    expect(threadActivity(0)).toMatchObject({ jobs: 0, blocks: idle });
  }

  test('of sort ends it there, with a part of `out` not written', async () => {
    const x = random();
    const before = x.slice();
    const out = new Float64Array(length);
    await abortAtAFifth((signal) => sort.async(x, { out: out.fill(-1), signal }));
    expect(out.includes(-1)).toBe(true);
    expectSame(x, before);
  }, 60_000);

  test('of argsort ends it there, with a part of `out` not written', async () => {
    const x = random();
    const out = new Uint32Array(length);
    await abortAtAFifth((signal) => argsort.async(x, { out: out.fill(length), signal }));
    expect(out.includes(length)).toBe(true);
  }, 60_000);

  test('of unique and of searchsorted ends them there', async () => {
    const x = random();
    await abortAtAFifth((signal) => unique.async(x, { signal }));
    await abortAtAFifth((signal) => searchsorted.async(x, x, { signal }));
  }, 120_000);
});
