import * as image from 'allcores/image';
import { describe, expect, test } from 'vitest';
import { generated, goldenCases, hashOf, type Input, noise16, noiseFloat, shared } from './golden.js';

const { blend, composite, flatten, joinChannels, premultiply, splitChannels, unpremultiply } = image;
const { autoOrient, crop, flip, flop, pad, reduce, rotate180, rotate270, rotate90, transpose } = image;
const filters = { autoOrient, flip, flop, pad, reduce, rotate180, rotate270, rotate90, transpose };
type Row = [name: keyof typeof filters, options: object, ...input: Input, hash: string];
type Filter = ((raster: image.Raster, options: object) => image.Raster) & {
  async: (raster: image.Raster, options: object) => Promise<image.Raster>;
};

describe("Pillow's bytes", () => {
  test.each(Object.keys(filters))(
    'are those of %s, plain and asynchronous, on plain and on shared memory',
    async (name) => {
      const cases = goldenCases<Row>('geometry').filter(([found]) => found === name);
      expect(cases.length).toBeGreaterThanOrEqual(20);
      for (const [, options, ...rest] of cases) {
        const [input, hash] = [rest.slice(0, 5) as Input, rest[5]];
        const filter = filters[name as keyof typeof filters] as unknown as Filter;
        expect(hashOf(filter(generated(input), options)), JSON.stringify([name, options, input])).toBe(hash);
        expect(hashOf(await filter.async(shared(generated(input)), options))).toBe(hash);
      }
    },
  );
});

describe('reduce', () => {
  const rasters: image.Raster[] = [
    noise16(31, 22, 3),
    noise16(31, 22, 4),
    noiseFloat(31, 22, 1),
    noiseFloat(30, 23, 2),
  ];

  test.each(rasters)('of 16 bits and floats is the mean in double precision, weighed by alpha', (raster) => {
    const { data, width, height, channels } = raster;
    const [slack, alphaAt] = [data instanceof Uint16Array ? 0.5 + 1e-6 : 1e-5, channels - 1];
    const result = reduce(raster, { factor: 4 });
    expect([result.width, result.height]).toEqual([8, 6]);
    result.data.forEach((found, i) => {
      const [c, x, y] = [i % channels, Math.floor(i / channels) % 8, Math.floor(i / channels / 8)];
      let [sum, weight] = [0, 0];
      for (let v = y * 4; v < Math.min(height, y * 4 + 4); v++) {
        for (let u = x * 4; u < Math.min(width, x * 4 + 4); u++) {
          const at = (v * width + u) * channels;
          const alpha = channels % 2 === 0 && c < alphaAt ? (data[at + alphaAt] as number) : 1;
          sum += (data[at + c] as number) * alpha;
          weight += alpha;
        }
      }
      // Where float alphas of both signs cancel out, a mean has no meaning.
      if (Math.abs(weight) > 0.5) expect(Math.abs(found - sum / weight)).toBeLessThanOrEqual(slack);
    });
  });
});

test('crop takes the rectangle and refuses one that reaches outside', () => {
  const raster = generated(['ramp', 3, 9, 7, 3]);
  const part = crop(raster, { left: 4, top: 2, width: 5, height: 3 });
  expect(part).toMatchObject({ width: 5, height: 3, channels: 3 });
  for (let y = 0; y < 3; y++) {
    const from = ((y + 2) * 9 + 4) * 3;
    expect(part.data.subarray(y * 15, y * 15 + 15)).toEqual(raster.data.subarray(from, from + 15));
  }
  expect(() => crop(raster, { left: 5, width: 5, height: 1 })).toThrow(/inside 9 x 7 pixels/);
  expect(() => crop(raster, { top: 7, width: 1, height: 1 })).toThrow(RangeError);
});

test('pad shows the background of each channel, on every side', () => {
  const raster = { data: new Uint8Array([1, 2, 3]), width: 1, height: 1, channels: 3 } as const;
  const padded = pad(raster, { left: 1, right: 1, top: 1, bottom: 1, background: [7, 8, 9] });
  expect(Array.from(padded.data.subarray(0, 12))).toEqual([7, 8, 9, 7, 8, 9, 7, 8, 9, 7, 8, 9]);
  expect(Array.from(padded.data.subarray(12, 15))).toEqual([1, 2, 3]);
  expect(padded).toMatchObject({ width: 3, height: 3 });
  expect(() => pad(raster, { background: [1, 2] })).toThrow(RangeError);
});

test('an upright image turned by any orientation and back is the same image', () => {
  const raster = noiseFloat(13, 8, 3);
  const back = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6 };
  for (const [orientation, inverse] of Object.entries(back)) {
    const turned = autoOrient(raster, { orientation: Number(orientation) });
    expect(autoOrient(turned, { orientation: inverse })).toEqual(raster);
  }
});

describe('alpha', () => {
  test('multiplied in and divided out again is nearly the image, and images without it are copied', () => {
    const raster = noise16(20, 10, 4);
    const back = unpremultiply(premultiply(raster));
    for (let i = 0; i < raster.data.length; i += 4) {
      const alpha = raster.data[i + 3] as number;
      for (let c = 0; c < 3; c++) {
        const off = Math.abs((back.data[i + c] as number) - (raster.data[i + c] as number));
        expect(off).toBeLessThanOrEqual(32_768 / alpha + 1);
      }
    }
    const grey = generated(['noise', 1, 5, 5, 1]);
    expect(premultiply(grey)).toEqual(grey);
  });

  test('laid on a background leaves it where it is 0', () => {
    const raster = {
      data: new Uint16Array([5, 6, 7, 0, 5, 6, 7, 65_535]),
      width: 2,
      height: 1,
      channels: 4,
    } as const;
    expect(Array.from(flatten(raster).data)).toEqual([65_535, 65_535, 65_535, 5, 6, 7]);
    expect(Array.from(flatten(raster, { background: [1, 2, 3] }).data)).toEqual([1, 2, 3, 5, 6, 7]);
  });

  test("composed with 'over' has the bytes of Pillow's alpha_composite, blended those of its blend", async () => {
    const [base, over] = [generated(['noise', 900, 61, 43, 4]), generated(['noise', 901, 61, 43, 4])];
    for (const [name, options, hash] of goldenCases<[string, { alpha: number }, string]>('composite')) {
      const kernel = name === 'blend' ? blend : composite;
      expect(hashOf(kernel(base, over, options)), name).toBe(hash);
      expect(hashOf(await kernel.async(shared(base), shared(over), options)), name).toBe(hash);
    }
  });

  test('of images that do not fit each other is refused', () => {
    const [grey, rgb] = [generated(['noise', 1, 5, 5, 1]), generated(['noise', 1, 5, 5, 3])];
    expect(() => composite(grey, rgb)).toThrow(/grey image to lay on a grey one/);
    expect(() => blend(grey, rgb, { alpha: 1 })).toThrow(/one shape/);
    expect(() => composite(rgb, noiseFloat(5, 5, 3))).toThrow(/one type/);
    expect(() => composite(grey, rgb, { out: rgb.data.subarray(0, 25) })).toThrow(/overlap/);
    expect(() => joinChannels([grey, rgb])).toThrow(/rasters\[1\]/);
  });

  test('and colours taken apart and joined are the image', async () => {
    const raster = noiseFloat(7, 5, 4);
    expect(joinChannels(splitChannels(raster))).toEqual(raster);
    expect(await joinChannels.async(await splitChannels.async(raster))).toEqual(raster);
  });
});
