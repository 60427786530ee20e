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

/** The options of a reduction along an axis, for an array of three elements and results of `type`. */
function axisOptions(type: 'Float64Array' | 'Int32Array' | 'Uint32Array'): KernelRow['options'] {
  const Type = { Float64Array, Int32Array, Uint32Array }[type];
  const other = type === 'Float64Array' ? new Int32Array(1) : new Float64Array(1);
  return {
    shape: {
      good: [[3], [1, 3], [3, 1, 1], undefined],
      bad: [
        ...[null, 3, '3', {}, new Uint8Array([3]), [3, '1'], [null]].map((value) => [value, WRONG] as const),
        ...[[], [2], [3, 2], [-3], [1.5, 2], [0]].map((value) => [value, RANGE] as const),
      ],
    },
    axis: {
      good: [0, -1, undefined],
      bad: [
        ...['0', 0n, true, null, {}, [0]].map((value) => [value, WRONG] as const),
        ...[1, -2, 0.5, Number.NaN].map((value) => [value, RANGE] as const),
      ],
    },
    keepDims: { ...boolean, beside: { axis: 0 } },
    out: {
      good: [new Type(1), new Type(new SharedArrayBuffer(Type.BYTES_PER_ELEMENT) as never), undefined],
      bad: [
        ...[null, 1, 'x', {}, [0], other, new Uint8Array(1)].map((value) => [value, WRONG] as const),
        ...[0, 2].map((length) => [new Type(length), RANGE] as const),
      ],
      beside: { axis: 0 },
    },
  };
}

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

/** A weight for each element of an array of three. */
const weights: OptionRow = {
  good: [new Float64Array([1, 2, 3]), [0.5, 0, 2], undefined],
  bad: [
    ...[null, 1, 'x', {}, ['1', 2, 3], new Float32Array(3), new Int8Array(3)].map(
      (value) => [value, WRONG] as const,
    ),
    [new Float64Array(2), RANGE],
    [[1, 2, 3, 4], RANGE],
  ],
};

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
  sum: reduction({ precision, bigint: boolean, ...axisOptions('Float64Array') }),
  mean: reduction({
    ...axisOptions('Float64Array'),
    weights,
  }),
  variance: reduction({ ddof, ...axisOptions('Float64Array') }),
  std: reduction({ ddof, ...axisOptions('Float64Array') }),
  min: reduction(axisOptions('Int32Array'), true),
  max: reduction(axisOptions('Int32Array'), true),
  ptp: reduction(axisOptions('Int32Array'), true),
  minmax: reduction({}, true),
  argmin: reduction(axisOptions('Uint32Array'), true),
  argmax: reduction(axisOptions('Uint32Array'), true),
  any: reduction(),
  all: reduction(),
  countNonzero: reduction(),
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
  prod: reduction({ precision, bigint: boolean, ...axisOptions('Float64Array') }),
  cumsum: ordering({ nanPolicy, out: out('Float64Array') }),
  cumprod: ordering({ nanPolicy, out: out('Float64Array') }),
  median: reduction(),
  quantile: {
    args: () => [new Int32Array([3, -5, 7]), [0.25, 1]],
    options: {
      ...filter,
      method: choice(
        'linear',
        'inverted_cdf',
        'averaged_inverted_cdf',
        'closest_observation',
        'interpolated_inverted_cdf',
        'hazen',
        'weibull',
        'median_unbiased',
        'normal_unbiased',
        'lower',
        'higher',
        'midpoint',
        'nearest',
      ),
    },
    bad: [
      ...noNumbers.map((value) => [[value, 0.5], WRONG] as const),
      ...[undefined, null, '0.5', 1n, {}, () => 1, ['1'], [1n], new BigInt64Array(1), new ArrayBuffer(8)].map(
        (q) => [[[1, 2], q], WRONG] as const,
      ),
      ...[-1e-9, 1.000001, Number.NaN, 2, [0.5, -1], new Float64Array([3])].map(
        (q) => [[[1, 2], q], RANGE] as const,
      ),
      [[[], 0.5], RANGE],
      [[new Float64Array(0), [0.5]], RANGE],
    ],
  },
  histogram: reduction({
    bins: {
      good: [1, 10, 5000, [-9, 0, 0, 9], new Float64Array([0, 5]), new Int8Array([-5, 7]), undefined],
      bad: [
        ...['10', 1n, true, null, {}, ['1', 2], new BigInt64Array(2), new ArrayBuffer(8)].map(
          (value) => [value, WRONG] as const,
        ),
        ...[0, -1, 1.5, Number.NaN, 2 ** 24 + 1, [], [1], [2, 1], [1, Number.NaN], [Number.NaN, 1]].map(
          (value) => [value, RANGE] as const,
        ),
      ],
    },
    range: {
      good: [[-10, 10], [0, 0], new Float64Array([-3, 5]), undefined],
      bad: [
        ...[1, 'x', true, null, {}, ['0', 1], new BigInt64Array(2)].map((value) => [value, WRONG] as const),
        ...[
          [],
          [1],
          [0, 1, 2],
          [1, 0],
          [Number.NaN, 1],
          [0, Number.POSITIVE_INFINITY],
          [-Number.MAX_VALUE, Number.MAX_VALUE],
        ].map((value) => [value, RANGE] as const),
      ],
    },
    weights,
    density: boolean,
  }),
  bincount: {
    args: () => [new Int32Array([3, 0, 7])],
    options: { minLength: integer(0, 2 ** 32, [0, 5, 100]), weights },
    bad: [
      ...noNumbers.map((value) => [[value], WRONG] as const),
      ...[new Float64Array([1]), new Float32Array(2), new Float64Array(0)].map((x) => [[x], WRONG] as const),
      ...[[-1], [0.5], [Number.NaN], [2 ** 32], new Int8Array([-1]), new BigInt64Array([2n ** 40n])].map(
        (x) => [[x], RANGE] as const,
      ),
    ],
  },
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
  covariance: pair({ ddof }),
  correlation: pair(),
};
