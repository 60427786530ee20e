import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encode, metadata, pipeline } from 'allcores/image';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exifOf, isWhole, jpegFile, picture } from '../image/pictures.js';
import { command, start } from './run.js';

let work = '';
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'allcores-cli-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

/** Writes a file below the work folder. */
function put(name: string, bytes: Uint8Array | string): string {
  const path = join(work, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** All files below a folder, with their folders. */
function tree(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

const png = () => encode(picture(40, 30), { format: 'png' });

describe('allcores image', () => {
  test('does what its options say, in their order, and prints a line for each image and a summary', async () => {
    put('a.jpg', jpegFile(100, 80));
    put('b.png', png());
    const { code, stdout, stderr } = await start(
      [
        'image',
        'a.jpg',
        'b.png',
        '--resize',
        '30x20',
        '--fit',
        'fill',
        '--blur',
        '1.5',
        '--sharpen',
        '--grayscale',
      ].concat(['--flip', '--flop', '--format', 'webp', '--quality', '60', '--out', 'out']),
      { cwd: work },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const chain = pipeline().resize({ width: 30, height: 20, fit: 'fill' }).gaussianBlur({ radius: 1.5 });
    const expected = chain.sharpen().grayscale().flip().flop().webp({ quality: 60 });
    expect(tree(join(work, 'out'))).toEqual(['a.webp', 'b.webp']);
    for (const [input, output] of [
      ['a.jpg', 'a.webp'],
      ['b.png', 'b.webp'],
    ] as const) {
      expect(readFileSync(join(work, 'out', output)).equals(expected(join(work, input)))).toBe(true);
      const size = readFileSync(join(work, 'out', output)).length;
      expect(stdout).toContain(`${input} → ${join('out', output)} (30 × 20, ${size} B)\n`);
    }
    expect(stdout).toMatch(/\n2 written in \d+ s \([\d.]+\/s\)\n$/);
  });

  test('the order of the options is the order of the steps, but for --rotate auto', async () => {
    const file = put('a.jpg', jpegFile(60, 30, exifOf(6)));
    await start([
      'image',
      file,
      '--resize',
      '20x20',
      '--rotate',
      '90',
      '--rotate',
      'auto',
      '--format',
      'png',
      '--out',
      join(work, 'x'),
    ]);
    const first = pipeline().autoOrient().resize({ width: 20, height: 20 }).rotate90().png();
    expect(readFileSync(join(work, 'x', 'a.png')).equals(first(file))).toBe(true);
    await start([
      'image',
      file,
      '--blur',
      '3',
      '--resize',
      'x10',
      '--format',
      'png',
      '--out',
      join(work, 'y'),
    ]);
    const blurred = pipeline().gaussianBlur({ radius: 3 }).resize({ height: 10 }).png();
    expect(readFileSync(join(work, 'y', 'a.png')).equals(blurred(file))).toBe(true);
    await start([
      'image',
      file,
      '--resize',
      '10',
      '--blur',
      '3',
      '--no-shrink-on-load',
      '--keep-exif',
      '--out',
      join(work, 'z'),
    ]);
    const kept = pipeline({ shrinkOnLoad: false, keepExif: true })
      .resize({ width: 10 })
      .gaussianBlur({ radius: 3 });
    expect(readFileSync(join(work, 'z', 'a.jpg')).equals(kept.jpeg()(file))).toBe(true);
  });

  test('each file keeps its format when none is asked for', async () => {
    put('in/a.JPG', jpegFile(30, 30));
    put('in/b.png', png());
    put('in/c.webp', encode(picture(20, 20), { format: 'webp' }));
    const { code } = await start(['image', join(work, 'in'), '--out', join(work, 'out'), '--keep-profile']);
    expect(code).toBe(0);
    const formats = tree(join(work, 'out')).map((name) => [
      name,
      metadata(readFileSync(join(work, 'out', name))).format,
    ]);
    expect(formats).toEqual([
      ['a.JPG', 'jpeg'],
      ['b.png', 'png'],
      ['c.webp', 'webp'],
    ]);
  });

  test('finds folders, patterns and, with --recursive, the folders below, and keeps their structure', async () => {
    for (const name of [
      'in/a.png',
      'in/b.jpg',
      'in/sub/a.png',
      'in/sub/deep/c.png',
      'in/.hidden.png',
      'in/.git/d.png',
    ]) {
      put(name, png());
    }
    put('in/notes.txt', 'no image');
    const into = async (...args: string[]) => {
      rmSync(join(work, 'out'), { recursive: true, force: true });
      const { code } = await start(['image', ...args, '--out', 'out'], { cwd: work });
      expect(code, args.join(' ')).toBe(0);
      return tree(join(work, 'out'));
    };
    expect(await into('in')).toEqual(['a.png', 'b.jpg']);
    expect(await into('in', '--recursive')).toEqual(['a.png', 'b.jpg', 'sub/a.png', 'sub/deep/c.png']);
    expect(await into('in/*.png')).toEqual(['a.png']);
    expect(await into('in/**/*.png')).toEqual(['a.png', 'sub/a.png', 'sub/deep/c.png']);
    expect(await into('in/**')).toEqual(['a.png', 'b.jpg', 'sub/a.png', 'sub/deep/c.png']);
    expect(await into('in/{b,x}.[jk]p?')).toEqual(['b.jpg']);
    expect(await into('in/*/[!b].png')).toEqual(['sub/a.png']);
    // Results are no inputs.
    expect(await into('.', '--recursive', '--resize', '5')).toEqual([
      'in/a.png',
      'in/b.jpg',
      'in/sub/a.png',
      'in/sub/deep/c.png',
    ]);
    const again = await start(['image', '.', '--recursive', '--resize', '5', '--out', 'out'], { cwd: work });
    expect(again.stdout).toContain('4 kept');
  });

  test('a file whose name is a pattern is meant as it is', async () => {
    put('a[1].png', png());
    const { code } = await start(['image', 'a[1].png', '--out', 'out'], { cwd: work });
    expect(code).toBe(0);
    expect(tree(join(work, 'out'))).toEqual(['a[1].png']);
  });

  test('lists failures, loses nothing of the others, and ends with 1', async () => {
    put('good.png', png());
    put('bad.jpg', 'this is no image');
    const args = ['image', 'good.png', 'bad.jpg', 'none.png', 'x*.png', '--out', 'out'];
    const { code, stdout, stderr } = await start(args, { cwd: work });
    expect(code).toBe(1);
    expect(tree(join(work, 'out'))).toEqual(['good.png']);
    expect(stdout).toMatch(/1 written in .*, 3 failed\n$/);
    const failures = stderr.trim().split('\n');
    expect(failures).toHaveLength(3);
    expect(stderr).toMatch(/^bad\.jpg: /m);
    expect(stderr).toMatch(/^none\.png could not be read: ENOENT/m);
    expect(stderr).toMatch(/^x\*\.png: no file matches$/m);
  });

  test('keeps files that are there, which is no failure, unless --overwrite', async () => {
    put('a.png', png());
    put('out/a.png', 'mine');
    const kept = await start(['image', 'a.png', '--out', 'out'], { cwd: work });
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    expect(kept.stdout).toContain('a.png: kept what is there');
    expect(kept.stdout).toMatch(/0 written .*, 1 kept/);
    expect(readFileSync(join(work, 'out/a.png'), 'utf8')).toBe('mine');
    expect(await start(['image', 'a.png', '--out', 'out', '--overwrite'], { cwd: work })).toMatchObject({
      code: 0,
    });
    expect(isWhole(readFileSync(join(work, 'out/a.png')))).toBe(true);
  });

  test('--json prints a line of JSON for each image and one for the summary', async () => {
    put('a.png', png());
    put('bad.png', 'this is no image');
    const { code, stdout } = await start(
      ['image', 'a.png', 'bad.png', '--out', 'out', '--json', '--concurrency', '1'],
      { cwd: work },
    );
    expect(code).toBe(1);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { input: 'a.png', output: join('out', 'a.png'), width: 40, height: 30, size: expect.any(Number) },
      {
        input: 'bad.png',
        kept: false,
        error: { code: 'ALLCORES_ERR_IMAGE_FORMAT', message: expect.stringContaining('bad.png') },
      },
      { summary: { written: 1, kept: 0, failed: 1, interrupted: false, seconds: expect.any(Number) } },
    ]);
  });

  test('refuses two inputs with one output before it begins', async () => {
    put('a/x.png', png());
    put('b/x.jpg', jpegFile(20, 20));
    const args = ['image', 'a/x.png', 'b/x.jpg', '--format', 'png', '--out', 'out'];
    const { code, stderr } = await start(args, { cwd: work });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^a\/x\.png and b\/x\.jpg would both be written to out\/x\.png/);
    expect(readdirSync(work).sort()).toEqual(['a', 'b']);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with 130 or 143 and nothing half-written',
    async (signal) => {
      const file = jpegFile(1500, 1200);
      for (let i = 0; i < 40; i++) put(`in/${i}.jpg`, file);
      const ended = await start(['image', 'in', '--blur', '5', '--quality', '100', '--out', 'out'], {
        cwd: work,
        onText: (text, child) => {
          if (text.split('\n').length === 3) child.kill(signal);
        },
      });
      expect(ended).toMatchObject({ code: signal === 'SIGINT' ? 130 : 143, stderr: '' });
      expect(ended.stdout).toMatch(/written in .*interrupted\n$/);
      const out = join(work, 'out');
      const written = readdirSync(out);
      expect(written.length).toBeGreaterThan(1);
      expect(written.length).toBeLessThan(40);
      expect(written.filter((name) => !isWhole(readFileSync(join(out, name))))).toEqual([]);
    },
  );

  test('shows a bar on a terminal', () => {
    put('a.png', png());
    put('b.png', png());
    const line = `'${process.execPath}' '${command}' image a.png b.png --out out`;
    const { stdout, status } = spawnSync('script', ['-qec', line, '/dev/null'], {
      cwd: work,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/\[█+ *\] 1\/2 {2}[\d.]+\/s {2}\d+ s left/);
    expect(stdout).toMatch(/\[█{24}\] 2\/2/);
    expect(stdout).not.toContain('a.png →');
    expect(stdout).toMatch(/2 written in/);
  });
});

describe('a command line that makes no sense', () => {
  test.each([
    [[], 'Expected a command'],
    [['resize'], 'Unknown command "resize"'],
    [['image', 'a.png'], 'Expected --out'],
    [['image', '--out', 'x'], 'Expected files, folders or patterns'],
    [['image', 'a.png', '--out', 'x', '--blurr', '2'], "Unknown option '--blurr'"],
    [['image', 'a.png', '--out', 'x', '--blur', 'much'], 'Expected --blur to be a number, got "much"'],
    [['image', 'a.png', '--out', 'x', '--blur=-1'], 'Expected `radius` to be a number from 0'],
    [['image', 'a.png', '--out', 'x', '--resize', 'big'], 'Expected --resize to be WIDTHxHEIGHT'],
    [['image', 'a.png', '--out', 'x', '--resize', '0x5'], 'Expected `width` to be an integer from 1'],
    [['image', 'a.png', '--out', 'x', '--fit', 'fill'], '--fit belongs to --resize'],
    [['image', 'a.png', '--out', 'x', '--position', 'top'], '--position belongs to --resize'],
    [
      ['image', 'a.png', '--out', 'x', '--resize', '5', '--position', 'up'],
      'Expected `position` to be a side',
    ],
    [['image', 'a.png', '--out', 'x', '--resize', '5', '--fit', 'best'], 'Expected `fit` to be one of'],
    [['image', 'a.png', '--out', 'x', '--rotate', '45'], 'Expected --rotate to be auto, 90, 180 or 270'],
    [['image', 'a.png', '--out', 'x', '--format', 'gif'], 'Expected --format to be jpeg, png or webp'],
    [['image', 'a.png', '--out', 'x', '--quality', '0'], 'Expected `quality` to be an integer from 1 to 100'],
    [
      ['image', 'a.png', '--out', 'x', '--format', 'png', '--quality', '5'],
      '--quality does not belong to PNG',
    ],
    [
      ['image', 'a.png', '--out', 'x', '--concurrency', '0'],
      'Expected --concurrency to be an integer from 1',
    ],
    [['info', 'more'], 'info takes --json only'],
  ])('%j ends with 2, says why and prints the help', async (args, message) => {
    const { code, stdout, stderr } = await start(args, { cwd: work });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toContain(message);
    expect(stderr).toContain('Usage: allcores image');
    expect(readdirSync(work)).toEqual([]);
  });
});

test('the help names every option, and asking for it is no failure', async () => {
  for (const args of [['--help'], ['help'], ['image', '--help']]) {
    const { code, stdout } = await start(args);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: allcores image');
  }
});

test('a reader that goes away is no failure', () => {
  const line = `'${process.execPath}' '${command}' --help | head -n 1`;
  expect(spawnSync('sh', ['-c', line], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});
