import { Pool, sharedArray } from 'allcores';
import { machine } from 'allcores/diagnostics';
import { expect, test } from 'vitest';

test('each child process has its share of the native threads, and at least one', async () => {
  for (const workers of [1, 2, 64]) {
    await using pool = new Pool({ kind: 'process', workers });
    const share = Math.max(1, Math.floor(machine().threads / workers));
    expect(await pool.apply(() => process.env['ALLCORES_THREADS'])).toBe(String(share));
  }
  await using pool = new Pool({ kind: 'process', env: { ...process.env, ALLCORES_THREADS: '3' } });
  expect(await pool.apply(() => process.env['ALLCORES_THREADS'])).toBe('3');
});

test('child processes have memory of their own: what they change, nobody else sees', async () => {
  await using pool = new Pool({ kind: 'process', workers: 1 });
  const change = () => {
    Object.assign(globalThis, { changed: true });
    process.env['CHANGED'] = 'yes';
    return process.pid;
  };
  expect(await pool.apply(change)).not.toBe(process.pid);
  expect([Object.hasOwn(globalThis, 'changed'), process.env['CHANGED']]).toEqual([false, undefined]);
});

test('resourceLimits limit the heap of a child process; limits that only threads have are refused', async () => {
  const limits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 12 };
  await using pool = new Pool({ kind: 'process', workers: 1, resourceLimits: limits });
  expect(await pool.apply(() => process.execArgv.filter((option) => /size=/.test(option)))).toEqual([
    '--max-old-space-size=64',
    '--max-semi-space-size=4',
  ]);
  for (const name of ['stackSizeMb', 'codeRangeSizeMb']) {
    expect(() => new Pool({ kind: 'process', resourceLimits: { [name]: 4 } })).toThrow(
      `Unknown option \`${name}\` of resourceLimits of child processes`,
    );
  }
});

test('a typed array is mapped by child processes into shared memory of this one', async () => {
  await using pool = new Pool({ kind: 'process', workers: 2 });
  const squares = await pool.map(
    (x: number, index: number) => x * x + index,
    sharedArray(Int32Array, [1, 2, 3]),
  );
  expect(squares).toEqual(new Int32Array([1, 5, 11]));
  expect(squares.buffer).toBeInstanceOf(SharedArrayBuffer);
  const out = new Float64Array(3);
  expect(await pool.map((x: bigint) => Number(x) / 2, new BigInt64Array([1n, 2n, 3n]), { out })).toBe(out);
  expect(out).toEqual(new Float64Array([0.5, 1, 1.5]));
});

test.each(['thread', 'process'] as const)(
  'elements that travel one by one on kind %s know their index',
  async (kind) => {
    await using pool = new Pool({ kind, workers: 2 });
    const indexes = await pool.map((_: number, index: number) => index, new Float64Array(1000), {
      chunkSize: 7,
      timeout: 20_000,
    });
    expect(indexes).toEqual(Float64Array.from({ length: 1000 }, (_, index) => index));
  },
);

test('a pool takes kinds that exist only', () => {
  expect(() => new Pool({ kind: 'fork' as 'process' })).toThrow('Expected `kind` to be one of');
});

test('what is transferred is taken from the caller, as on threads', async () => {
  await using pool = new Pool({ kind: 'process', workers: 1 });
  const bytes = new Uint8Array([1, 2, 3]);
  expect(await pool.apply((given: Uint8Array) => given.length, [bytes], { transfer: [bytes.buffer] })).toBe(
    3,
  );
  expect(bytes.length).toBe(0);
  const { port1 } = new MessageChannel();
  const moved = pool.apply((port: unknown) => port, [port1], { transfer: [port1 as never] });
  await expect(moved).rejects.toMatchObject({ name: 'SerializationError', path: 'args[0]' });
});
