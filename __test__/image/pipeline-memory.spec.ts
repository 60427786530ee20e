import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpegFile } from './pictures.js';

const program = fileURLToPath(new URL('../fixtures/batch-program.mjs', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'allcores-batch-memory-'));
const photo = join(work, 'photo.jpg');
const MB = 1_000_000;

// 12 megapixels: 36 MB of pixels.
beforeAll(() => writeFileSync(photo, jpegFile(4000, 3000)));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** How much a batch of so many photographs takes at most, above what the program takes anyway. */
function peak(task: object, count: number): number {
  const inputs = new Array(count).fill(photo);
  const env = { ...process.env, ALLCORES_THREADS: '8' };
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [program, JSON.stringify({ ...task, inputs })],
    { encoding: 'utf8', env },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.slice(0, -1).filter(({ error }) => error !== undefined)).toEqual([]);
  expect(lines).toHaveLength(count + 1);
  const { base, most } = lines.at(-1) as { base: number; most: number };
  return most - base;
}

describe('the memory of a batch', () => {
  test('stays within maxBytesInFlight on many threads, with a consumer that is slow', () => {
    const options = { maxBytesInFlight: 100 * MB, concurrency: 8 };
    // One image takes 36 MB of pixels, and as much for the blurred ones; eight at a time would be 600 MB.
    expect(peak({ options, radius: 2, delayMs: 30 }, 16)).toBeLessThan(250 * MB);
  });

  test('counts results that wait to be taken', () => {
    const options = { maxBytesInFlight: 60 * MB, concurrency: 8 };
    // A JPEG of quality 100 takes some 10 MB here; the next ones wait for the first to be taken. Without the
    // limit it is more than 650 MB; up to 270 were seen with it, because the C library keeps what was freed.
    expect(peak({ options, width: 3999, quality: 100, delayMs: 100, shrinkOnLoad: false }, 8)).toBeLessThan(
      350 * MB,
    );
  });

  test('does not grow with the number of images', () => {
    const few = peak({ options: { concurrency: 2 }, width: 400 }, 8);
    const many = peak({ options: { concurrency: 2 }, width: 400 }, 80);
    expect(many - few).toBeLessThan(40 * MB);
  });
});
