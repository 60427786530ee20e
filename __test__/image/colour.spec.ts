import * as image from 'allcores/image';
import { describe, expect, test } from 'vitest';
import { generated, goldenCases, hashOf, type Input, noise16, noiseFloat, shared } from './golden.js';

type Row = [name: keyof typeof filters, options: object, ...input: Input, hash: string];

const {
  autocontrast,
  brightness,
  colorMatrix,
  contrast,
  equalize,
  gamma,
  grayscale,
  histogram,
  hue,
  invert,
  lut,
  normalize,
  saturation,
  sepia,
  threshold,
} = image;

const filters = {
  autocontrast,
  brightness,
  contrast,
  equalize,
  invert,
  lut,
  normalize,
  saturation,
  threshold,
};
type Filter = ((raster: image.Raster, options: object) => image.Raster) & {
  async: (raster: image.Raster, options: object) => Promise<image.Raster>;
};

describe("Pillow's bytes", () => {
  const cases = goldenCases<Row>('colour');
  const names = [...new Set(cases.map(([name]) => name))];

  test('are known for every filter of the family that Pillow has', () => {
    expect(names.sort()).toEqual(Object.keys(filters).sort());
  });

  test.each(names)('are those of %s, plain and asynchronous, on plain and on shared memory', async (name) => {
    for (const [found, options, ...rest] of cases) {
      if (found !== name) continue;
      const [input, hash] = [rest.slice(0, 5) as Input, rest[5]];
      const filter = filters[name] as unknown as Filter;
      expect(hashOf(filter(generated(input), options)), JSON.stringify([name, options, input])).toBe(hash);
      expect(hashOf(await filter.async(shared(generated(input)), options))).toBe(hash);
    }
  });
});

/** What each filter means for one pixel, in double precision; white is 1. */
const luma = ([r = 0, g = 0, b = 0]: number[]) => (r * 19_595 + g * 38_470 + b * 7471) / 65_536;
const matrix = [0.5, -0.25, 0.75, 0.1, 0, 1, 0.5, -0.2, 1.5, 0, 0, 0];
const brown = [0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131];
const times = (rows: number[], pixel: number[]) =>
  pixel.map((_, i) => {
    const row = rows.slice((i * rows.length) / 3, ((i + 1) * rows.length) / 3);
    return row.reduce((sum, weight, j) => sum + weight * (pixel[j] ?? 1), 0);
  });
const oracles: Record<string, (raster: image.Raster) => [image.Raster, (pixel: number[]) => number[]]> = {
  invert: (raster) => [invert(raster), (pixel) => pixel.map((v) => 1 - v)],
  gamma: (raster) => [
    gamma(raster, { gamma: 2.2 }),
    (pixel) => pixel.map((v) => Math.sign(v) * Math.abs(v) ** (1 / 2.2)),
  ],
  brightness: (raster) => [brightness(raster, { factor: 1.3 }), (pixel) => pixel.map((v) => 1.3 * v)],
  saturation: (raster) => [
    saturation(raster, { factor: 1.7 }),
    (pixel) => pixel.map((v) => luma(pixel) + 1.7 * (v - luma(pixel))),
  ],
  colorMatrix: (raster) => [colorMatrix(raster, { matrix }), (pixel) => times(matrix, pixel)],
  sepia: (raster) => [
    sepia(raster, { factor: 0.5 }),
    (pixel) => times(brown, pixel).map((v, i) => (v + (pixel[i] ?? 0)) / 2),
  ],
};

describe('16-bit and float samples', () => {
  test.each(Object.keys(oracles))('of %s are those of double precision, and alpha is kept', (name) => {
    for (const raster of [
      noise16(31, 9, 4),
      noise16(640, 480, 3),
      noiseFloat(31, 9, 4),
      noiseFloat(97, 60, 3),
    ]) {
      const white = raster.data instanceof Uint16Array ? 65_535 : 1;
      const [{ data }, oracle] = (oracles[name] as (typeof oracles)[string])(raster);
      // The luma of integers is one itself, so what is blended with it may be that much further off.
      const slack = name === 'saturation' ? 0.36 : 0;
      let [worst, alphaKept] = [0, true];
      for (let i = 0; i < data.length; i += raster.channels) {
        const pixel = Array.from(raster.data.subarray(i, i + 3), (v) => v / white);
        for (const [c, value] of oracle(pixel).entries()) {
          const exact = white === 1 ? value : Math.min(Math.max(value * white, 0), white);
          worst = Math.max(worst, Math.abs((data[i + c] as number) - exact));
        }
        if (raster.channels === 4) alphaKept &&= data[i + 3] === raster.data[i + 3];
      }
      expect(worst).toBeLessThanOrEqual(white === 1 ? 1e-6 : 0.5 + slack + 1e-9);
      expect(alphaKept).toBe(true);
    }
  });

  test('of contrast keep the mean luma where it is', () => {
    const rasters: image.Raster[] = [noise16(200, 150, 3), noiseFloat(200, 150, 3)];
    for (const raster of rasters) {
      const mean = (of: image.Raster) => {
        const grey = grayscale(of).data as Float32Array;
        return grey.reduce((sum, value) => sum + value, 0) / grey.length;
      };
      const before = mean(raster);
      const result = contrast(raster, { factor: 0.4 });
      expect(Math.abs(mean(result) - before)).toBeLessThan(raster.data instanceof Uint16Array ? 1 : 1e-6);
      const [first, second] = [raster.data[0] as number, result.data[0] as number];
      expect(second).toBeCloseTo(
        before + 0.4 * (first - before),
        raster.data instanceof Uint16Array ? -0.5 : 5,
      );
    }
  });

  test('of equalize and autocontrast reach both ends, and of lut are the entries', () => {
    const raster = noise16(50, 40, 1);
    for (const data of [equalize(raster).data, autocontrast(raster).data]) {
      expect([Math.min(...data), Math.max(...data)]).toEqual([0, 65_535]);
    }
    const table = Uint16Array.from({ length: 65_536 }, (_, v) => 65_535 - (v >> 1));
    expect(lut(raster, { lut: table }).data).toEqual(raster.data.map((v) => 65_535 - (v >> 1)));
  });

  test('above 1 and below 0 survive as floats', () => {
    const raster = { data: new Float32Array([-2, 0.5, 3]), width: 3, height: 1, channels: 1 } as const;
    expect(invert(raster).data).toEqual(new Float32Array([3, 0.5, -2]));
    expect(brightness(raster, { factor: 2 }).data).toEqual(new Float32Array([-4, 1, 6]));
  });
});

describe('options', () => {
  const raster = generated(['noise', 5, 40, 30, 3]);

  test.each([
    ['hue', (n: number) => hue(raster, { degrees: n * 60 })],
    ['sepia', (n: number) => sepia(raster, { factor: n / 4 })],
    ['gamma', (n: number) => gamma(raster, { gamma: n })],
    ['normalize', (n: number) => normalize(raster, { percentiles: { low: n, high: 100 - 2 * n } })],
    ['autocontrast', (n: number) => autocontrast(raster, { cutoff: { low: n, high: 0 } })],
  ])('of %s change the result', (_, run) => {
    expect(new Set([1, 2, 3].map((n) => hashOf(run(n)))).size).toBe(3);
  });

  test('of hue turn red into green into blue, and a full turn changes nothing', () => {
    const red = { data: new Float32Array([1, 0, 0]), width: 1, height: 1, channels: 3 } as const;
    const [green, blue] = [120, 240].map((degrees) => hue(red, { degrees }).data) as Float32Array[];
    expect(green?.indexOf(Math.max(...green))).toBe(1);
    expect(blue?.indexOf(Math.max(...blue))).toBe(2);
    hue(red, { degrees: 360 }).data.forEach((value, i) => {
      expect(value).toBeCloseTo(red.data[i] as number, 6);
    });
  });

  test('that need three colours are refused for grey images, and floats where values are counted', () => {
    const grey = generated(['noise', 5, 4, 3, 1]);
    expect(() => sepia(grey)).toThrow('Expected an image of 3 or 4 channels for sepia, got 1');
    expect(() => colorMatrix(grey, { matrix })).toThrow(/3 or 4 channels/);
    expect(saturation(grey, { factor: 0 }).data).toEqual(grey.data);
    for (const filter of [autocontrast, normalize, equalize, histogram]) {
      expect(() => filter(noiseFloat(4, 3, 3))).toThrow(/8 or 16 bits/);
    }
  });

  test('of lut must fit the samples', () => {
    expect(() => lut(raster, { lut: [1, 2, 3] })).toThrow(/256 entries/);
    expect(() => lut(raster, { lut: Array(256).fill(256) })).toThrow(/from 0 to 255, got 256 at index 0/);
    expect(() => lut(raster, { lut: [...Array(255).fill(0), 0.5] })).toThrow(/lut\[255\]/);
  });
});

test('a histogram counts every value of every channel, plain and asynchronous', async () => {
  for (const raster of [generated(['noise', 3, 300, 211, 4]), noise16(300, 211, 2)]) {
    const expected = Array.from(
      { length: raster.channels },
      () => new Uint32Array(raster.data instanceof Uint16Array ? 65_536 : 256),
    );
    raster.data.forEach((value, i) => {
      const counts = expected[i % raster.channels] as Uint32Array;
      counts[value] = (counts[value] ?? 0) + 1;
    });
    expect(histogram(raster)).toEqual(expected);
    expect(await histogram.async(raster)).toEqual(expected);
  }
});

test('grey of 16 bits and floats has the weights of the 8-bit one', () => {
  const deep = grayscale(noise16(33, 20, 3));
  const { data } = noise16(33, 20, 3);
  deep.data.forEach((value, i) => {
    const [r, g, b] = data.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    expect(value).toBe(Math.floor((r * 19_595 + g * 38_470 + b * 7471 + 32_768) / 65_536));
  });
  expect(deep).toMatchObject({ width: 33, height: 20, channels: 1 });
});
