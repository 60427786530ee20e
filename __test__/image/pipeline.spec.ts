import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Pool } from 'allcores';
import * as image from 'allcores/image';
import {
  autoOrient,
  brightness,
  contrast,
  crop,
  decode,
  encode,
  gamma,
  gaussianBlur,
  invert,
  metadata,
  type Pipeline,
  pipeline,
  type Raster,
  resize,
  sepia,
} from 'allcores/image';
import { afterAll, describe, expect, test } from 'vitest';
import { distance, exifOf, jpegFile, picture, swappedProfile } from './pictures.js';

const work = mkdtempSync(join(tmpdir(), 'allcores-pipeline-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const photo = (name: string) => readFileSync(new URL(`../../examples/photos/${name}`, import.meta.url));

describe('a pipeline', () => {
  const raster = picture(203, 151);
  const png = encode(raster, { format: 'png' });
  const path = join(work, 'picture.png');
  writeFileSync(path, png);
  const chain = pipeline().resize({ width: 90 }).gaussianBlur({ radius: 1.5 }).flip();
  const expected = image.flip(gaussianBlur(resize(raster, { width: 90 }), { radius: 1.5 }));

  test('gives what its steps give one after the other, in the order written', () => {
    expect(chain(raster)).toEqual(expected);
    const other = pipeline().flip().gaussianBlur({ radius: 1.5 }).resize({ width: 90 });
    expect(other(raster)).toEqual(resize(gaussianBlur(image.flip(raster), { radius: 1.5 }), { width: 90 }));
    expect(other(raster)).not.toEqual(expected);
  });

  test.each([
    ['a path', path],
    ['a file URL', pathToFileURL(path)],
    ['bytes', png],
    ['a Buffer', Buffer.from(png)],
    ['bytes on shared memory', shared(png)],
    ['a raster', raster],
    ['a raster on shared memory', { ...raster, data: shared(raster.data) }],
  ])('takes %s, plainly and asynchronously', async (_, input) => {
    expect(chain(input)).toEqual(expected);
    expect(await chain.async(input)).toEqual(expected);
  });

  test('without a step gives the pixels as they are, in memory of their own', () => {
    const copy = pipeline()(raster);
    expect(copy).toEqual(raster);
    expect(copy.data.buffer).not.toBe(raster.data.buffer);
    expect(pipeline()(path)).toEqual(raster);
    expect(pipeline().png()(raster)).toEqual(png);
  });

  test('ended by an encoder gives the bytes of `encode`', async () => {
    for (const [end, options] of [
      [chain.jpeg({ quality: 85 }), { format: 'jpeg', quality: 85 }],
      [
        chain.jpeg({ subsampling: '4:4:4', progressive: true }),
        { format: 'jpeg', subsampling: '4:4:4', progressive: true },
      ],
      [chain.jpeg({ optimize: true }), { format: 'jpeg', optimize: true }],
      [chain.jpeg(), { format: 'jpeg' }],
      [chain.png({ level: 2 }), { format: 'png', level: 2 }],
      [chain.webp({ quality: 60 }), { format: 'webp', quality: 60 }],
      [chain.webp({ lossless: true }), { format: 'webp', lossless: true }],
    ] as const) {
      const bytes = encode(expected, options);
      expect(end(raster)).toEqual(bytes);
      expect(await end.async(path)).toEqual(bytes);
    }
  });

  test('is never changed: each method gives a new one', () => {
    const start = pipeline().resize({ width: 40 });
    const grey = start.grayscale();
    expect(start(raster).channels).toBe(3);
    expect(grey(raster).channels).toBe(1);
    expect(Object.isFrozen(start)).toBe(true);
  });

  test('has a method for each filter of one image', () => {
    const others = ['decode', 'encode', 'metadata', 'histogram', 'pipeline', ...several];
    const methods = pipeline() as unknown as Record<string, unknown>;
    for (const name of Object.keys(image)) {
      if (others.includes(name)) expect(methods[name], name).toBeUndefined();
      else expect(methods[name], name).toBeTypeOf('function');
    }
  });

  test('runs point filters that follow each other with the bytes of separate calls', async () => {
    const points = pipeline()
      .brightness({ factor: 1.2 })
      .sepia({ factor: 0.5 })
      .gamma({ gamma: 1.7 })
      .contrast({ factor: 0.8 })
      .invert();
    let each: Raster = raster;
    each = brightness(each, { factor: 1.2 });
    each = sepia(each, { factor: 0.5 });
    each = gamma(each, { gamma: 1.7 });
    each = contrast(each, { factor: 0.8 });
    each = invert(each);
    expect(points(raster)).toEqual(each);
    expect(pipeline().flop().invert().sepia().flop()(raster)).toEqual(sepia(invert(raster)));
  });

  test('keeps 16 bits and floats, and writes the nearest 8 bits where the format has no more', () => {
    const wide = { ...raster, data: Uint16Array.from(raster.data, (value) => value * 257 + 100) };
    expect(pipeline().flop().flop()(wide)).toEqual(wide);
    const file = pipeline().png()(wide);
    expect(metadata(file).depth).toBe(16);
    expect(pipeline()(file)).toEqual(wide);
    expect(pipeline().webp({ lossless: true })(wide)).toEqual(
      encode(raster, { format: 'webp', lossless: true }),
    );
    const floats = { ...raster, data: Float32Array.from(raster.data, (value) => value / 100) };
    expect(pipeline().flip().flip()(floats)).toEqual(floats);
    expect(() => pipeline().jpeg()(floats)).toThrow(TypeError);
  });

  test('lays transparent pixels on white in a JPEG', () => {
    const clear = { data: new Uint8Array(64 * 4), width: 8, height: 8, channels: 4 } as const;
    expect(Array.from(decode(pipeline().jpeg()(clear)).data)).toEqual(new Array(64 * 3).fill(255));
  });

  test('runs in a pool as its function', async () => {
    await using pool = new Pool({ workers: 2 });
    const files = [path, png, raster];
    const encoder = chain.jpeg({ quality: 70 });
    const bytes = encoder(raster);
    expect(await pool.map(encoder, files)).toEqual([bytes, bytes, bytes]);
    const seen = [];
    for await (const made of pool.imap(chain, files)) seen.push(made);
    expect(seen).toEqual([expected, expected, expected]);
    await expect(pool.apply(encoder, [join(work, 'nowhere.jpg')])).rejects.toMatchObject({
      code: 'ALLCORES_ERR_IMAGE_IO',
    });
  });

  test('stops for its signal', async () => {
    const stop = new AbortController();
    let many: Pipeline = pipeline();
    for (let i = 0; i < 200; i++) many = many.gaussianBlur({ radius: 20 });
    const call = many.async(picture(1000, 1000), { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 20);
    const begun = performance.now();
    await expect(call).rejects.toThrow('enough');
    expect(performance.now() - begun).toBeLessThan(2000);
    await expect(many.async(path, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    );
  });
});

/** Filters that take or give several images, which no pipeline has as methods. */
const several = ['composite', 'blend', 'splitChannels', 'joinChannels'];

describe('the options of a pipeline', () => {
  test('are checked as the chain is built', () => {
    const start = pipeline();
    expect(() => start.resize({ width: 0 })).toThrow(RangeError);
    expect(() => start.resize({})).toThrow(TypeError);
    expect(() => start.gaussianBlur({ radius: Number.NaN })).toThrow(RangeError);
    expect(() => start.gaussianBlur({ radius: 1, sigma: 2 } as never)).toThrow('Unknown option `sigma`');
    expect(() => start.flip({ out: new Uint8Array(1) } as never)).toThrow('Unknown option `out`');
    expect(() => start.jpeg({ quality: 101 })).toThrow(RangeError);
    expect(() => start.jpeg({ level: 1 } as never)).toThrow('Unknown option `level`');
    expect(() => start.webp({ lossless: true, quality: 3 })).toThrow(TypeError);
    expect(() => start.autoOrient({ orientation: 9 })).toThrow(RangeError);
    expect(() => pipeline({ maxPixels: 0 })).toThrow(RangeError);
    expect(() => pipeline({ keepProfile: 1 } as never)).toThrow(TypeError);
    expect(() => pipeline({ shrink: true } as never)).toThrow('Unknown option `shrink`');
    expect(() => start({} as never, { signal: AbortSignal.abort() })).toThrow('Unknown option `signal`');
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('autoOrient turns a file whose orientation is %i', (orientation) => {
    const upright = picture(31, 17);
    const file = encode(upright, { format: 'png', exif: exifOf(orientation) });
    const turned = autoOrient(upright, { orientation });
    expect(pipeline().autoOrient()(file)).toEqual(turned);
    expect(pipeline().autoOrient({ orientation })(upright)).toEqual(turned);
    expect(pipeline().autoOrient()(upright)).toEqual(upright);
    expect(pipeline()(file)).toEqual(upright);
  });

  test('keepExif writes the EXIF data, upright after autoOrient', () => {
    const file = jpegFile(40, 20, exifOf(6));
    expect(metadata(pipeline().jpeg()(file)).exif).toBeUndefined();
    expect(metadata(pipeline({ keepExif: true }).jpeg()(file)).orientation).toBe(6);
    const upright = metadata(pipeline({ keepExif: true }).autoOrient().webp()(file));
    expect(upright).toMatchObject({ orientation: 1, width: 20, height: 40 });
  });

  test('colours of another profile become sRGB, or stay beside their profile with keepProfile', () => {
    const icc = swappedProfile();
    const plain = picture(64, 64);
    const file = encode(plain, { format: 'png', icc });
    const converted = decode(file, { toSrgb: true });
    expect(distance(converted, plain).mean).toBeGreaterThan(10);
    expect(pipeline()(file)).toEqual(converted);
    expect(metadata(pipeline().png()(file)).icc).toBeUndefined();
    const kept = pipeline({ keepProfile: true }).png()(file);
    expect(decode(kept)).toEqual(plain);
    expect(metadata(kept).icc).toEqual(icc);
    // Grey is no colour of it.
    expect(metadata(pipeline({ keepProfile: true }).grayscale().png()(file)).icc).toBeUndefined();
  });

  test('maxPixels refuses a larger file before it is decoded, and leaves rasters alone', () => {
    const small = pipeline({ maxPixels: 100 });
    expect(small(encode(picture(10, 10), { format: 'png' })).width).toBe(10);
    expect(() => small(encode(picture(11, 10), { format: 'png' }))).toThrow(
      expect.objectContaining({ code: 'ALLCORES_ERR_IMAGE_LIMIT' }),
    );
    expect(small(picture(20, 20)).width).toBe(20);
  });
});

describe('decoding at a fraction of the size', () => {
  const whole = pipeline({ shrinkOnLoad: false });

  test('stays close to decoding all, on photographs', () => {
    for (const name of ['hubble_deep_field.jpg', 'retina.jpg', 'rocket.jpg']) {
      for (const width of [250, 130, 60]) {
        const apart = distance(
          pipeline().resize({ width })(photo(name)),
          whole.resize({ width })(photo(name)),
        );
        expect(apart.mean, `${name} ${width}`).toBeGreaterThan(0);
        expect(apart.mean, `${name} ${width}`).toBeLessThan(2);
        expect(apart.most, `${name} ${width}`).toBeLessThan(64);
      }
    }
  });

  test('gives the size that decoding all gives', () => {
    for (const [width, height] of [
      [641, 427],
      [333, 801],
    ] as const) {
      const file = jpegFile(width, height);
      for (const options of [
        { width: 97 },
        { height: 31 },
        { width: 50, height: 50 },
        { width: 50, height: 50, fit: 'inside' },
        { width: 50, height: 50, fit: 'outside' },
        { width: 50, height: 50, fit: 'fill' },
      ] as const) {
        const apart = distance(
          pipeline().autoOrient().grayscale().resize(options)(file),
          whole.autoOrient().grayscale().resize(options)(file),
        );
        expect(apart.mean, JSON.stringify(options)).toBeLessThan(2);
      }
    }
  });

  test('is not done for another first step, a size too near, or the nearest pixel', () => {
    const file = jpegFile(640, 480);
    const all = decode(file);
    expect(whole.resize({ width: 100 })(file)).toEqual(resize(all, { width: 100 }));
    expect(pipeline().resize({ width: 100 })(file)).not.toEqual(resize(all, { width: 100 }));
    const blurred = gaussianBlur(all, { radius: 3 });
    expect(pipeline().gaussianBlur({ radius: 3 }).resize({ width: 100 })(file)).toEqual(
      resize(blurred, { width: 100 }),
    );
    const cut = crop(all, { left: 100, top: 100, width: 300, height: 300 });
    expect(
      pipeline().crop({ left: 100, top: 100, width: 300, height: 300 }).resize({ width: 20 })(file),
    ).toEqual(resize(cut, { width: 20 }));
    expect(pipeline().resize({ width: 257 })(file)).toEqual(resize(all, { width: 257 }));
    const nearest = { width: 50, filter: 'nearest' } as const;
    expect(pipeline().resize(nearest)(file)).toEqual(resize(all, nearest));
  });
});

describe('what a pipeline refuses', () => {
  test('an image that a step cannot take, before the file is decoded', () => {
    const outside = pipeline().crop({ left: 90, top: 0, width: 20, height: 5 });
    expect(() => outside(picture(100, 100))).toThrow(RangeError);
    // The end of the file is missing, which only decoding would find.
    const cut = jpegFile(100, 100).subarray(0, 900);
    expect(() => outside(cut)).toThrow(RangeError);
    expect(() => pipeline()(cut)).toThrow(expect.objectContaining({ code: 'ALLCORES_ERR_IMAGE_CORRUPT' }));
  });

  test.each([
    ['no input', undefined],
    ['null', null],
    ['a number', 5],
    ['an empty object', {}],
    ['an array of other numbers', new Float64Array(4)],
    ['a raster whose length does not fit', { ...picture(4, 4), width: 5 }],
    ['an empty path', ''],
    ['a path with a zero byte', 'a\0b'],
    ['a URL that is no file', new URL('https://example.com/a.jpg')],
  ])('%s', async (_, input) => {
    const pipe = pipeline().flip();
    expect(() => pipe(input as never)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }),
    );
    await expect(pipe.async(input as never)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_/) });
  });

  test('a file that is none, with its path and the cause', async () => {
    const pipe = pipeline().flip();
    const path = join(work, 'nowhere.jpg');
    const missing = {
      name: 'ImageError',
      code: 'ALLCORES_ERR_IMAGE_IO',
      path,
      message: expect.stringContaining(path),
      cause: expect.objectContaining({ code: 'ENOENT', syscall: 'open', path }),
    };
    expect(() => pipe(path)).toThrow(expect.objectContaining(missing));
    await expect(pipe.async(path)).rejects.toMatchObject(missing);
    await expect(pipe.async(work)).rejects.toMatchObject({ cause: { code: 'EISDIR' }, path: work });
  });

  test.each([
    ['FORMAT', Buffer.from('hello, this is no image')],
    ['UNSUPPORTED', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;')],
    ['CORRUPT', jpegFile(50, 50).subarray(0, 400)],
    ['FORMAT', Buffer.alloc(0)],
  ])('a file of the kind %s, with its path', async (kind, bytes) => {
    const path = join(work, `${kind}-${bytes.length}.jpg`);
    writeFileSync(path, bytes);
    const wrong = { code: `ALLCORES_ERR_IMAGE_${kind}`, path, message: expect.stringContaining(path) };
    expect(() => pipeline().flip()(path)).toThrow(expect.objectContaining(wrong));
    await expect(pipeline().jpeg().async(path)).rejects.toMatchObject(wrong);
  });
});

function shared(bytes: Uint8Array): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.length));
  memory.set(bytes);
  return memory;
}
