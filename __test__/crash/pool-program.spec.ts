import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';

/** Runs a program to its end; a program that hangs is killed and fails the test. */
async function run(name: string, kind: string): Promise<string[]> {
  const file = fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, kind], { timeout: 20_000 });
  return stdout.trim().split('\n');
}

describe.each(backends)('a program with a Pool on $name', ({ kind }) => {
  test('an idle pool lets the program end', async () => {
    expect(await run('pool-idle-program', kind)).toEqual(['[1,4,9]']);
  });

  test('a pending call keeps the program until it settles, also when its worker dies', async () => {
    expect((await run('pool-pending-program', kind)).sort()).toEqual(['ALLCORES_ERR_WORKER_DIED', 'done']);
  });

  test('join and terminate keep the program until they resolve', async () => {
    expect((await run('pool-join-program', kind)).sort()).toEqual(['ALLCORES_ERR_POOL_CLOSED', 'ended']);
  });
});
