import * as numeric from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { numericRows } from '../kernels/table-numeric.ts';
import { types } from './arrays.ts';

/**
 * Every option of every kernel, on every array type: what it does can be seen in the result. (What it
 * does exactly is the business of the kernels' own tests; here an ignored option is found out.)
 */

type Kernel = ((...args: unknown[]) => unknown) & {
  readonly async: (...args: unknown[]) => Promise<unknown>;
};

interface Effect {
  /** The elements of the first argument. Default: some small numbers. */
  readonly x?: readonly number[];
  /** The elements of further arguments, of the same type; functions give them as they are. */
  readonly others?: readonly (readonly number[] | (() => unknown))[];
  /** The options with the one that is looked at; `make` gives an array of the type. */
  readonly given: (make: (values: readonly number[]) => unknown) => object;
  /** The options beside it, which both calls take. */
  readonly beside?: object;
  /** Which types it makes a difference for. Default: all. */
  readonly types?: 'floats' | 'integers' | 'Float64Array';
}

const small = [3, 1, 9, 1, 5, 2];
const without = (index: number, length = small.length) =>
  Uint8Array.from({ length }, (_, i) => Number(i !== index));
const axis = { shape: [2, 3], axis: 0 };
const smooth = Array.from({ length: 9000 }, (_, i) => 1 / (i + 1.3));
const uneven = Array.from({ length: 9000 }, (_, i) => Math.sin(i * i) * 10 ** (i % 9));
const cancelling = [1, 2 ** 70, 1, -(2 ** 70)];

const where: Effect = { given: () => ({ where: without(2) }) };
const omit: Effect = { x: [3, Number.NaN, 1], given: () => ({ nanPolicy: 'omit' }), types: 'floats' };
const filter = { where, nanPolicy: omit };
const along: Record<string, Effect> = {
  shape: { given: () => ({ shape: [3, 2] }), beside: { axis: 0, shape: [2, 3] } },
  axis: { given: () => ({ axis: 1 }), beside: axis },
  keepDims: { given: () => ({ keepDims: true }), beside: axis },
};
const into = (Type: new (length: number) => object, length = 3): Effect => ({
  given: () => ({ out: new Type(length) }),
  beside: axis,
});
const like: Effect = { given: (make) => ({ out: make([0, 0, 0]) }), beside: axis };
const ddof: Effect = { given: () => ({ ddof: 2 }) };
const bigint: Effect = { given: () => ({ bigint: true }), types: 'integers' };
const precision: Effect = { x: smooth, given: () => ({ precision: 'fast' }), types: 'Float64Array' };
const exact: Effect = { x: cancelling, given: () => ({ precision: 'exact' }), types: 'Float64Array' };
const pair = (effect: Effect): Effect => ({ others: [effect.x ?? small.toReversed()], ...effect });

const effects: Record<string, Record<string, Effect | readonly Effect[]>> = {
  sum: { ...filter, ...along, out: into(Float64Array), precision: [precision, exact], bigint },
  prod: {
    ...filter,
    ...along,
    out: into(Float64Array),
    precision: [
      { x: [1e300, 1e300, 1e-300], given: () => ({ precision: 'exact' }), types: 'Float64Array' },
      { x: uneven.map((v) => 1 + v * 1e-12), given: () => ({ precision: 'fast' }), types: 'Float64Array' },
    ],
    bigint,
  },
  mean: {
    ...filter,
    ...along,
    out: into(Float64Array),
    weights: { given: () => ({ weights: [1, 2, 3, 4, 5, 6] }) },
  },
  variance: { ...filter, ...along, out: into(Float64Array), ddof },
  std: { ...filter, ...along, out: into(Float64Array), ddof },
  min: {
    ...filter,
    where: { given: () => ({ where: Uint8Array.from([1, 0, 1, 0, 1, 1]) }) },
    ...along,
    out: like,
  },
  max: { ...filter, ...along, out: like },
  ptp: { ...filter, ...along, out: like },
  minmax: filter,
  argmin: { ...filter, where: { given: () => ({ where: without(1) }) }, ...along, out: into(Uint32Array) },
  argmax: { ...filter, ...along, out: into(Uint32Array) },
  any: {
    where: { x: [0, 0, 1], given: () => ({ where: without(2, 3) }) },
    nanPolicy: { ...omit, x: [0, Number.NaN] },
  },
  all: {
    where: { x: [1, 1, 0], given: () => ({ where: without(2, 3) }) },
    nanPolicy: { ...omit, given: () => ({ nanPolicy: 'raise' }) },
  },
  countNonzero: filter,
  describe: { ...filter, ddof },
  dot: {
    where: pair(where),
    nanPolicy: pair(omit),
    precision: [pair(precision), { ...exact, others: [[1, 1, 1, 1]] }],
    bigint: pair(bigint),
  },
  norm: {
    ...filter,
    ord: [{ given: () => ({ ord: 1 }) }, { given: () => ({ ord: Number.POSITIVE_INFINITY }) }],
    precision: { x: smooth, given: () => ({ precision: 'fast' }), beside: { ord: 1 }, types: 'Float64Array' },
  },
  sumOfSquares: { ...filter, precision, bigint },
  median: { ...filter, where: { x: [1, 2, 9], given: () => ({ where: without(2, 3) }) } },
  quantile: {
    where: { ...where, others: [() => 0.9] },
    nanPolicy: { ...omit, others: [() => 0.5] },
    method: { given: () => ({ method: 'higher' }), others: [() => 0.3] },
  },
  histogram: {
    where,
    nanPolicy: { ...omit, given: () => ({ nanPolicy: 'raise' }), beside: { range: [0, 9] } },
    bins: [{ given: () => ({ bins: 4 }) }, { given: () => ({ bins: [0, 2, 9] }) }],
    range: { given: () => ({ range: [0, 5] }) },
    weights: { given: () => ({ weights: [1, 2, 3, 4, 5, 6] }) },
    density: { given: () => ({ density: true }) },
  },
  bincount: {
    minLength: { given: () => ({ minLength: 20 }), types: 'integers' },
    weights: { given: () => ({ weights: [1, 2, 3, 4, 5, 6] }), types: 'integers' },
  },
  cumsum: { nanPolicy: omit, out: { given: () => ({ out: new Float64Array(6) }), types: 'floats' } },
  cumprod: { nanPolicy: omit, out: { given: () => ({ out: new Float64Array(6) }), types: 'floats' } },
  sort: { out: { given: (make) => ({ out: make([0, 0, 0, 0, 0, 0]) }) } },
  argsort: { out: { given: () => ({ out: new Uint32Array(6) }) } },
  unique: {
    index: { given: () => ({ index: true }) },
    inverse: { given: () => ({ inverse: true }) },
    counts: { given: () => ({ counts: true }) },
  },
  searchsorted: { side: { x: [1, 2, 2, 3], others: [[2]], given: () => ({ side: 'right' }) } },
  covariance: { where: pair(where), nanPolicy: pair(omit), ddof: pair(ddof) },
  correlation: { where: pair(where), nanPolicy: pair(omit) },
};

const isFloat = (name: string) => name.startsWith('Float');
const isWide = (name: string) => name.startsWith('Big');

function applies(name: string, { types }: Effect, kernel: string): boolean {
  if (types === 'floats') return isFloat(name);
  // BigInt arrays give bigints with and without the option, and have no bins.
  if (types === 'integers') return !isFloat(name) && !isWide(name);
  return types === undefined ? !(kernel === 'histogram' && isWide(name)) : name === types;
}

/** What can be seen of a result: its value, its shape, and whether it is the caller's array. */
function seen(result: unknown, options: object): unknown {
  const out = (options as { out?: unknown }).out;
  return {
    result,
    shape: (result as { shape?: unknown } | undefined)?.shape,
    isOut: out !== undefined && result === out,
  };
}

function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return { error: (error as Error).message };
  }
}

describe('the table of effects', () => {
  test('has every option of every kernel', () => {
    const named = (rows: Record<string, object>) =>
      Object.fromEntries(Object.entries(rows).map(([name, options]) => [name, Object.keys(options).sort()]));
    const options = Object.fromEntries(Object.entries(numericRows).map(([name, row]) => [name, row.options]));
    expect(named(effects)).toEqual(named(options));
  });
});

describe.each(Object.keys(effects))('%s', (name) => {
  const kernel = (numeric as unknown as Record<string, Kernel>)[name] as Kernel;
  test.each(Object.entries(effects[name] ?? {}))(
    'shows %s in its result, for every type',
    async (option, given) => {
      let seenTypes = 0;
      for (const effect of [given].flat() as Effect[]) {
        for (const { type: Type } of types) {
          if (!applies(Type.name, effect, name)) continue;
          seenTypes++;
          const from = (values: readonly unknown[]) =>
            (Type as Float64ArrayConstructor).from(values as number[]);
          const make = (values: readonly number[]) => from(isWide(Type.name) ? values.map(BigInt) : values);
          const others = (effect.others ?? []).map((other) =>
            typeof other === 'function' ? other() : make(other),
          );
          const args = [make(effect.x ?? small), ...others];
          const options = { ...effect.beside, ...effect.given(make) };
          const plain = outcome(() => seen(kernel(...args, { ...effect.beside }), {}));
          expect(
            outcome(() => seen(kernel(...args, options), options)),
            `${option} of ${Type.name}`,
          ).not.toEqual(plain);
          const later = await kernel.async(...args, options).then(
            (result) => seen(result, options),
            (error: Error) => ({ error: error.message }),
          );
          expect(later, `${option} of ${Type.name}, async`).not.toEqual(plain);
        }
      }
      expect(seenTypes).toBeGreaterThan(0);
    },
  );
});
