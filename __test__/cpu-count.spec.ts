import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { cpuCount } from 'allcores';
import { expect, test } from 'vitest';

/** What a fresh process says, because the environment is read once. */
function countWith(value: string): { readonly stdout: string; readonly stderr: string } {
  const script = "import { cpuCount } from 'allcores'; console.log(cpuCount());";
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ALLCORES_WORKERS: value },
    encoding: 'utf8',
  });
}

test('cpuCount is a whole number from 1, and no more than the cores that the system gives', () => {
  expect(Number.isInteger(cpuCount())).toBe(true);
  expect(cpuCount()).toBeGreaterThanOrEqual(1);
  expect(cpuCount()).toBeLessThanOrEqual(availableParallelism());
});

test('ALLCORES_WORKERS is what it says', () => {
  expect(countWith('7')).toMatchObject({ stdout: '7\n', stderr: '' });
});

test.each(['0', '-2', 'many', '1.5', '5000'])(
  'an ALLCORES_WORKERS of %s is an error that names it',
  (value) => {
    const { stdout, stderr } = countWith(value);
    expect(stdout).toBe('');
    expect(stderr).toContain(`\`ALLCORES_WORKERS\` to be an integer from 1 to 4096, got "${value}"`);
  },
);
