/** Pools in places where there is a worker already. */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Pool, tasks } from 'allcores';
import { describe, expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';
import { descendantsOf, type ProcessEntry, survivorsOf, until, within } from './processes.js';
import { runCommand } from './program.js';
import { newFile, sizeOf, temporaryFolder } from './temporary.js';

const nested = tasks<typeof import('../fixtures/nested-tasks.mjs')>(
  new URL('../fixtures/nested-tasks.mjs', import.meta.url),
);
const kinds = ['thread', 'process'] as const;
const root = resolve(import.meta.dirname, '../..');

/** What descends from this process now and did not before. */
function bornSince(before: readonly ProcessEntry[]): ProcessEntry[] {
  const known = new Set(before.map(({ pid }) => pid));
  return descendantsOf(process.pid).filter(({ pid }) => !known.has(pid));
}

/** Closes a pool, and resolves when nothing is left of what was started with it. */
async function endOf(pool: Pool, before: readonly ProcessEntry[]): Promise<void> {
  pool.close();
  await within(5000, pool.join());
  await until(
    2000,
    () => bornSince(before),
    (left) => left.length === 0,
  );
}

for (const outer of backends) {
  for (const inner of kinds) {
    describe(`a task on ${outer.name} that makes a pool of kind ${inner}`, () => {
      test('gets its results, and both pools end', async () => {
        const before = descendantsOf(process.pid);
        const pool = outer.open({ workers: 2 });
        const lists = [
          [1, 2, 3],
          [4, 5],
        ];
        const calls = lists.map((list) => pool.apply(nested.mapInside, [inner, list]));
        expect(await within(10_000, Promise.all(calls))).toEqual([
          [2, 3, 4],
          [5, 6],
        ]);
        await endOf(pool, before);
      });

      test('may leave it open and idle: the outer pool ends nevertheless, and takes it along', async () => {
        const before = descendantsOf(process.pid);
        const pool = outer.open({ workers: 1 });
        expect(await within(10_000, pool.apply(nested.mapAndKeep, [inner, [1, 2]]))).toEqual([2, 3]);
        await endOf(pool, before);
      });

      test('hears of the death of a worker of its own', async () => {
        await using pool = outer.open({ workers: 1 });
        const seen = await within(10_000, pool.apply(nested.loseInside, [inner]));
        expect(seen).toEqual(['ALLCORES_ERR_WORKER_DIED', 6, 2]);
      });

      test('is ended with all that it has started', async () => {
        const before = descendantsOf(process.pid);
        const file = newFile();
        const pool = outer.open({ workers: 1 });
        const call = pool.apply(nested.loopInside, [inner, file]).catch((reason: unknown) => reason);
        await until(10_000, () => sizeOf(file));
        const born = bornSince(before);
        expect(born).toHaveLength(Number(outer.kind === 'process') + Number(inner === 'process'));
        await within(5000, pool.terminate());
        expect(await call).toMatchObject({ code: 'ALLCORES_ERR_POOL_CLOSED' });
        await until(
          2000,
          () => survivorsOf(born),
          (left) => left.length === 0,
        );
        // A thread that went on would use all of this time, and an idle test runner a hundredth of it.
        const cpu = process.cpuUsage();
        await new Promise((resolve) => setTimeout(resolve, 300));
        const { user, system } = process.cpuUsage(cpu);
        expect((user + system) / 1000).toBeLessThan(100);
      });
    });
  }
}

test('pools within pools within pools, threads and processes by turns', async () => {
  await using pool = (backends[0] as (typeof backends)[0]).open({ workers: 1 });
  const call = pool.apply(nested.descend, [['process', 'thread', 'process'], 1]);
  expect(await within(15_000, call)).toBe(2);
});

describe("inside Vitest's own worker threads", () => {
  test('pools of both kinds work and end', async () => {
    const folder = join(temporaryFolder(), 'vitest');
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    for (const name of ['vitest', 'vite']) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    symlinkSync(root, join(folder, 'node_modules', 'allcores'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const fixture = fileURLToPath(new URL('../fixtures/pool-in-vitest.mjs', import.meta.url));
    writeFileSync(join(folder, 'nested.spec.mjs'), `import ${JSON.stringify(fixture)};\n`);
    const command = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--pool=threads', '--root', folder];
    const program = runCommand(process.execPath, [...command, '--reporter=json']);
    const { code } = await within(60_000, program.ended);
    expect(program.stderr()).toBe('');
    const report = JSON.parse(program.stdout()) as { numPassedTests: number; numTotalTests: number };
    expect(report).toMatchObject({ numTotalTests: 4, numPassedTests: 4 });
    expect(code).toBe(0);
  }, 70_000);
});
