/** A worker's part of a map over typed arrays. */

import { beforeEach, describe, expect, test } from 'vitest';
import { sharedArray } from '#dist/shared/shared-array.js';
import { upTo } from '../up-to.js';
import { channels, Driver, inline } from './worker-driver.ts';

describe.each(channels)('a worker on $channel', ({ looks }) => {
  let worker: Driver;
  beforeEach(() => {
    worker = new Driver({ looks });
    return () => worker[Symbol.asyncDispose]();
  });

  describe('maps over typed arrays', () => {
    function map(source: string, input: never, output: never, blockSize: number) {
      const cells = new Int32Array(new SharedArrayBuffer(12));
      const seq = worker.blocks(worker.define(inline(source)), {
        input,
        output,
        cells: cells as never,
        blockSize,
      });
      return { seq, cells };
    }

    test.each([1, 7, 16, 1000])(
      'every element is mapped once, with its index, in blocks of %i',
      async (blockSize) => {
        const input = sharedArray(Float64Array, upTo(1000));
        const output = sharedArray(Float64Array, 1000);
        const { seq, cells } = map('(x, index) => x * x + index', input as never, output as never, blockSize);
        await worker.answers(1);
        expect([...output]).toEqual(upTo(1000).map((x) => x * x + x));
        expect(worker.results().get(seq)).toBe(Math.ceil(1000 / blockSize));
        expect(cells[1]).toBe(Math.ceil(1000 / blockSize));
      },
    );

    test('two workers share the blocks', async () => {
      await using other = new Driver({ looks });
      const input = sharedArray(Int32Array, upTo(100_000));
      const output = sharedArray(Int32Array, 100_000);
      const cells = new Int32Array(new SharedArrayBuffer(12));
      const parts = { input: input as never, output: output as never, cells: cells as never, blockSize: 100 };
      for (const one of [worker, other]) one.blocks(one.define(inline('(x) => x + 1')), parts);
      await Promise.all([worker, other].map((one) => one.until(() => one.answered().length === 1)));
      expect(output.every((value, index) => value === index + 1)).toBe(true);
      expect((worker.results().get(0) as number) + (other.results().get(0) as number)).toBe(1000);
    });

    test('BigInt arrays give bigints and take bigints', async () => {
      const input = sharedArray(BigInt64Array, [1n, -2n, 3n]);
      const output = sharedArray(BigInt64Array, 3);
      map('(x, index) => x * 10n + BigInt(index)', input as never, output as never, 2);
      await worker.answers(1);
      expect([...output]).toEqual([10n, -19n, 32n]);
    });

    test('one function serves several pairs of types', async () => {
      const source = '(x) => Number(x) * 2';
      const wide = sharedArray(Float64Array, 2);
      map(source, sharedArray(Uint8Array, [1, 2]) as never, wide as never, 8);
      map(source, sharedArray(BigInt64Array, [3n, 4n]) as never, wide as never, 8);
      await worker.answers(2);
      expect([...wide]).toEqual([6, 8]);
    });

    test.each([
      [
        '(x) => x === 5 ? "five" : x',
        Float64Array,
        /a number for the element at index 5, got "five" \(string\)/,
      ],
      ['(x) => x === 5 ? undefined : x', Float64Array, /index 5, got undefined/],
      ['(x) => x === 5 ? 5n : x', Float64Array, /index 5/],
      ['async (x) => x', Float64Array, /index 0, got a promise/],
      ['(x) => Number(x)', BigInt64Array, /a bigint for the element at index 0/],
    ])('a result of the wrong type is a TypeError with its index: %s', async (source, Type, message) => {
      const input =
        Type === BigInt64Array ? sharedArray(BigInt64Array, 8) : sharedArray(Float64Array, upTo(8));
      const { seq, cells } = map(source, input as never, sharedArray(Type, 8) as never, 2);
      await worker.answers(1);
      const error = (await worker.failure(seq)) as TypeError;
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(message);
      expect(cells[2]).toBe(1);
    });

    test('what the function throws is the failure, and stops the map', async () => {
      const { seq, cells } = map(
        '(x) => { if (x === 5) throw new RangeError("five"); return x; }',
        sharedArray(Float64Array, upTo(8)) as never,
        sharedArray(Float64Array, 8) as never,
        2,
      );
      await worker.answers(1);
      const error = (await worker.failure(seq)) as RangeError;
      expect(error).toBeInstanceOf(RangeError);
      expect(error.stack).toMatch(/^RangeError: five\n {4}at allcores-inline:\d+:\d+:\d+$/);
      expect(cells[2]).toBe(1);
      expect(cells[1]).toBe(2);
    });

    test('a stopped map claims no block', async () => {
      const cells = new Int32Array(new SharedArrayBuffer(12));
      cells[2] = 1;
      const output = sharedArray(Float64Array, 8);
      const fn = worker.define(inline('() => 1'));
      worker.blocks(fn, {
        input: output as never,
        output: output as never,
        cells: cells as never,
        blockSize: 1,
      });
      await worker.answers(1);
      expect([...output]).toEqual(upTo(8).map(() => 0));
      expect(worker.results().get(0)).toBe(0);
    });

    test('a captured variable is named here too', async () => {
      const { seq } = map(
        '(x) => x * rate',
        sharedArray(Int8Array, 1) as never,
        sharedArray(Int8Array, 1) as never,
        1,
      );
      await worker.answers(1);
      expect(await worker.failure(seq)).toMatchObject({ name: 'TaskCaptureError', variable: 'rate' });
    });
  });
});
