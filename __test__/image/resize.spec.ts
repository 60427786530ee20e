import { type Raster, type ResizeOptions, resize } from 'allcores/image';
import { describe, expect, test } from 'vitest';
import { generated, goldenCases, hashOf, type Input, noise16, noiseFloat, shared } from './golden.js';

type Row = [...Input, ResizeOptions, hash: string];

describe.each(['cover', 'contain'])("Pillow's bytes with fit %s", (fit) => {
  test('are made plainly and asynchronously, on plain and on shared memory', async () => {
    const cases = goldenCases<Row>('resizeFit').filter(([, , , , , options]) => options.fit === fit);
    expect(cases.length).toBeGreaterThanOrEqual(100);
    for (const row of cases) {
      const [input, options, hash] = [row.slice(0, 5) as Input, row[5], row[6]];
      expect(hashOf(resize(generated(input), options)), JSON.stringify(row)).toBe(hash);
      expect(hashOf(await resize.async(shared(generated(input)), options))).toBe(hash);
    }
  });
});

/** Rows of numbers as an image of one channel. */
function grey(rows: readonly (readonly number[])[]): Raster<Uint8Array> {
  return {
    data: Uint8Array.from(rows.flat()),
    width: rows[0]?.length ?? 0,
    height: rows.length,
    channels: 1,
  };
}

const picture = grey([
  [1, 2, 3, 4],
  [5, 6, 7, 8],
]);

test.each([
  [{ fit: 'fill' }, [2, 4, 6, 8]],
  [{ fit: 'cover' }, [2, 3, 6, 7]],
  [{ fit: 'cover', position: 'left' }, [1, 2, 5, 6]],
  [{ fit: 'cover', position: 'top right' }, [3, 4, 7, 8]],
  [{ fit: 'cover', position: { x: 1, y: 0 } }, [3, 4, 7, 8]],
] as const)('resize to a square with %j takes the right part', (options, expected) => {
  const { data } = resize(picture, { width: 2, height: 2, filter: 'nearest', ...options });
  expect(Array.from(data)).toEqual(expected);
});

test('a contained image lies on its background where the position says', () => {
  const options = { width: 4, height: 4, fit: 'contain', background: 9 } as const;
  const [blank, top, bottom] = [
    [9, 9, 9, 9],
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];
  const rows = (raster: Raster) =>
    Array.from({ length: 4 }, (_, y) => [...raster.data.slice(y * 4, y * 4 + 4)]);
  expect(rows(resize(picture, options))).toEqual([blank, top, bottom, blank]);
  expect(rows(resize(picture, { ...options, position: 'top' }))).toEqual([top, bottom, blank, blank]);
  expect(rows(resize(picture, { ...options, position: 'right bottom' }))).toEqual([
    blank,
    blank,
    top,
    bottom,
  ]);
  const plain = resize(picture, { width: 4, height: 3, fit: 'contain', position: 'bottom' });
  expect(Array.from(plain.data.slice(0, 4))).toEqual([0, 0, 0, 0]);
});

test('an image that would grow keeps its size when that is asked for', () => {
  const kept = (options: ResizeOptions) => resize(picture, { withoutEnlargement: true, ...options });
  for (const fit of ['fill', 'cover', 'outside'] as const) {
    expect(kept({ width: 8, height: 2, fit })).toEqual(picture);
    expect(resize(picture, { width: 8, height: 2, fit })).not.toEqual(picture);
  }
  expect(kept({ width: 8 })).toEqual(picture);
  const contained = kept({ width: 6, height: 4, fit: 'contain', background: 7 });
  expect(contained).toMatchObject({ width: 6, height: 4 });
  expect(Array.from(contained.data.slice(6, 12))).toEqual([7, 1, 2, 3, 4, 7]);
  expect(kept({ width: 2, height: 2 })).toMatchObject({ width: 2, height: 2 });
});

describe('16 bits and floats', () => {
  test('keep what 8 bits cannot hold', () => {
    const wide = {
      data: Uint16Array.of(300, 300, 65_535, 65_535),
      width: 4,
      height: 1,
      channels: 1,
    } as const;
    expect(resize(wide, { width: 2 }).data.constructor).toBe(Uint16Array);
    expect(Array.from(resize(wide, { width: 2, height: 1, filter: 'box' }).data)).toEqual([300, 65_535]);
    const bright = { data: Float32Array.of(2.5, 2.5, -1, -1), width: 4, height: 1, channels: 1 } as const;
    expect(Array.from(resize(bright, { width: 2, height: 1, filter: 'box' }).data)).toEqual([2.5, -1]);
  });

  test.each([noise16(40, 30, 3), noise16(40, 30, 4), noiseFloat(40, 30, 1)])(
    'are nearly what 8 bits give, and differ between filters',
    (raster) => {
      const white = raster.data instanceof Uint16Array ? 65_535 : 1;
      const isAlpha = (i: number) => raster.channels % 2 === 0 && (i + 1) % raster.channels === 0;
      // Alpha well above 0, so that colours are well defined; the rest so far from black and white that bytes
      // are not clamped between the passes.
      const data = raster.data.map((v, i) =>
        isAlpha(i) ? white * 0.8 : white * 0.3 + Math.max(0, Math.min(v, white)) * 0.4,
      );
      const bytes = { ...raster, data: Uint8Array.from(data, (v) => Math.round((v / white) * 255)) };
      const results = (['box', 'bilinear', 'hamming', 'bicubic', 'lanczos3'] as const).map((filter) => {
        const deep = resize({ ...raster, data } as Raster, { width: 17, height: 50, fit: 'fill', filter });
        const small = resize(bytes, { width: 17, height: 50, fit: 'fill', filter });
        deep.data.forEach((v, i) => {
          const clamped = Math.max(0, Math.min(v / white, 1)) * 255;
          expect(Math.abs(clamped - (small.data[i] as number)), `${filter} ${i}`).toBeLessThanOrEqual(3);
        });
        return hashOf(deep);
      });
      expect(new Set(results).size).toBe(5);
    },
  );
});

describe("mode 'fast'", () => {
  test('is close to mode pillow on 8 and 16 bits, and has other bytes', () => {
    // Far from black and white, so that nothing is clamped between the passes.
    const middle = <T extends Uint8Array | Uint16Array>(raster: Raster<T>): Raster<T> => ({
      ...raster,
      data: raster.data.map((v) => (v >> 2) + (raster.data.BYTES_PER_ELEMENT === 1 ? 100 : 25_000)) as T,
    });
    const rasters: Raster[] = [middle(generated(['noise', 5, 90, 60, 3])), middle(noise16(90, 60, 3))];
    for (const raster of rasters) {
      for (const size of [{ width: 31 }, { width: 200, height: 50 }]) {
        const [fast, pillow] = [
          resize(raster, { ...size, mode: 'fast' }),
          resize(raster, { ...size, mode: 'pillow' }),
        ];
        expect(hashOf(resize(raster, size))).toBe(hashOf(pillow));
        const distances = Array.from(fast.data, (v, i) => Math.abs(v - (pillow.data[i] as number)));
        expect(Math.max(...distances)).toBeLessThanOrEqual(2);
        expect(Math.max(...distances)).toBeGreaterThan(0);
      }
    }
  });

  test('copies pixels with filter nearest, as mode pillow does', () => {
    const raster = generated(['noise', 5, 90, 60, 4]);
    const options = { width: 31, height: 77, filter: 'nearest' } as const;
    expect(resize(raster, { ...options, mode: 'fast' })).toEqual(resize(raster, options));
  });

  test('is refused for floats', () => {
    expect(() => resize(noiseFloat(4, 4, 1), { width: 2, mode: 'fast' })).toThrow(TypeError);
  });
});

test('colours of invisible pixels do not bleed into the edge', () => {
  // Red that is seen beside green that is not.
  const pixel = (x: number, white: number) => (x < 20 ? [white, 0, 0, white] : [0, white, 0, 0]);
  const row = (white: number) => Array.from({ length: 40 }, (_, x) => pixel(x, white)).flat();
  const shape = { width: 40, height: 1, channels: 4 } as const;
  for (const mode of ['pillow', 'fast'] as const) {
    for (const data of [Uint8Array.from(row(255)), Uint16Array.from(row(65_535))]) {
      const small = resize<Uint8Array | Uint16Array>(
        { data, ...shape },
        { width: 7, filter: 'bilinear', mode },
      );
      for (let x = 0; x < 7; x++) expect(small.data[x * 4 + 1], `${mode} ${x}`).toBe(0);
      expect(small.data[3]).toBe(data[0]);
    }
  }
});
