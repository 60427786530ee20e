import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';

/** Ways to start a program whose options no worker could start with. */
const ways = [
  { way: '-e', args: ['-e'] },
  { way: '-p', args: ['-p'] },
  { way: '--input-type=module -e', args: ['--no-warnings', '--input-type=module', '--expose-gc', '-e'] },
  { way: '--inspect=0 -e', args: ['--inspect=0', '--max-old-space-size=300', '-e'] },
  { way: '--test-only -e', args: ['--test-only', '-e'] },
  {
    way: '--cpu-prof -e',
    args: ['--cpu-prof', `--cpu-prof-dir=${mkdtempSync(join(tmpdir(), 'allcores-'))}`, '-e'],
  },
];

describe.each(backends)('a Pool on $name', ({ kind }) => {
  test.each(ways)('works in a program that was started with $way', async ({ args }) => {
    const program = `import('allcores').then(async ({ Pool }) => {
      const pool = new Pool({ kind: '${kind}', workers: 1 });
      console.log('result', await pool.apply((x) => x * x, [7]));
      await pool.terminate();
    });`;
    const { stdout } = await promisify(execFile)(process.execPath, [...args, program], {
      timeout: 20_000,
      cwd: new URL('../..', import.meta.url),
    });
    expect(stdout).toContain('result 49');
  });
});
