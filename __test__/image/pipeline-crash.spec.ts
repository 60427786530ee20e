import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isWhole, jpegFile } from './pictures.js';

const program = fileURLToPath(new URL('../fixtures/batch-program.mjs', import.meta.url));

let work = '';
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'allcores-batch-crash-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

function inputs(count: number): string[] {
  const folder = join(work, 'in');
  mkdirSync(folder);
  const file = jpegFile(1200, 900);
  return Array.from({ length: count }, (_, index) => {
    const path = join(folder, `${index}.jpg`);
    writeFileSync(path, file);
    return path;
  });
}

/** The files that anybody sees in a folder, and whether all of them are whole. */
function visible(folder: string): { names: string[]; broken: string[] } {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return { names, broken: names.filter((name) => !isWhole(readFileSync(join(folder, name)))) };
}

/** The lines of JSON that a program has printed. */
function lines(stdout: string): { index?: number; error?: { code: string; cause?: string } }[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a batch that is ended from outside', () => {
  test('killed at any moment leaves whole files only, and a second run completes the set', async () => {
    const paths = inputs(30);
    const outDir = join(work, 'out');
    const task = JSON.stringify({ inputs: paths, options: { outDir }, radius: 3, quality: 100 });
    for (const afterLines of [1, 4, 9]) {
      const child = spawn(process.execPath, [program, task], { stdio: ['ignore', 'pipe', 'inherit'] });
      let seen = '';
      child.stdout.on('data', (data) => {
        seen += data;
        // A little later, so that the kill meets the work at another place each time.
        if (seen.split('\n').length > afterLines) setTimeout(() => child.kill('SIGKILL'), afterLines * 3);
      });
      await new Promise((resolve) => child.on('close', resolve));
      expect(visible(outDir).broken).toEqual([]);
    }
    const after = visible(outDir).names.length;
    expect(after).toBeGreaterThanOrEqual(3);
    expect(after).toBeLessThan(30);
    const { stdout, status } = spawnSync(process.execPath, [program, task], { encoding: 'utf8' });
    expect(status).toBe(0);
    const results = lines(stdout).slice(0, -1);
    expect(results).toHaveLength(30);
    const failed = results.filter(({ error }) => error !== undefined);
    expect(failed.every(({ error }) => error?.cause === 'EEXIST')).toBe(true);
    expect(failed).toHaveLength(after);
    expect(visible(outDir)).toEqual({ names: expect.objectContaining({ length: 30 }), broken: [] });
    // Nothing hidden is left either.
    expect(readdirSync(outDir)).toHaveLength(30);
  });

  test('on a full disk gives an error for each image that found no room, and keeps the others whole', () => {
    const paths = inputs(12);
    const outDir = join(work, 'small');
    mkdirSync(outDir);
    const task = JSON.stringify({ inputs: paths, options: { outDir }, quality: 95 });
    const { results, names, broken, full } = onSmallDisk(outDir, task);
    expect(results).toHaveLength(12);
    const failed = results.filter(({ error }) => error !== undefined);
    expect(failed.length).toBeGreaterThan(0);
    for (const { error } of failed) expect(error).toEqual({ code: 'ALLCORES_ERR_IMAGE_IO', cause: full });
    expect(broken).toEqual([]);
    // No part of a file is left, not even a hidden one.
    expect(names).toHaveLength(12 - failed.length);
  });
});

interface SmallDisk {
  readonly results: ReturnType<typeof lines>;
  readonly names: readonly string[];
  readonly broken: readonly string[];
  /** The system's code for "there is no room". */
  readonly full: string;
}

/**
 * Runs the program where the folder is a file system of 1 MiB, in a mount namespace of its own. Where nobody may
 * mount, a limit on the size of files stands for it.
 */
function onSmallDisk(outDir: string, task: string): SmallDisk {
  const kept = join(work, 'kept');
  const onTmpfs =
    'mount -t tmpfs -o size=1m none "$1" && "$2" "$3" "$4" && cp -a "$1" "$5" && echo && echo mounted';
  for (const namespace of [['-m'], ['-r', '-m']]) {
    const args = [...namespace, 'sh', '-c', onTmpfs, 'sh', outDir, process.execPath, program, task, kept];
    const { stdout } = spawnSync('unshare', args, { encoding: 'utf8' });
    if (stdout?.endsWith('mounted\n')) {
      const results = lines(stdout.slice(0, -'mounted\n'.length)).slice(0, -1);
      return { results, names: readdirSync(kept), broken: visible(kept).broken, full: 'ENOSPC' };
    }
  }
  const limited = 'trap "" XFSZ && ulimit -f 100 && exec "$1" "$2" "$3"';
  const { stdout } = spawnSync('sh', ['-c', limited, 'sh', process.execPath, program, task], {
    encoding: 'utf8',
  });
  const results = lines(stdout).slice(0, -1);
  return { results, names: readdirSync(outDir), broken: visible(outDir).broken, full: 'EFBIG' };
}
