import vm from 'node:vm';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Pool, sharedArray } from 'allcores';
import { describe, expect, expectTypeOf, test } from 'vitest';

const numberTypes = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;
const bigintTypes = [BigInt64Array, BigUint64Array] as const;

describe('sharedArray', () => {
  test.each([...numberTypes, ...bigintTypes])('%o of a length is all zero, on shared memory', (Type) => {
    const array = sharedArray(Type, 3);
    expect(Object.getPrototypeOf(array)).toBe(Type.prototype);
    expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(array.buffer.byteLength).toBe(3 * Type.BYTES_PER_ELEMENT);
    expect([...array].every((value) => Number(value) === 0)).toBe(true);
  });

  test.each(numberTypes)('%o takes its values from any iterable of numbers', (Type) => {
    const values = [1, 2, 3];
    const expected = Type.from(values);
    for (const source of [values, new Set(values), new Float64Array(values), values.values()]) {
      expect([...sharedArray(Type, source)]).toEqual([...expected]);
    }
  });

  test.each(bigintTypes)('%o takes its values from any iterable of bigints', (Type) => {
    expect([...sharedArray(Type, [1n, 2n])]).toEqual([1n, 2n]);
    expect([...sharedArray(Type, new Set([3n]))]).toEqual([3n]);
    expect([...sharedArray(Type, new BigUint64Array([4n]))]).toEqual([4n]);
  });

  test('values are converted as typed arrays convert them', () => {
    expect([...sharedArray(Uint8Array, [256, -1, 1.9])]).toEqual([0, 255, 1]);
    expect([...sharedArray(Uint8ClampedArray, [256, -1, 1.5])]).toEqual([255, 0, 2]);
    const floats = sharedArray(Float64Array, [-0, Number.NaN]);
    expect(Object.is(floats[0], -0)).toBe(true);
    expect(floats[1]).toBeNaN();
  });

  test('no elements are fine', () => {
    expect(sharedArray(Float64Array, 0).length).toBe(0);
    expect(sharedArray(Float64Array, []).length).toBe(0);
  });

  test('what crosses to another thread is the same memory', () => {
    const array = sharedArray(Int32Array, [1, 2]);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(array);
    const arrived = receiveMessageOnPort(port2)?.message as Int32Array;
    port1.close();
    arrived[1] = 7;
    expect([...array]).toEqual([1, 7]);
  });

  test('a constructor and values of another realm are known', () => {
    const foreign = vm.runInNewContext('({ Float32Array, values: new Int8Array([1, 2]) })');
    const array = sharedArray(foreign.Float32Array, foreign.values);
    expect(array).toStrictEqual(sharedArray(Float32Array, [1, 2]));
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'the length %o is a RangeError',
    (length) => {
      expect(() => sharedArray(Float64Array, length)).toThrow(
        expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }),
      );
    },
  );

  test('more than there can be is a RangeError that says how much', () => {
    expect(() => sharedArray(Float64Array, 2 ** 52)).toThrow(/4503599627370496 elements/);
  });

  test.each([undefined, null, 'text', {}, true, 5n, () => 1])('%o is neither length nor values', (values) => {
    expect(() => sharedArray(Float64Array, values as never)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });

  test('a value of the wrong type is named with its index', () => {
    expect(() => sharedArray(Float64Array, [1, '2'] as never)).toThrow(
      /numbers only, got "2" \(string\) at index 1/,
    );
    expect(() => sharedArray(Float64Array, [1n])).toThrow(/at index 0/);
    expect(() => sharedArray(BigInt64Array, [1n, 2] as never)).toThrow(
      /bigints only, got 2 \(number\) at index 1/,
    );
    expect(() => sharedArray(BigInt64Array, new Float64Array(2))).toThrow(TypeError);
  });

  test.each([Array, Buffer, DataView, 'Float64Array', undefined, { Float64Array: class {} }.Float64Array])(
    '%o is no type of array',
    (type) => {
      expect(() => sharedArray(type as never, 1)).toThrow(expect.objectContaining({ name: 'TypeError' }));
    },
  );

  test('has the type of its constructor', () => {
    expectTypeOf(sharedArray(Float64Array, 1)).toExtend<Float64Array>();
    expectTypeOf(sharedArray(BigInt64Array, 1)).toExtend<BigInt64Array>();
    expectTypeOf(sharedArray(Float64Array, 1)).not.toExtend<Float32Array>();
  });
});

test('a map into memory that overlaps its input through another buffer object reads what was there before', async () => {
  const length = 100_000;
  const memory = new SharedArrayBuffer((length + 1) * 8);
  const items = new Float64Array(memory, 0, length);
  for (let i = 0; i < length; i++) items[i] = i;
  const out = new Float64Array(structuredClone(memory), 8, length);
  const pool = new Pool({ workers: 2 });
  await pool.map((x: number) => x + 0.5, items, { out });
  await pool.terminate();
  expect(out.every((value, index) => value === index + 0.5)).toBe(true);
});
