import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decode, gaussianBlur, grayscale, type Raster, resize } from 'allcores/image';
import { describe, expect, test } from 'vitest';

// The files are written by scripts/golden/image.py, which says what is in them and how the inputs are
// made. A row of the files is checked plainly and asynchronously, on plain and on shared memory.

type Kind = 'noise' | 'ramp' | 'edges';
type Channels = Raster['channels'];
type Input = [kind: Kind, seed: number, width: number, height: number, channels: Channels];

function golden<Row>(name: string, atLeast: number): Row[] {
  const text = readFileSync(new URL(`../golden/image/${name}.json`, import.meta.url), 'utf8');
  const { cases } = JSON.parse(text) as { cases: Row[] };
  expect(cases.length).toBeGreaterThanOrEqual(atLeast);
  return cases;
}

function samples(kind: Kind, seed: number, width: number, height: number, channels: number): Uint8Array {
  const data = new Uint8Array(width * height * channels);
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    if (kind === 'noise') {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      data[i] = state >>> 24;
    } else if (kind === 'ramp') {
      data[i] = x * 7 + y * 3 + c * 50 + seed;
    } else {
      data[i] = 255 * ((Math.floor(x / 5) + Math.floor(y / 3) + c + seed) & 1);
    }
  }
  return data;
}

/** The bytes, in shared memory that begins three bytes earlier when `shared`. */
function place(bytes: Uint8Array, shared: boolean): Uint8Array {
  if (!shared) return bytes;
  const placed = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
  placed.set(bytes);
  return placed;
}

function raster([kind, seed, width, height, channels]: Input, shared: boolean): Raster {
  return { data: place(samples(kind, seed, width, height, channels), shared), width, height, channels };
}

function hash({ data }: Raster): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The hash of both forms, when they agree. */
async function both(run: () => Raster, runAsync: () => Promise<Raster>): Promise<Raster & { hash: string }> {
  const [plain, later] = [run(), await runAsync()];
  expect(hash(later)).toBe(hash(plain));
  return { ...plain, hash: hash(plain) };
}

describe.each([
  ['plain', false],
  ['shared', true],
])("Pillow's bytes, on %s memory", (_, shared) => {
  test('of convert("L") as grayscale', async () => {
    for (const row of golden<[...Input, string]>('grayscale', 40)) {
      const input = raster(row.slice(0, 5) as Input, shared);
      const found = await both(
        () => grayscale(input),
        () => grayscale.async(input),
      );
      expect(found, String(row)).toMatchObject({ channels: 1, hash: row[5] });
    }
  });

  test('of Image.resize as resize with fit fill', async () => {
    for (const row of golden<[...Input, number, number, 'box', string]>('resize', 400)) {
      const input = raster(row.slice(0, 5) as Input, shared);
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
      const input = raster(row.slice(0, 5) as Input, shared);
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
      const bytes = place(Buffer.from(file, 'hex'), shared);
      const found = await both(
        () => decode(bytes, { depth: 8 }),
        () => decode.async(bytes, { depth: 8 }),
      );
      expect(found, name).toMatchObject({ width, height, channels, hash: expected });
    }
  });
});
