import type { NumericArray, NumericArrayConstructor } from 'allcores';
import {
  argmax,
  argmin,
  max,
  mean,
  min,
  type NumericInput,
  prod,
  ptp,
  std,
  sum,
  variance,
} from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { isFloat, maskOf, numbers, policies, types } from './arrays.js';

type Kernel = ((x: NumericInput, options?: object) => unknown) & {
  readonly async: (x: NumericInput, options?: object) => Promise<unknown>;
};
type Shaped = NumericArray & { readonly shape: readonly number[] };

const kernels = { sum, prod, mean, variance, std, min, max, ptp, argmin, argmax } as unknown as Record<
  string,
  Kernel
>;

/** The array type of a kernel's results. */
function resultType(name: string, type: NumericArrayConstructor): NumericArrayConstructor {
  if (name.startsWith('arg')) return Uint32Array;
  return ['min', 'max', 'ptp'].includes(name) ? type : Float64Array;
}

/** Around folding, leaves of 64 rows and blocks of columns. */
const shapes = [[6], [2, 3], [3, 4, 5], [1, 1, 1], [2, 65, 3], [66, 33], [4, 3, 2, 5], [2, 300, 2]] as const;

function product(lengths: readonly number[]): number {
  return lengths.reduce((a, b) => a * b, 1);
}

/** Every line along an axis, as indices. */
function linesOf(shape: readonly number[], axis: number): number[][] {
  const length = shape[axis] as number;
  const inner = product(shape.slice(axis + 1));
  return Array.from({ length: product(shape) / length }, (_, line) => {
    const start = Math.floor(line / inner) * length * inner + (line % inner);
    return Array.from({ length }, (_, row) => start + row * inner);
  });
}

function take<A extends NumericArray>(x: A, indices: readonly number[]): A {
  const Type = x.constructor as Float64ArrayConstructor;
  return Type.from(indices as number[], (i) => x[i] as number) as unknown as A;
}

/** The flat kernel on a copy of each line; undefined when one of them throws. */
function lineByLine(
  kernel: Kernel,
  x: NumericArray,
  lines: readonly number[][],
  options: { where?: Uint8Array; nanPolicy: string; ddof?: number },
): unknown[] | undefined {
  try {
    return lines.map((line) => {
      const where = options.where && { where: take(options.where, line) };
      return kernel(take(x, line), { ...options, ...where });
    });
  } catch {
    return undefined;
  }
}

describe.each(types)('along each axis of a $name', ({ type }) => {
  test.each(Object.entries(kernels))('%s gives what it gives of each line', async (name, kernel) => {
    for (const shape of shapes) {
      const n = product(shape);
      for (const holes of [false, true]) {
        const x = numbers(type, n, n, holes);
        const before = x.slice();
        for (let axis = 0; axis < shape.length; axis++) {
          const lines = linesOf(shape, axis);
          for (const where of [undefined, maskOf(n, axis + 1)]) {
            for (const nanPolicy of policies) {
              const own = { nanPolicy, ...(where && { where }) };
              const expected = lineByLine(kernel, x, lines, own);
              const options = { ...own, shape, axis };
              if (expected === undefined) {
                const out = new (resultType(name, type) as Float64ArrayConstructor)(lines.length);
                expect(() => kernel(x, { ...options, out })).toThrow(RangeError);
                expect(out).toEqual(new (resultType(name, type) as Float64ArrayConstructor)(lines.length));
                continue;
              }
              const result = kernel(x, options) as Shaped;
              expect(result.constructor).toBe(resultType(name, type));
              expect(result.shape).toEqual(shape.toSpliced(axis, 1));
              const last = lines[0]?.[1] === (lines[0]?.[0] ?? 0) + 1;
              compare(name, result, expected, last || !isFloat(x), `${name} of ${shape} along ${axis}`);
              const later = (await kernel.async(x, options)) as Shaped;
              expect(later).toEqual(result);
              expect(later.shape).toEqual(result.shape);
            }
          }
        }
        expect(x).toEqual(before);
      }
    }
  });
});

function compare(
  name: string,
  result: NumericArray,
  expected: readonly unknown[],
  exactly: boolean,
  what: string,
): void {
  expect(result.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    // The order of the additions is another one for columns; quarters of small integers are added exactly.
    const close = !exactly && (name === 'variance' || name === 'std' || name === 'mean' || name === 'prod');
    let wanted = value;
    // Sums of bigints are doubles along an axis; a difference wraps in the type of the array.
    if (typeof value === 'bigint' && typeof result[index] === 'number') wanted = Number(value);
    if (name === 'ptp') {
      const one = result.slice(0, 1);
      one[0] = value as never;
      wanted = one[0];
    }
    if (close && Number.isFinite(value)) {
      const error = Math.abs((result[index] as number) - (value as number));
      expect(error, what).toBeLessThanOrEqual(1e-12 * Math.abs(value as number));
    } else if (!Object.is(result[index], wanted)) {
      expect(result[index], `${what}, line ${index}`).toBe(wanted);
    }
  }
}

describe('an axis', () => {
  const x = Float64Array.from({ length: 24 }, (_, i) => i);

  test('counts from the last when it is negative', () => {
    const shape = [2, 3, 4];
    for (const axis of [0, 1, 2]) {
      expect(sum(x, { shape, axis: axis - 3 })).toEqual(sum(x, { shape, axis }));
    }
    expect([...sum(x, { axis: -1 })]).toEqual([276]);
  });

  test('stays in the shape with `keepDims`, which is not enumerable', () => {
    const kept = sum(x, { shape: [2, 3, 4], axis: 1, keepDims: true });
    expect(kept.shape).toEqual([2, 1, 4]);
    expect(Object.keys(kept)).not.toContain('shape');
    expect(sum(x, { shape: [2, 3, 4], axis: 1 }).shape).toEqual([2, 4]);
    expect(sum(x, { axis: 0 }).shape).toEqual([]);
  });

  test('out of range, a shape that does not fit, and options that need an axis are refused', () => {
    const code = (call: () => unknown) => {
      try {
        call();
      } catch (error) {
        return (error as { code: string }).code;
      }
      return 'none';
    };
    for (const axis of [3, -4, 0.5, Number.NaN]) {
      expect(code(() => max(x, { shape: [2, 3, 4], axis }))).toBe('ERR_OUT_OF_RANGE');
    }
    expect(code(() => max(x, { shape: [2, 3, 5], axis: 0 }))).toBe('ERR_OUT_OF_RANGE');
    expect(code(() => max(x, { shape: [2, -12], axis: 0 }))).toBe('ERR_OUT_OF_RANGE');
    expect(code(() => max(x, { axis: '0' } as never))).toBe('ERR_INVALID_ARG_TYPE');
    expect(code(() => max(x, { out: new Float64Array(1) } as never))).toBe('ERR_INVALID_ARG_VALUE');
    expect(code(() => max(x, { keepDims: true } as never))).toBe('ERR_INVALID_ARG_VALUE');
    expect(code(() => max(x, { axis: 0, nonsense: 1 } as never))).toBe('ERR_INVALID_ARG_VALUE');
    expect(code(() => sum(Int8Array.of(1), { axis: 0, bigint: true }))).toBe('ERR_INVALID_ARG_VALUE');
    expect(code(() => mean(x, { axis: 0, weights: x }))).toBe('ERR_INVALID_ARG_VALUE');
    expect(code(() => std(x, { axis: 0, ddof: -1 }))).toBe('ERR_OUT_OF_RANGE');
  });

  test('of length 0 follows the flat kernels, and no lines are no results', () => {
    const empty = new Float64Array(0);
    const shape = [2, 0, 3];
    expect([...sum(empty, { shape, axis: 1 })]).toEqual(Array(6).fill(0));
    expect([...prod(empty, { shape, axis: 1 })]).toEqual(Array(6).fill(1));
    expect([...mean(empty, { shape, axis: 1 })]).toEqual(Array(6).fill(Number.NaN));
    expect([...variance(empty, { shape, axis: 1 })]).toEqual(Array(6).fill(Number.NaN));
    for (const kernel of [min, max, ptp, argmin, argmax] as unknown as Kernel[]) {
      expect(() => kernel(empty, { shape, axis: 1 })).toThrow(RangeError);
      expect((kernel(empty, { shape, axis: 0 }) as Shaped).length).toBe(0);
    }
  });

  test('with `ddof` and `precision` works line by line', () => {
    const shape = [4, 6];
    const rows = [0, 1, 2, 3].map((row) => x.slice(row * 6, row * 6 + 6));
    expect([...variance(x, { shape, axis: 1, ddof: 1 })]).toEqual(
      rows.map((row) => variance(row, { ddof: 1 })),
    );
    expect([...std(x, { shape, axis: 0, ddof: 4 })]).toEqual(Array(6).fill(Number.NaN));
    const wild = Float64Array.of(1e100, 1, -1e100, 1, 1, 1);
    expect([...sum(wild, { shape: [3, 2], axis: 0, precision: 'exact' })]).toEqual([1, 3]);
    expect([...sum(wild.slice(0, 3), { shape: [1, 3], axis: 1, precision: 'exact' })]).toEqual([1]);
    expect([...sum(x, { shape, axis: 0, precision: 'fast' })]).toEqual([36, 40, 44, 48, 52, 56]);
  });
});

describe('`out`', () => {
  const x = Float64Array.from({ length: 12 }, (_, i) => (i * 7) % 12);

  test('is filled and given back with a shape', async () => {
    const out = new Float64Array(new SharedArrayBuffer(32));
    expect(sum(x, { shape: [3, 4], axis: 0, out })).toBe(out);
    expect([...out]).toEqual([...sum(x, { shape: [3, 4], axis: 0 })]);
    const indices = new Uint32Array(3);
    expect(await argmax.async(x, { shape: [3, 4], axis: 1, out: indices })).toBe(indices);
    expect([...indices]).toEqual([...argmax(x, { shape: [3, 4], axis: 1 })]);
  });

  test('of another type or length, or over the input, is refused', () => {
    const options = { shape: [3, 4], axis: 0 } as const;
    expect(() => sum(x, { ...options, out: new Float32Array(4) as never })).toThrow(TypeError);
    expect(() => sum(x, { ...options, out: new Float64Array(3) })).toThrow(RangeError);
    expect(() => max(x, { ...options, out: x.subarray(4, 8) })).toThrow(TypeError);
    expect(() => argmin(x, { ...options, out: new Int32Array(4) as never })).toThrow(TypeError);
  });

  test('is left alone by an error', () => {
    const holes = x.slice();
    holes[7] = Number.NaN;
    const where = new Uint8Array(12).fill(1);
    where.fill(0, 8);
    for (const kernel of [min, max, ptp]) {
      const out = new Float64Array(3).fill(7);
      expect(() => kernel(x, { shape: [3, 4], axis: 1, where, out })).toThrow(RangeError);
      expect(() => kernel(holes, { shape: [3, 4], axis: 1, nanPolicy: 'raise', out })).toThrow('index 7');
      expect([...out]).toEqual([7, 7, 7]);
    }
    const out = new Uint32Array(3).fill(7);
    expect(() => argmin(x, { shape: [3, 4], axis: 1, where, out })).toThrow(RangeError);
    expect([...out]).toEqual([7, 7, 7]);
  });
});

test('large tables give the sums of their lines, along every axis', () => {
  // Split over rows, over blocks of columns and over tables.
  for (const shape of [
    [3, 9000, 17],
    [50_000, 2, 3],
    [2, 300_001],
    [300_001, 2],
    [600, 1030],
  ]) {
    const n = product(shape);
    const x = numbers(Float64Array, n, 5) as Float64Array;
    for (let axis = 0; axis < shape.length; axis++) {
      const length = shape[axis] as number;
      const inner = product(shape.slice(axis + 1));
      const expected = new Float64Array(n / length);
      for (let i = 0; i < n; i++) {
        const line = Math.floor(i / (length * inner)) * inner + (i % inner);
        expected[line] = (expected[line] as number) + (x[i] as number);
      }
      const result = sum(x, { shape, axis });
      expect(Buffer.from(result.buffer).equals(Buffer.from(expected.buffer)), `${shape} ${axis}`).toBe(true);
    }
  }
});

test('the arrays of a BigInt64Array are exact where doubles are not', () => {
  const big = 2n ** 62n + 1n;
  const x = BigInt64Array.of(big, -big, big - 2n, 5n);
  expect([...sum(x, { shape: [2, 2], axis: 0 })]).toEqual([Number(2n * big - 2n), Number(5n - big)]);
  expect([...max(x, { shape: [2, 2], axis: 0 })]).toEqual([big, 5n]);
  expect([...argmin(x, { shape: [2, 2], axis: 1 })]).toEqual([1, 1]);
  expect([...variance(x, { shape: [2, 2], axis: 0 })]).toEqual([1, Number((big + 5n) ** 2n / 4n)]);
});
