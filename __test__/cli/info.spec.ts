import { readFileSync } from 'node:fs';
import { cpuCount } from 'allcores';
import { machine } from 'allcores/diagnostics';
import { expect, test } from 'vitest';
import { start } from './run.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

test('allcores info tells cores, quota, threads, instruction set and versions', async () => {
  const { code, stdout } = await start(['info']);
  expect(code).toBe(0);
  expect(stdout).toContain(`allcores         ${version}\n`);
  expect(stdout).toContain(`Node.js          ${process.version} on ${process.platform}-${process.arch}\n`);
  expect(stdout).toMatch(new RegExp(`^cores            ${cpuCount()} of \\d+$`, 'm'));
  expect(stdout).toMatch(/^quota {12}(none|[\d.]+ cores)$/m);
  expect(stdout).toMatch(new RegExp(`^instruction set  ${machine().level} \\(of scalar`, 'm'));
});

test('allcores info --json gives the same as one line of JSON', async () => {
  const { code, stdout } = await start(['info', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    allcores: version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: cpuCount(),
    coresOfMachine: expect.any(Number),
    quota: expect.toSatisfy((quota) => quota === null || quota > 0),
    threads: machine().threads,
    instructionSet: machine().level,
    instructionSets: machine().levels,
  });
  expect(await start(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
});
