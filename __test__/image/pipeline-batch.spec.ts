import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type BatchProgress, encode, type ImageInput, pipeline } from 'allcores/image';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isWhole, jpegFile, picture } from './pictures.js';

let work = '';
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'allcores-batch-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

const pipe = pipeline().resize({ width: 20 }).jpeg({ quality: 85 });

/** Writes JPEG files; gives their paths. */
function files(count: number, [width, height] = [80, 60]): string[] {
  const folder = join(work, 'in');
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, index) => {
    const path = join(folder, `${String(index).padStart(3, '0')}.jpg`);
    writeFileSync(path, jpegFile((width as number) + (index % 7), height as number));
    return path;
  });
}

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
}

const byIndex = (a: { index: number }, b: { index: number }) => a.index - b.index;

describe('runAll', () => {
  test('gives what single calls give, for every kind of input, each with its number', async () => {
    const [path = ''] = files(1);
    const raster = picture(50, 40);
    const inputs: ImageInput[] = [path, pathToFileURL(path), readFileSync(path), raster];
    const results = (await all(pipe.runAll(inputs))).sort(byIndex);
    for (const [index, input] of inputs.entries()) {
      const bytes = pipe(input);
      expect(results[index]).toEqual({
        index,
        input,
        output: bytes,
        width: 20,
        height: expect.any(Number),
        size: bytes.length,
      });
    }
    expect(results[3]).toMatchObject({ width: 20, height: 16 });
  });

  test('gives rasters when no encoder ends the pipeline', async () => {
    const raster = picture(50, 40);
    const grey = pipeline().grayscale();
    expect(await all(grey.runAll([raster]))).toEqual([
      { index: 0, input: raster, output: grey(raster), width: 50, height: 40, size: 2000 },
    ]);
  });

  test('gives results as they finish, not in the order of the inputs', async () => {
    const inputs = [picture(2500, 2500), picture(10, 10), picture(10, 10)];
    const slow = pipeline().gaussianBlur({ radius: 10 }).gaussianBlur({ radius: 10 }).png({ level: 0 });
    const order = (await all(slow.runAll(inputs, { concurrency: 3 }))).map(({ index }) => index);
    expect(order).toHaveLength(3);
    expect(order.at(-1)).toBe(0);
  });

  test('takes an async iterable, and pulls inputs as results are taken', async () => {
    const [path = ''] = files(1);
    let pulled = 0;
    let left = false;
    async function* source() {
      try {
        for (; pulled < 100; pulled++) yield path;
      } finally {
        left = true;
      }
    }
    let taken = 0;
    for await (const { error } of pipe.runAll(source(), { concurrency: 2 })) {
      expect(error).toBeUndefined();
      taken++;
      await sleep(5);
      // Two may run and two may wait to be taken; one more was asked for.
      expect(pulled).toBeLessThanOrEqual(taken + 5);
      if (taken === 10) break;
    }
    expect(left).toBe(true);
    expect(pulled).toBeLessThan(20);
  });

  test('begins when it is read, and not before', async () => {
    let pulled = 0;
    const inputs = {
      *[Symbol.iterator]() {
        pulled++;
        yield picture(5, 5);
      },
    };
    const results = pipe.runAll(inputs);
    await sleep(20);
    expect(pulled).toBe(0);
    expect(await all(results)).toHaveLength(1);
    expect(await all(pipe.runAll([]))).toEqual([]);
  });

  test('failures are items of their own, and nothing of the others is lost', async () => {
    const paths = files(4);
    writeFileSync(paths[1] as string, 'this is no image');
    const inputs = [...paths, join(work, 'nowhere.jpg'), 5 as never];
    const results = (await all(pipe.runAll(inputs))).sort(byIndex);
    expect(results.map(({ error }) => (error as { code?: string } | undefined)?.code)).toEqual([
      undefined,
      'ALLCORES_ERR_IMAGE_FORMAT',
      undefined,
      undefined,
      'ALLCORES_ERR_IMAGE_IO',
      'ERR_INVALID_ARG_TYPE',
    ]);
    expect(results[1]).toEqual({
      index: 1,
      input: paths[1],
      error: expect.objectContaining({ path: paths[1] }),
    });
  });

  test("errors: 'first' ends with the first failure and leaves the inputs", async () => {
    const [path = ''] = files(1);
    let pulled = 0;
    function* source() {
      for (;;) yield pulled++ === 3 ? join(work, 'nowhere.jpg') : path;
    }
    await expect(all(pipe.runAll(source(), { errors: 'first' }))).rejects.toMatchObject({
      code: 'ALLCORES_ERR_IMAGE_IO',
    });
    expect(pulled).toBeLessThan(20);
  });

  test('an error of the inputs, or of onProgress, ends the iteration', async () => {
    const [path = ''] = files(1);
    async function* broken() {
      yield path;
      throw new Error('no more');
    }
    await expect(all(pipe.runAll(broken()))).rejects.toThrow('no more');
    const onProgress = () => {
      throw new Error('not so');
    };
    await expect(all(pipe.runAll([path], { onProgress }))).rejects.toThrow('not so');
  });

  test('tells its progress, with the total when it is known', async () => {
    const paths = [...files(3), join(work, 'nowhere.jpg')];
    const seen: BatchProgress[] = [];
    await all(pipe.runAll(paths, { onProgress: (progress) => seen.push(progress) }));
    expect(seen.map(({ done }) => done)).toEqual([1, 2, 3, 4]);
    expect(seen.at(-1)).toMatchObject({ done: 4, failed: 1, total: 4 });
    expect(seen.at(-1)?.elapsed).toBeGreaterThan(0);
    const streamed: BatchProgress[] = [];
    await all(pipe.runAll(new Set(paths), { onProgress: (progress) => streamed.push(progress) }));
    expect(streamed[0]).not.toHaveProperty('total');
  });

  test('an abort stops what runs, and the processor has nothing more to do', async () => {
    const big = picture(3000, 2000);
    const slow = pipeline().gaussianBlur({ radius: 20 }).gaussianBlur({ radius: 20 }).png();
    const stop = new AbortController();
    const out = join(work, 'out');
    const results = all(slow.runAll(new Array(50).fill(big), { outDir: out, signal: stop.signal }));
    setTimeout(() => stop.abort(new Error('enough')), 150);
    await expect(results).rejects.toThrow('enough');
    const before = process.cpuUsage();
    await sleep(400);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(100);
    expect(readdirSync(out).filter((name) => !isWhole(readFileSync(join(out, name))))).toEqual([]);
    await expect(all(pipe.runAll([big], { signal: AbortSignal.abort(new Error('early')) }))).rejects.toThrow(
      'early',
    );
  });

  test('an abort does not wait for inputs that never come', async () => {
    const stop = new AbortController();
    async function* never() {
      await new Promise(() => {});
      yield picture(5, 5);
    }
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(all(pipe.runAll(never(), { signal: stop.signal }))).rejects.toThrow('enough');
  });

  test('an image that needs more than maxBytesInFlight runs alone', async () => {
    const inputs = [picture(300, 300), picture(10, 10), picture(300, 300), picture(10, 10)];
    expect(await all(pipe.runAll(inputs, { maxBytesInFlight: 1, concurrency: 4 }))).toHaveLength(4);
  });
});

describe('runAll to files', () => {
  test('writes into a folder that it makes, named as the inputs', async () => {
    const [first = '', second = ''] = files(2);
    const png = join(work, 'in', 'other.image.png');
    writeFileSync(png, encode(picture(30, 20), { format: 'png' }));
    const upper = join(work, 'in', 'UPPER.JPEG');
    writeFileSync(upper, readFileSync(first));
    const out = join(work, 'deep', 'out');
    const inputs = [first, pathToFileURL(second), png, upper, picture(9, 9)];
    const results = (await all(pipe.runAll(inputs, { outDir: out }))).sort(byIndex);
    const names = ['000.jpg', '001.jpg', 'other.image.jpg', 'UPPER.JPEG', 'image-4.jpg'];
    expect(results.map(({ output }) => output)).toEqual(names.map((name) => join(out, name)));
    expect(readdirSync(out).sort()).toEqual([...names].sort());
    for (const { input, output, size } of results as { input: ImageInput; output: string; size: number }[]) {
      const bytes = readFileSync(output);
      expect(bytes.equals(pipe(input))).toBe(true);
      expect(size).toBe(bytes.length);
    }
  });

  test('writes where `output` says', async () => {
    const paths = files(3);
    const output = (input: string, index: number) =>
      index === 1
        ? pathToFileURL(join(work, 'a', 'one.jpg'))
        : join(work, `b${index}`, `${input.length}.jpg`);
    const results = (await all(pipe.runAll(paths, { output }))).sort(byIndex);
    expect(results[1]?.output).toBe(join(work, 'a', 'one.jpg'));
    expect(results.every((result) => isWhole(readFileSync(result.output as string)))).toBe(true);
  });

  test('keeps a file that is there, unless overwrite', async () => {
    const paths = files(2);
    const out = join(work, 'out');
    mkdirSync(out);
    writeFileSync(join(out, '001.jpg'), 'mine');
    const results = (await all(pipe.runAll(paths, { outDir: out }))).sort(byIndex);
    expect(results[0]?.error).toBeUndefined();
    expect(results[1]?.error).toMatchObject({
      code: 'ALLCORES_ERR_IMAGE_IO',
      path: join(out, '001.jpg'),
      cause: { code: 'EEXIST' },
    });
    expect(readFileSync(join(out, '001.jpg'), 'utf8')).toBe('mine');
    const again = await all(pipe.runAll(paths, { outDir: out, overwrite: true }));
    expect(again.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(isWhole(readFileSync(join(out, '001.jpg')))).toBe(true);
    expect(readdirSync(out).sort()).toEqual(['000.jpg', '001.jpg']);
  });

  test('keeps a file that appears while its image is made', async () => {
    const out = join(work, 'out');
    const path = join(out, 'image-0.jpg');
    const slow = pipeline().gaussianBlur({ radius: 30 }).gaussianBlur({ radius: 30 }).jpeg();
    // The next input is asked for when the first has begun.
    async function* inputs() {
      yield picture(3000, 3000);
      mkdirSync(out, { recursive: true });
      writeFileSync(path, 'mine');
    }
    const [result] = await all(slow.runAll(inputs(), { outDir: out }));
    expect(result?.error).toMatchObject({ cause: { code: 'EEXIST' } });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(out)).toEqual(['image-0.jpg']);
  });

  test('refuses a list of which two would have one file, before anything is done', () => {
    const [path = ''] = files(1);
    const out = join(work, 'out');
    expect(() => pipe.runAll([path, 'x.png', 'other/000.png'], { outDir: out })).toThrow(
      'The inputs 0 and 2 would both be written to',
    );
    expect(() => pipe.runAll([path, 'b.jpg'], { output: () => join(out, 'same.jpg') })).toThrow(TypeError);
    expect(() =>
      pipe.runAll([path, 'b.jpg'], { output: (_, index) => (index === 0 ? 'b.jpg' : 'c.jpg') }),
    ).toThrow('would be written over input 1');
    expect(existsSync(out)).toBe(false);
  });

  test('a stream fails at the second input of one file', async () => {
    const [path = ''] = files(1);
    async function* twice() {
      yield path;
      yield path;
    }
    const results = (await all(pipe.runAll(twice(), { outDir: join(work, 'out') }))).sort(byIndex);
    expect(results[0]?.error).toBeUndefined();
    expect(results[1]?.error).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });

  test('may write over its own input', async () => {
    const paths = files(2);
    const results = await all(pipe.runAll(paths, { outDir: join(work, 'in'), overwrite: true }));
    expect(results.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(results[0]).toMatchObject({ width: 20 });
  });

  test('a folder that cannot be made or written is an error of each image', async () => {
    const paths = files(2);
    writeFileSync(join(work, 'file'), 'no folder');
    for (const outDir of [join(work, 'file'), join(work, 'file', 'below')]) {
      for (const { error } of await all(pipe.runAll(paths, { outDir }))) {
        expect(error).toMatchObject({ code: 'ALLCORES_ERR_IMAGE_IO', path: expect.stringContaining(outDir) });
      }
    }
    const output = () => work; // a folder is there already
    const [result] = await all(pipe.runAll([paths[0] as string], { output, overwrite: true }));
    expect(result?.error).toMatchObject({ code: 'ALLCORES_ERR_IMAGE_IO', path: work });
    expect(readdirSync(work).sort()).toEqual(['file', 'in']);
  });

  test('removes what killed runs have left in the folder, and nothing else', async () => {
    const out = join(work, 'out');
    mkdirSync(out);
    const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
    const gone = 2 ** 22 + 1; // above any number that a process may have
    const dead = `.000.jpg.allcores-${machine}-${gone}-3.tmp`;
    const alive = `.000.jpg.allcores-${machine}-${process.ppid}-3.tmp`;
    const elsewhere = `.000.jpg.allcores-00000000-${gone}-3.tmp`;
    for (const name of [dead, alive, elsewhere, '.hidden', 'mine.tmp'])
      writeFileSync(join(out, name), 'part');
    await all(pipe.runAll(files(1), { outDir: out }));
    expect(readdirSync(out).sort()).toEqual(['000.jpg', '.hidden', alive, elsewhere, 'mine.tmp'].sort());
  });
});

describe('the options of runAll', () => {
  const raster = picture(5, 5);

  test.each([
    [{ concurrency: 0 }, 'ERR_OUT_OF_RANGE'],
    [{ concurrency: '2' }, 'ERR_INVALID_ARG_TYPE'],
    [{ maxBytesInFlight: 0.5 }, 'ERR_OUT_OF_RANGE'],
    [{ outDir: 5 }, 'ERR_INVALID_ARG_TYPE'],
    [{ outDir: '' }, 'ERR_INVALID_ARG_VALUE'],
    [{ output: 'a.jpg' }, 'ERR_INVALID_ARG_TYPE'],
    [{ output: () => 'a.jpg', outDir: 'b' }, 'ERR_INVALID_ARG_VALUE'],
    [{ overwrite: true }, 'ERR_INVALID_ARG_VALUE'],
    [{ overwrite: 1, outDir: 'b' }, 'ERR_INVALID_ARG_TYPE'],
    [{ signal: 'stop' }, 'ERR_INVALID_ARG_TYPE'],
    [{ onProgress: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ errors: 'last' }, 'ERR_INVALID_ARG_VALUE'],
    [{ nonsense: 1 }, 'ERR_INVALID_ARG_VALUE'],
  ])('refuses %j', (options, code) => {
    expect(() => pipe.runAll([raster], options as never)).toThrow(expect.objectContaining({ code }));
  });

  test.each([undefined, null, 5, 'a.jpg', new Uint8Array(3), {}])('refuses %j as its inputs', (inputs) => {
    expect(() => pipe.runAll(inputs as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });

  test('an output needs an encoder', () => {
    const grey = pipeline().grayscale();
    expect(() => grey.runAll([raster], { outDir: 'b' } as never)).toThrow('Expected an encoder');
  });

  test('an output that is no path is an error at once for a list, of its item in a stream', async () => {
    expect(() => pipe.runAll([raster], { output: () => 5 as never })).toThrow(TypeError);
    const [result] = await all(pipe.runAll(new Set([raster]), { output: () => 5 as never }));
    expect(result?.error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  });
});
