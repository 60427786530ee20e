import {
  convolve,
  dilate,
  erode,
  type FilterKernel,
  median,
  type Pixels,
  type Raster,
  rankFilter,
  sobel,
} from 'allcores/image';
import { describe, expect, test } from 'vitest';
import { generated, goldenCases, hashOf, type Input, noise16, noiseFloat, shared } from './golden.js';

// The golden files are written by scripts/golden/image_neighbour.py, which says what is in them and how the
// inputs are made.

type Type = 'u8' | 'u16' | 'f32';
type Typed = [...Input, type: Type];

/** A generated image with samples of any type. */
function image([kind, seed, width, height, channels, type]: Typed): Raster {
  if (type === 'u8') return generated([kind, seed, width, height, channels]);
  const data = new (type === 'u16' ? Uint16Array : Float32Array)(width * height * channels);
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    if (kind === 'noise') {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      data[i] = type === 'u16' ? state >>> 16 : (state >>> 8) / 2 ** 20 - 4;
    } else if (kind === 'ramp') {
      const value = (x * 1007 + y * 503 + c * 9050 + seed) % 65_536;
      data[i] = type === 'u16' ? value : value / 65_536;
    } else {
      data[i] = (type === 'u16' ? 65_535 : 1) * ((Math.floor(x / 5) + Math.floor(y / 3) + c + seed) & 1);
    }
  }
  return { data, width, height, channels };
}

/** The hash of a filter's result, which is the same in both forms and from shared memory. */
async function hashFrom<O extends object>(
  kernel: FilterKernel<O>,
  input: Raster,
  options: O,
): Promise<string> {
  const hash = hashOf(kernel(input, options));
  expect(hashOf(await kernel.async(input, options))).toBe(hash);
  if (input.data instanceof Uint8Array) {
    expect(hashOf(kernel(shared(input as Raster<Uint8Array>), options))).toBe(hash);
  }
  return hash;
}

/** A raster of one row. */
function row<D extends Pixels>(data: D): Raster<D> {
  return { data, width: data.length, height: 1, channels: 1 };
}

describe('the bytes of the peers', () => {
  test("of Pillow's RankFilter are those of rankFilter", async () => {
    const cases = goldenCases<[...Typed, number, number, string]>('rankFilter');
    expect(cases.length).toBeGreaterThan(300);
    for (const [a, b, c, d, e, f, size, rank, hash] of cases) {
      const found = await hashFrom(rankFilter, image([a, b, c, d, e, f]), { size, rank });
      expect(found, `${[a, b, c, d, e, f, size, rank]}`).toBe(hash);
    }
  });

  test("of OpenCV's medianBlur, and on 8 bits of Pillow's MedianFilter, are those of median", async () => {
    const cases = goldenCases<[...Typed, number, string]>('median');
    expect(cases.length).toBeGreaterThan(100);
    for (const [a, b, c, d, e, f, size, hash] of cases) {
      const found = await hashFrom(median, image([a, b, c, d, e, f]), { size });
      expect(found, `${[a, b, c, d, e, f, size]}`).toBe(hash);
    }
  });

  test("of OpenCV's erode and dilate are those of erode and dilate", async () => {
    const cases = goldenCases<[...Typed, 'erode' | 'dilate', number, number, number, string]>('morphology');
    expect(cases.length).toBeGreaterThan(140);
    for (const [a, b, c, d, e, f, name, width, height, iterations, hash] of cases) {
      const kernel = { erode, dilate }[name];
      const found = await hashFrom(kernel, image([a, b, c, d, e, f]), { width, height, iterations });
      expect(found, `${[a, b, c, d, e, f, name, width, height, iterations]}`).toBe(hash);
    }
  });

  test("of Pillow's Kernel are those of convolve with the rows in the opposite order and border copy", async () => {
    const cases = goldenCases<[...Typed, number[], number, number, string]>('convolvePillow');
    expect(cases.length).toBeGreaterThan(90);
    for (const [a, b, c, d, e, f, weights, scale, offset, hash] of cases) {
      const side = Math.sqrt(weights.length);
      const rows = Array.from({ length: side }, (_, y) => weights.slice(y * side, (y + 1) * side));
      const options = { kernel: rows.reverse().flat(), scale, offset, border: 'copy' } as const;
      const found = await hashFrom(convolve, image([a, b, c, d, e, f]), options);
      expect(found, `${[a, b, c, d, e, f, weights]}`).toBe(hash);
    }
  });

  test("of OpenCV's filter2D with whole weights are those of convolve, for every border", async () => {
    type Border = 'replicate' | 'reflect101' | 'reflect' | 'constant' | 'wrap';
    const cases = goldenCases<[...Typed, number, number, number[], number, Border, string]>('convolveOpencv');
    expect(new Set(cases.map((one) => one[10])).size).toBe(5);
    for (const [a, b, c, d, e, f, width, height, kernel, offset, border, hash] of cases) {
      const options = { kernel, width, height, scale: 1, offset, border };
      const found = await hashFrom(convolve, image([a, b, c, d, e, f]), options);
      expect(found, `${[a, b, c, d, e, f, width, height, border]}`).toBe(hash);
    }
  });

  test("of OpenCV's Sobel are those of sobel on integers, for every pair of orders", async () => {
    const all = goldenCases<[...Typed, number, number, string]>('sobel');
    // OpenCV adds floats in another order.
    const cases = all.filter((one) => one[5] !== 'f32');
    expect(new Set(cases.map((one) => `${one[6]} ${one[7]}`)).size).toBe(8);
    for (const [a, b, c, d, e, f, dx, dy, hash] of cases) {
      const found = await hashFrom(sobel, image([a, b, c, d, e, f]), { dx, dy });
      expect(found, `${[a, b, c, d, e, f, dx, dy]}`).toBe(hash);
    }
  });
});

describe('median and rankFilter', () => {
  test('of size 1 give a copy', () => {
    const input = noiseFloat(13, 7, 3);
    expect(median(input, { size: 1 })).toEqual(input);
    expect(rankFilter(input, { size: 1, rank: 0 })).toEqual(input);
  });

  test('agree where they mean the same, in every sample type', () => {
    const inputs: Raster[] = [generated(['noise', 3, 61, 33, 3]), noise16(61, 33, 2), noiseFloat(61, 33, 4)];
    for (const input of inputs) {
      for (const size of [3, 5, 9]) {
        const rank = (size * size - 1) / 2;
        expect(median(input, { size })).toEqual(rankFilter(input, { size, rank }));
        expect(erode(input, { size })).toEqual(rankFilter(input, { size, rank: 0 }));
        expect(dilate(input, { size })).toEqual(rankFilter(input, { size, rank: size * size - 1 }));
      }
    }
  });

  test('take NaN as larger than every number', () => {
    const input = row(new Float32Array([1, Number.NaN, -5, Number.POSITIVE_INFINITY, 2]));
    expect([...rankFilter(input, { size: 3, rank: 0 }).data]).toEqual([1, -5, -5, -5, 2]);
    expect([...rankFilter(input, { size: 3, rank: 5 }).data]).toEqual([1, 1, Infinity, 2, 2]);
    expect([...rankFilter(input, { size: 3, rank: 8 }).data]).toEqual([NaN, NaN, NaN, Infinity, Infinity]);
  });
});

describe('erode and dilate', () => {
  test('of a size are those of a square, and iterations are one after the other', () => {
    const input = generated(['noise', 8, 50, 40, 3]);
    for (const kernel of [erode, dilate]) {
      expect(kernel(input, { size: 4 })).toEqual(kernel(input, { width: 4, height: 4 }));
      const twice = kernel(kernel(input, { width: 2, height: 5 }), { width: 2, height: 5 });
      expect(kernel(input, { width: 2, height: 5, iterations: 2 })).toEqual(twice);
      expect(kernel(input, { width: 2, height: 5 })).not.toEqual(kernel(input, { width: 5, height: 2 }));
    }
  });

  test('take NaN as larger than every number', () => {
    const input = row(new Float32Array([1, Number.NaN, 3, 4]));
    expect([...erode(input, { size: 3 }).data]).toEqual([1, 1, 3, 3]);
    expect([...dilate(input, { size: 3 }).data]).toEqual([NaN, NaN, NaN, 4]);
  });

  test('refuse a size beside sides, sides by halves, and nothing', () => {
    const input = generated(['noise', 8, 5, 4, 3]);
    const message = /^Expected either `size`, or `width` and `height`, got (both|none of them)$/;
    for (const options of [{}, { size: 3, width: 3 }, { size: 3, height: 3, width: 3 }]) {
      expect(() => erode(input, options)).toThrow(message);
      expect(() => dilate(input, options)).toThrow(message);
    }
    expect(() => erode(input, { width: 3 })).toThrow('Expected `height`');
    expect(() => erode(input, { height: 3 })).toThrow('Expected `width`');
  });
});

describe('convolve', () => {
  const input = generated(['noise', 21, 40, 30, 3]);

  test('divides by the sum of the weights when there is no scale, and by 1 when that is 0', () => {
    const kernel = [1, 2, 1, 2, 4, 2, 1, 2, 1];
    expect(convolve(input, { kernel })).toEqual(convolve(input, { kernel, scale: 16 }));
    const edges = [0, -1, 0, -1, 4, -1, 0, -1, 0];
    expect(convolve(input, { kernel: edges })).toEqual(convolve(input, { kernel: edges, scale: 1 }));
  });

  test('finds the side that is left out, or both of a square', () => {
    const kernel = Array.from({ length: 15 }, (_, i) => i % 4);
    const whole = convolve(input, { kernel, width: 3, height: 5 });
    expect(convolve(input, { kernel, width: 3 })).toEqual(whole);
    expect(convolve(input, { kernel, height: 5 })).toEqual(whole);
    expect(() => convolve(input, { kernel })).toThrow('got 15');
    expect(() => convolve(input, { kernel, width: 3, height: 3 })).toThrow('3 × 3 = 9 numbers, got 15');
  });

  test('gives the same for a column times a row as for the kernel with a weight too small to see', () => {
    const line = [1, 6, 15, 20, 15, 6, 1];
    const kernel = line.flatMap((a) => line.map((b) => a * b));
    const other = [...kernel];
    other[0] = 1 + 2 ** -20; // no longer a product of whole numbers
    const pixels = { scale: 4096, border: 'reflect' } as const;
    const [fast, slow] = [
      convolve(input, { kernel, ...pixels }),
      convolve(input, { kernel: other, ...pixels }),
    ];
    expect(fast.data.every((value, i) => Math.abs(value - (slow.data[i] ?? 0)) <= 1)).toBe(true);
    const wide = noise16(40, 30, 3);
    const words = [convolve(wide, { kernel, ...pixels }), convolve(wide, { kernel: other, ...pixels })];
    expect(words[0]?.data.every((value, i) => Math.abs(value - (words[1]?.data[i] ?? 0)) <= 1)).toBe(true);
  });

  test('keeps values above 255 in 16 bits and floats', () => {
    const kernel = [0, 1, 0];
    for (const data of [new Uint16Array([300, 65_535, 7]), new Float32Array([-2.5, 1e20, 300])]) {
      expect(convolve(row<Pixels>(data), { kernel, width: 3, height: 1 }).data).toEqual(data);
    }
  });
});

describe('sobel', () => {
  test('gives the magnitude of both derivatives when no order is given', () => {
    const input = noiseFloat(33, 21, 3);
    const [x, y] = [sobel(input, { dx: 1, dy: 0 }).data, sobel(input, { dx: 0, dy: 1 }).data];
    const magnitudes = sobel(input).data.map((value, i) => value - Math.hypot(x[i] ?? 0, y[i] ?? 0));
    expect(Math.max(...magnitudes.map(Math.abs))).toBeLessThan(1e-5);
    expect(Math.max(...sobel(input).data)).toBeGreaterThan(2);
  });

  test('takes an order that is left out as 0', () => {
    const input = generated(['edges', 4, 33, 21, 3]);
    expect(sobel(input, { dx: 2 })).toEqual(sobel(input, { dx: 2, dy: 0 }));
    expect(sobel(input, { dy: 1 })).toEqual(sobel(input, { dx: 0, dy: 1 }));
    expect(() => sobel(input, { dx: 0 })).toThrow('Expected one of `dx` and `dy` to be at least 1');
  });
});
