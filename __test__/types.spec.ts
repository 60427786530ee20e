import { type ImapOutcome, Pool, sharedArray, tasks } from 'allcores';
import { factorial, factorialString } from 'allcores/factorial';
import { decode, gaussianBlur, type Raster } from 'allcores/image';
import { max, mean, sum } from 'allcores/numeric';
import { describe, expectTypeOf, test } from 'vitest';

// Checked by `npm run types`; running them only shows that the names exist.
describe('the types that users see', () => {
  test('a sum is a bigint exactly when the array or the options say so', () => {
    expectTypeOf(sum(new Float64Array(1))).toEqualTypeOf<number>();
    expectTypeOf(sum([1, 2])).toEqualTypeOf<number>();
    expectTypeOf(sum(new BigInt64Array(1))).toEqualTypeOf<bigint>();
    expectTypeOf(sum(new Int8Array(1), { bigint: true })).toEqualTypeOf<bigint>();
    expectTypeOf(sum.async(new BigUint64Array(1))).toEqualTypeOf<Promise<bigint>>();
    expectTypeOf(max(new BigInt64Array(1))).toEqualTypeOf<bigint>();
    expectTypeOf(mean(new BigInt64Array(1))).toEqualTypeOf<number>();
  });

  test('factorials are bigints or text', () => {
    expectTypeOf(factorial(3)).toEqualTypeOf<bigint>();
    expectTypeOf(factorialString.async(3n)).toEqualTypeOf<Promise<string>>();
  });

  test('a filter keeps the type of its pixels', () => {
    const clamped: Raster<Uint8ClampedArray> = {
      data: new Uint8ClampedArray(1),
      width: 1,
      height: 1,
      channels: 1,
    };
    expectTypeOf(gaussianBlur(clamped, { radius: 1 })).toEqualTypeOf<Raster<Uint8ClampedArray>>();
  });

  test('decode gives samples of the depth that it was asked for', () => {
    expectTypeOf((bytes: Uint8Array) => decode(bytes, { depth: 8 })).returns.toEqualTypeOf<
      Raster<Uint8Array>
    >();
    expectTypeOf((bytes: Uint8Array) => decode.async(bytes, { depth: 16 })).returns.resolves.toEqualTypeOf<
      Raster<Uint16Array>
    >();
    expectTypeOf((bytes: Uint8Array) => decode(bytes)).returns.toEqualTypeOf<
      Raster<Uint8Array | Uint16Array>
    >();
  });

  test('a shared array has the type that was named', () => {
    expectTypeOf(sharedArray(Int16Array, 1)).toExtend<Int16Array>();
    expectTypeOf(sharedArray(BigInt64Array, [1n])).toExtend<BigInt64Array>();
  });

  test('a pool gives what its function gives, and tasks know their arguments', async () => {
    const pool = new Pool();
    const path = tasks<typeof import('node:path')>('node:path');
    expectTypeOf(pool.map((x: number) => String(x), [1])).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(pool.map(async (x: number) => x > 1, [1])).toEqualTypeOf<Promise<boolean[]>>();
    expectTypeOf(pool.apply(path.basename, ['/a/b'])).toEqualTypeOf<Promise<string>>();
    expectTypeOf(pool.starmap(path.join, [['a', 'b']])).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(pool.map((x: number) => x, new Float64Array(1))).resolves.toExtend<Float64Array>();
    expectTypeOf(pool.imap((x: number) => String(x), [])).toEqualTypeOf<AsyncIterableIterator<string>>();
    expectTypeOf(pool.imapUnordered(async (x: number) => x > 1, [], { errors: 'collect' })).toEqualTypeOf<
      AsyncIterableIterator<ImapOutcome<boolean>>
    >();
    // @ts-expect-error the argument of basename is a string
    await pool.apply(path.basename, [1]).catch(() => undefined);
    // @ts-expect-error sep is no function
    void path.sep;
    // The calls above are wanted by nobody, but they must not be rejected.
    pool.close();
    await pool.join();
  });
});
