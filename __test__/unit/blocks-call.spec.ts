import { Pool } from 'allcores';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.restoreAllMocks();
});

test('a map over a typed array that was refused starts no timer for its progress', async () => {
  const started = vi.spyOn(globalThis, 'setInterval');
  await using pool = new Pool(1);
  const options = { onProgress: () => {} };
  const aborted = { ...options, signal: AbortSignal.abort(new Error('before')) };
  const run = (x: number) => x;
  await expect(pool.map(run, new Float64Array(9), aborted)).rejects.toThrow('before');
  pool.close();
  await expect(pool.map(run, new Float64Array(9), options)).rejects.toThrow('closed');
  expect(started).not.toHaveBeenCalled();
});

test('a map over a view of growable memory takes the elements that there were at the call', async () => {
  await using pool = new Pool(2);
  const memory = Reflect.construct(SharedArrayBuffer, [80, { maxByteLength: 8000 }]) as SharedArrayBuffer;
  const mapped = pool.map((x: number, index: number) => {
    if (index >= 10) throw new RangeError(`there was no element ${index}`);
    return x + index;
  }, new Float64Array(memory));
  (memory as unknown as { grow(bytes: number): void }).grow(8000);
  expect([...(await mapped)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
