import { runInNewContext } from 'node:vm';
import { gaussianBlur, grayscale } from 'allcores/image';
import { dot, sum } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { report, runFixture } from './child.js';

// What hold.ts promises, row by row, is written in its table. These are its two sides of the border.
const SMALL = 256 * 1024;
const LARGE = 4 * 1024 * 1024;
/** There `ArrayBuffer.prototype.transfer` takes marked buffers too, so that even large ones are copied. */
const COPIES_LARGE = /^v2[23]\./.test(process.version);

/** ES2024's buffers, which every supported Node has and TypeScript's ES2023 library does not know. */
const Resizable = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(length: number): void };
const Growable = SharedArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => SharedArrayBuffer & { grow(length: number): void };

function ones<T extends ArrayBufferLike>(buffer: T): Uint8Array<T> {
  return new Uint8Array(buffer).fill(1);
}

function detach(buffer: ArrayBuffer): void {
  structuredClone(buffer, { transfer: [buffer] });
}

/** Tries to take a buffer away; true when it was taken. */
function takenAway(buffer: ArrayBuffer): boolean {
  try {
    detach(buffer);
  } catch {
    return false;
  }
  return buffer.byteLength === 0;
}

const kinds: [string, (bytes: number) => Uint8Array][] = [
  ['a plain buffer', (bytes) => ones(new ArrayBuffer(bytes))],
  ['a Buffer', (bytes) => Buffer.alloc(bytes, 1)],
  ['a Buffer of the pool that many Buffers share', () => Buffer.from('\u0001'.repeat(100))],
  [
    'a part that begins at an odd byte',
    (bytes) =>
      new Uint8Array(bytes + 9)
        .fill(9)
        .fill(1, 3, bytes + 3)
        .subarray(3, bytes + 3),
  ],
  [
    'an array of another realm',
    (bytes) => runInNewContext('new Uint8Array(n).fill(1)', { n: bytes }) as Uint8Array,
  ],
  ['a subclass of Uint8Array', (bytes) => new (class extends Uint8Array {})(bytes).fill(1)],
  ['shared memory', (bytes) => ones(new SharedArrayBuffer(bytes))],
  ['a part of shared memory', (bytes) => ones(new SharedArrayBuffer(bytes + 9)).subarray(5, bytes + 5)],
  ['growable shared memory', (bytes) => ones(new Growable(bytes, { maxByteLength: bytes * 2 }))],
  ['a Buffer on shared memory', (bytes) => Buffer.from(new SharedArrayBuffer(bytes)).fill(1)],
];

describe.each(kinds)('a kernel on %s', (_, make) => {
  test.each([100, SMALL, SMALL + 1, LARGE])(
    'reads %d bytes in place, plainly and asynchronously',
    async (bytes) => {
      const x = make(bytes);
      const before = Buffer.from(x).toString('latin1');
      expect(sum(x)).toBe(x.length);
      expect(await sum.async(x)).toBe(x.length);
      expect(dot(x, x)).toBe(x.length);
      expect(await dot.async(x, x)).toBe(x.length);
      // A callee may not change what it reads.
      expect(Buffer.from(x).toString('latin1')).toBe(before);
    },
  );

  test('sees what was written since the last call', async () => {
    const x = make(100);
    expect(await sum.async(x)).toBe(x.length);
    x[99] = 101;
    expect(sum(x)).toBe(x.length + 100);
    expect(await sum.async(x)).toBe(x.length + 100);
  });
});

describe('elements wider than a byte', () => {
  test('are read at any offset that their type allows', async () => {
    const bytes = new ArrayBuffer(LARGE + 8);
    for (const offset of [0, 8]) {
      const x = new Float64Array(bytes, offset, LARGE / 8).fill(0.5);
      expect(sum(x)).toBe(LARGE / 16);
      expect(await sum.async(x.subarray(1))).toBe(LARGE / 16 - 0.5);
    }
    const odd = new Int32Array(new SharedArrayBuffer(44), 4, 9).fill(-7);
    expect(sum(odd)).toBe(-63);
    expect(await sum.async(odd.subarray(3))).toBe(-42);
  });
});

describe('a buffer that was transferred away', () => {
  test.each([100, LARGE])(
    'is refused before any work, plainly and asynchronously (%d bytes)',
    async (bytes) => {
      const buffer = new ArrayBuffer(bytes);
      const x = new Float64Array(buffer, 0, 10);
      const raster = { data: new Uint8Array(buffer, 0, 1), width: 1, height: 1, channels: 1 } as const;
      detach(buffer);
      const refused = expect.objectContaining({
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_VALUE',
        message: expect.stringContaining('transferred away'),
      });
      expect(() => sum(x)).toThrow(refused);
      await expect(sum.async(x)).rejects.toEqual(refused);
      expect(() => dot(x, new Float64Array(0))).toThrow(refused);
      expect(() => dot(new Float64Array(0), x)).toThrow(refused);
      expect(() => grayscale(raster)).toThrow(refused);
      await expect(grayscale.async(raster)).rejects.toEqual(refused);
    },
  );

  test('is not confused with an empty array', async () => {
    expect(sum(new Float64Array(0))).toBe(0);
    expect(await sum.async(new Uint8Array(new ArrayBuffer(8), 8))).toBe(0);
    expect(await sum.async(new Uint8Array(new SharedArrayBuffer(0)))).toBe(0);
  });
});

describe('a resizable buffer', () => {
  test('works in a blocking call, during which nobody can shrink it', () => {
    const buffer = new Resizable(LARGE, { maxByteLength: LARGE * 2 });
    const x = ones(buffer);
    expect(sum(x)).toBe(LARGE);
    buffer.resize(1000);
    expect(sum(x)).toBe(1000);
    buffer.resize(0);
    expect(sum(x)).toBe(0);
  });

  test.each([0, 100, LARGE])('is refused by an asynchronous call (%d bytes)', async (bytes) => {
    const x = ones(new Resizable(bytes, { maxByteLength: LARGE * 2 }));
    const refused = {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining('resizable'),
    };
    await expect(sum.async(x)).rejects.toMatchObject(refused);
    const plain = new Uint8Array(bytes);
    await expect(dot.async(plain, x)).rejects.toMatchObject(refused);
    await expect(dot.async(x, plain)).rejects.toMatchObject(refused);
  });

  test('is refused as the output of an asynchronous call', async () => {
    const raster = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 } as const;
    const out = new Uint8Array(new Resizable(1, { maxByteLength: 2 }));
    expect(grayscale(raster, { out }).data).toBe(out);
    await expect(grayscale.async(raster, { out })).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });
});

describe('growable shared memory', () => {
  test('may grow in the middle of a call', async () => {
    const buffer = new Growable(LARGE, { maxByteLength: LARGE * 4 });
    const promise = sum.async(ones(buffer));
    buffer.grow(LARGE * 4);
    expect(await promise).toBe(LARGE);
  });
});

describe('the plain buffer of an asynchronous call', () => {
  test.each([
    ['a Uint8Array', () => ones(new ArrayBuffer(SMALL))],
    // A Buffer's own `slice` is no copy.
    ['a Buffer', () => Buffer.alloc(SMALL, 1) as Uint8Array<ArrayBuffer>],
  ])('up to 256 KiB is copied (%s): it can be written to and transferred at once', async (_, make) => {
    const x = make();
    const promise = sum.async(x);
    x.fill(7);
    expect(takenAway(x.buffer)).toBe(true);
    expect(await promise).toBe(SMALL);
  });

  test('up to 256 KiB stays transferable after the call', async () => {
    const x = ones(new ArrayBuffer(SMALL));
    await sum.async(x);
    expect(takenAway(x.buffer)).toBe(true);
  });

  test('above 256 KiB cannot be transferred away, during the call and afterwards, or is copied', async () => {
    const x = ones(new ArrayBuffer(SMALL + 1));
    const promise = sum.async(x);
    expect(takenAway(x.buffer)).toBe(COPIES_LARGE);
    expect(await promise).toBe(SMALL + 1);
    expect(takenAway(x.buffer)).toBe(false);
    expect(x.length).toBe(COPIES_LARGE ? 0 : SMALL + 1);
  });

  test('stays transferable when only blocking calls read it', () => {
    const x = ones(new ArrayBuffer(LARGE));
    expect(sum(x)).toBe(LARGE);
    expect(takenAway(x.buffer)).toBe(true);
  });

  test('that is a small output taken away in mid-call makes the call fail with a typed error', async () => {
    const raster = { data: new Uint8Array(300).fill(100), width: 10, height: 10, channels: 3 } as const;
    const out = new Uint8Array(100);
    const promise = grayscale.async(raster, { out });
    detach(out.buffer);
    await expect(promise).rejects.toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
  });

  test.each([10, 1000])(
    'that is an output gets the result, be it small or large (%d pixels wide)',
    async (width) => {
      const raster = {
        data: new Uint8Array(width * width * 3).fill(100),
        width,
        height: width,
        channels: 3,
      } as const;
      const out = new Uint8Array(width * width * 3);
      const result = await gaussianBlur.async(raster, { radius: 2, out });
      expect(result.data).toBe(out);
      expect(out.every((sample) => sample === 100)).toBe(true);
    },
  );

  test('never crashes the process when it is transferred away and collected in mid-call', async () => {
    const ended = await runFixture('addon-transfer.mjs', { execArgv: ['--expose-gc'], timeout: 90_000 });
    expect({ code: ended.code, signal: ended.signal, stderr: ended.stderr }).toEqual({
      code: 0,
      signal: null,
      stderr: '',
    });
    const { rounds, right, wrong, refused, taken, held } = report<Record<string, number>>(ended);
    expect({ right, wrong, refused }).toEqual({ right: rounds, wrong: 0, refused: 0 });
    // Every attempt on a small buffer took it away, none on a large one that is read in place.
    expect(taken).toBeGreaterThanOrEqual(90);
    if (COPIES_LARGE) expect(held).toBe(0);
    else expect(held).toBeGreaterThanOrEqual(45);
  }, 100_000);
});
