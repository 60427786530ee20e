import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const { undocumented } = (await import('../scripts/check-docs.mjs' as string)) as {
  undocumented(source: string): string[];
};

describe('the check of the documentation', () => {
  test.each([
    'export function f(): void {}',
    'export async function f(): Promise<void> {}',
    'export const x = 1;',
    'export interface I {}',
    'export type T = 1;',
    'export abstract class C {}',
  ])('finds that %j has no comment', (line) => {
    expect(undocumented(`const before = 1;\n${line}\n`)).toEqual([`2: ${line}`]);
    expect(undocumented(`/** What it is. */\n${line}\n`)).toEqual([]);
    expect(undocumented(`/**\n * What it is.\n */\n${line}\n`)).toEqual([]);
  });

  test('leaves re-exports and inner lines alone', () => {
    expect(
      undocumented("export { a } from './a.ts';\nexport type { B } from './b.ts';\n  export const c = 1;\n"),
    ).toEqual([]);
  });
});

describe('a machine without the tools', () => {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'allcores-tools-'));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  /** Runs a command of package.json where only these programs can be found. */
  function run(programs: Record<string, string>): { status: number | null; stderr: string } {
    const bin = join(path, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    for (const [name, prints] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!${join(bin, 'node')}\nconsole.log(${JSON.stringify(prints)});\n`);
      chmodSync(join(bin, name), 0o755);
    }
    return spawnSync(process.execPath, [join(root, 'scripts/run.mjs'), 'start'], {
      encoding: 'utf8',
      env: { PATH: bin },
      timeout: 30_000,
    });
  }

  test('is told that cargo and a C compiler are missing, with the fix, before anything is done', () => {
    const { status, stderr } = run({});
    expect(status).toBe(1);
    expect(stderr).toContain('cargo was not found: install Rust with rustup');
    expect(stderr).toContain('No C compiler (cc) was found');
  });

  test('is told that Rust is too old, with the fix', () => {
    const { status, stderr } = run({ cargo: 'cargo 1.70.0 (abc 2023-01-01)', cc: 'cc (GCC) 12.2.0' });
    expect(status).toBe(1);
    expect(stderr).toContain('Rust 1.70 is too old, 1.89 is needed: run `rustup update stable`');
    expect(stderr).not.toContain('C compiler');
  });

  test('is told which commands there are when it names another', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/run.mjs'), 'stat'], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('Unknown command "stat": one of build, start, test');
  });
});
