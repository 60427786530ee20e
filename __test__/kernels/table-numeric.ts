import {
  boolean,
  type Code,
  choice,
  integer,
  type KernelRow,
  noNumbers,
  type OptionRow,
  RANGE,
  VALUE,
  WRONG,
} from './rows.js';

const nanPolicy = choice('propagate', 'omit', 'raise');

/** The options of every kernel that takes a filter, for an array of three elements. */
const filter: Readonly<Record<string, OptionRow>> = {
  nanPolicy,
  where: {
    good: [
      new Uint8Array([1, 0, 1]),
      Buffer.from([0, 7, 255]),
      new Uint8Array(new SharedArrayBuffer(3)).fill(1),
    ],
    bad: [
      ...[null, 1, 'mask', [1, 0, 1], {}, new Int8Array(3), new Uint8ClampedArray(3), new ArrayBuffer(3)].map(
        (value) => [value, WRONG] as const,
      ),
      ...[0, 2, 4].map((length) => [new Uint8Array(length), RANGE] as const),
    ],
  },
};

const ddof = integer(0, 2 ** 32 - 1, [0, 1, 2, 3, 1000]);
const precision = choice('pairwise', 'exact', 'fast');

/** A kernel of one array, with a filter. */
function reduction(options: KernelRow['options'] = {}, empty = false): KernelRow {
  return {
    args: () => [new Int32Array([3, -5, 7])],
    options: { ...filter, ...options },
    bad: [
      ...noNumbers.map((value) => [[value], WRONG] as const),
      ...(empty ? [[[[]], RANGE] as const, [[new Float64Array(0)], RANGE] as const] : []),
    ],
  };
}

/** Pairs that are refused. */
const badPairs: readonly (readonly [args: readonly unknown[], code: Code])[] = [
  ...noNumbers.flatMap((value) => [[[value, [1, 2]], WRONG] as const, [[[1, 2], value], WRONG] as const]),
  [[new Int8Array(2), new Uint8Array(2)], WRONG],
  [[new Float32Array(2), [1, 2]], WRONG],
  [[new BigInt64Array(2), new BigUint64Array(2)], WRONG],
  [[new Float64Array(2), new Float64Array(3)], RANGE],
  [[[], [1]], RANGE],
];

/** A kernel of two arrays, with a filter. */
function pair(options: KernelRow['options'] = {}): KernelRow {
  return {
    args: () => [new Int32Array([3, -5, 7]), new Int32Array([2, 2, -9])],
    options: { ...filter, ...options },
    bad: badPairs,
  };
}

/** An array for a result of three elements of one type. */
function out(type: 'Int32Array' | 'Uint32Array' | 'Float64Array'): OptionRow {
  const Type = globalThis[type] as Float64ArrayConstructor;
  const others = [Int32Array, Uint32Array, Float64Array].filter((other) => other.name !== type);
  const shared = new Type(new SharedArrayBuffer(3 * Type.BYTES_PER_ELEMENT));
  return {
    good: [new Type(3), shared, new Type(5).subarray(1, 4), undefined],
    bad: [
      ...[null, 1, 'out', {}, [1, 2, 3], ...others.map((Other) => new Other(3)), new ArrayBuffer(12)].map(
        (value) => [value, WRONG] as const,
      ),
      [new Type(2), RANGE],
      [new Type(4), RANGE],
    ],
  };
}

/** A kernel of one array, without a filter. */
function ordering(options: KernelRow['options']): KernelRow {
  return {
    args: () => [new Int32Array([3, -5, 7])],
    options,
    bad: noNumbers.map((value) => [[value], WRONG] as const),
  };
}

/** Every export of `allcores/numeric`. */
export const numericRows: Record<string, KernelRow> = {
  sum: reduction({ precision, bigint: boolean }),
  mean: reduction({
    weights: {
      good: [new Float64Array([1, 2, 3]), [0.5, 0, 2], undefined],
      bad: [
        ...[null, 1, 'x', {}, ['1', 2, 3], new Float32Array(3), new Int8Array(3)].map(
          (value) => [value, WRONG] as const,
        ),
        [new Float64Array(2), RANGE],
        [[1, 2, 3, 4], RANGE],
      ],
    },
  }),
  variance: reduction({ ddof }),
  std: reduction({ ddof }),
  min: reduction({}, true),
  max: reduction({}, true),
  ptp: reduction({}, true),
  minmax: reduction({}, true),
  describe: reduction({ ddof }),
  sumOfSquares: reduction({ precision, bigint: boolean }),
  norm: reduction({
    ord: {
      good: [1, 2, Number.POSITIVE_INFINITY, undefined],
      bad: [0, -1, 3, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, '2', null, 2n].map(
        (v) => [v, VALUE] as const,
      ),
    },
    precision,
  }),
  dot: pair({ precision, bigint: boolean }),
  prod: reduction({ precision, bigint: boolean }),
  cumsum: ordering({ nanPolicy, out: out('Float64Array') }),
  cumprod: ordering({ nanPolicy, out: out('Float64Array') }),
  sort: ordering({ out: out('Int32Array') }),
  argsort: ordering({ out: out('Uint32Array') }),
  unique: ordering({ index: boolean, inverse: boolean, counts: boolean }),
  searchsorted: {
    args: () => [new Int32Array([-5, 3, 7]), [3, 0.5, 9]],
    options: { side: choice('left', 'right') },
    bad: [
      ...noNumbers.flatMap((value) => [[[value, [1, 2]], WRONG] as const, [[[1, 2], value], WRONG] as const]),
      [[new BigInt64Array(2), new Int32Array(2)], WRONG],
      [[[1, 2], new BigUint64Array(2)], WRONG],
    ],
  },
};
