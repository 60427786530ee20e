import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isMain } from 'allcores';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { becomeWorker } from '#dist/worker/context.js';

const run = async (...args: string[]) =>
  (await promisify(execFile)(process.execPath, args)).stdout.trim().split('\n');
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

const asEntry = ['main thread: true', 'worker thread: false'];

/** A module that works wherever it lies. */
const program = `import { isMain } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url))};
console.log(isMain(import.meta), isMain({ url: 'data:text/javascript,' }));`;

describe('isMain', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'is-main-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  test('is true in the entry module and false in a worker thread of the same file', async () => {
    expect(await run(fixture('worker-is-main-plain.mjs'))).toEqual(asEntry);
  });

  test('is true under tsx', async () => {
    expect(await run('--import', 'tsx', fixture('worker-is-main.ts'))).toEqual(['main thread: true']);
  });

  test('is true when the program was started by a symbolic link', async () => {
    const link = join(folder, 'linked.mjs');
    await symlink(fixture('worker-is-main-plain.mjs'), link);
    expect(await run(link)).toEqual(asEntry);
    const kept = join(folder, 'kept.mjs');
    await writeFile(join(folder, 'real.mjs'), program);
    await symlink(join(folder, 'real.mjs'), kept);
    for (const flag of ['--preserve-symlinks-main', '--preserve-symlinks']) {
      expect(await run(flag, kept)).toEqual(['true false']);
    }
  });

  test('is false in a module that the entry imports', async () => {
    expect(await run(fixture('worker-imports-main.mjs'))).toEqual(['main thread: false', 'importer: true']);
  });

  test('is false without an entry file, and where there is no file', async () => {
    expect(await run('--input-type=module', '-e', program)).toEqual(['false false']);
    expect(isMain({ url: 'data:text/javascript,' } as ImportMeta)).toBe(false);
  });

  test('is false in a process that is a worker', () => {
    const meta = { url: new URL(`file://${process.argv[1]}`).href } as ImportMeta;
    expect(isMain(meta)).toBe(true);
    becomeWorker(0, 'w', new Int32Array(2), () => {});
    expect(isMain(meta)).toBe(false);
    delete (globalThis as Record<symbol, unknown>)[Symbol.for('allcores.worker')];
  });
});
