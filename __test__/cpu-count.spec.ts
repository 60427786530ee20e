import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { cpuCount } from 'allcores';
import { expect, test } from 'vitest';

/** What a fresh process says, because the environment is read once. */
function countWith(value: string): string {
  const script = `
    import { cpuCount } from 'allcores';
    try { console.log(cpuCount()); } catch (error) { console.log(error.name, error.message); }`;
  const env = { ...process.env, ALLCORES_WORKERS: value };
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
}

test('cpuCount is a whole number from 1, and no more than the cores that the system gives', () => {
  expect(Number.isInteger(cpuCount())).toBe(true);
  expect(cpuCount()).toBeGreaterThanOrEqual(1);
  expect(cpuCount()).toBeLessThanOrEqual(availableParallelism());
});

test('ALLCORES_WORKERS is what it says', () => {
  expect(countWith('7')).toBe('7\n');
});

test.each(['0', '-2', 'many', '1.5', '5000'])(
  'an ALLCORES_WORKERS of %s is an error that names it',
  (value) => {
    expect(countWith(value)).toMatch(/^(TypeError|Error) .*ALLCORES_WORKERS/);
  },
);
