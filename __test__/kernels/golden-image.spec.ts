import { decode, gaussianBlur, grayscale, type Raster, resize } from 'allcores/image';
import { describe, expect, test } from 'vitest';
import { generated, goldenCases, hashOf, type Input, shared, sharedBytes } from '../image/golden.js';

// The files are written by scripts/golden/image.py, which says what is in them and how the inputs are
// made. A row of the files is checked plainly and asynchronously, on plain and on shared memory.

function golden<Row>(name: string, atLeast: number): Row[] {
  const cases = goldenCases<Row>(name);
  expect(cases.length).toBeGreaterThanOrEqual(atLeast);
  return cases;
}

function raster(input: Input, inSharedMemory: boolean): Raster<Uint8Array> {
  return inSharedMemory ? shared(generated(input)) : generated(input);
}

/** The hash of both forms, when they agree. */
async function both(run: () => Raster, runAsync: () => Promise<Raster>): Promise<Raster & { hash: string }> {
  const [plain, later] = [run(), await runAsync()];
  expect(hashOf(later)).toBe(hashOf(plain));
  return { ...plain, hash: hashOf(plain) };
}

describe.each([
  ['plain', false],
  ['shared', true],
])("Pillow's bytes, on %s memory", (_, inSharedMemory) => {
  test('of convert("L") as grayscale', async () => {
    for (const row of golden<[...Input, string]>('grayscale', 40)) {
      const input = raster(row.slice(0, 5) as Input, inSharedMemory);
      const found = await both(
        () => grayscale(input),
        () => grayscale.async(input),
      );
      expect(found, String(row)).toMatchObject({ channels: 1, hash: row[5] });
    }
  });

  test('of Image.resize as resize with fit fill', async () => {
    for (const row of golden<[...Input, number, number, 'box', string]>('resize', 400)) {
      const input = raster(row.slice(0, 5) as Input, inSharedMemory);
      const options = { width: row[5], height: row[6], filter: row[7], fit: 'fill' } as const;
      const found = await both(
        () => resize(input, options),
        () => resize.async(input, options),
      );
      expect(found, String(row)).toMatchObject({ width: row[5], height: row[6], hash: row[8] });
    }
  });

  test('of GaussianBlur as gaussianBlur', async () => {
    for (const row of golden<[...Input, number, number, string]>('gaussianBlur', 300)) {
      const input = raster(row.slice(0, 5) as Input, inSharedMemory);
      const radius = row[5] === row[6] ? row[5] : { x: row[5], y: row[6] };
      const found = await both(
        () => gaussianBlur(input, { radius }),
        () => gaussianBlur.async(input, { radius }),
      );
      expect(found.hash, String(row)).toBe(row[7]);
    }
  });

  test('of Image.open as decode', async () => {
    for (const [name, file, width, height, channels, expected] of golden<
      [string, string, number, number, number, string]
    >('decode', 20)) {
      const plain = Buffer.from(file, 'hex');
      const bytes = inSharedMemory ? sharedBytes(plain) : plain;
      const found = await both(
        () => decode(bytes, { depth: 8 }),
        () => decode.async(bytes, { depth: 8 }),
      );
      expect(found, name).toMatchObject({ width, height, channels, hash: expected });
    }
  });
});
