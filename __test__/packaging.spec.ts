import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const platform = 'linux-x64-gnu';
const work = mkdtempSync(join(tmpdir(), 'allcores-package-'));
const project = join(work, 'project');
afterAll(() => rmSync(work, { recursive: true, force: true }));

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 120_000 });
  expect(status, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** Packs a folder as npm would publish it; gives the tarball's path. */
function pack(folder: string): string {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], folder),
  ) as [{ filename: string }];
  return join(work, packed.filename);
}

/** The README's first program. */
function firstExample(): string {
  const [, code] = /^```js\n([\s\S]*?)^```/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  return `${code}\nconsole.log(sum(prices));\n`;
}

/** The same program for CommonJS. */
function asCommonJs(code: string): string {
  const required = code.replace(/^import (\{[^}]*\}) from ('[^']+');$/gm, 'const $1 = require($2);');
  return `(async () => {\n${required}\n})();\n`;
}

describe('a project beside the clone that installs the packed tarballs', () => {
  beforeAll(() => {
    const addon = join(work, platform);
    cpSync(join(root, 'npm', platform), addon, { recursive: true });
    const binary = `allcores.${platform}.node`;
    copyFileSync(join(root, 'native', binary), join(addon, binary));
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
    const tarballs = [pack(root), pack(addon)];
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs], project);
  }, 180_000);

  test('runs the first example of the README with import', () => {
    writeFileSync(join(project, 'first.mjs'), firstExample());
    expect(run(process.execPath, ['first.mjs'], project)).toBe('500000\n');
  });

  test('runs it with require', () => {
    writeFileSync(join(project, 'first.cjs'), asCommonJs(firstExample()));
    expect(run(process.execPath, ['first.cjs'], project)).toBe('500000\n');
  });

  test('runs a pool, whose worker files are in the package', () => {
    const code = `import { Pool } from 'allcores';
const pool = new Pool({ workers: 1 });
console.log(await pool.map((x) => x + 1, [1, 2]));
await pool.terminate();\n`;
    writeFileSync(join(project, 'pool.mjs'), code);
    expect(run(process.execPath, ['pool.mjs'], project)).toBe('[ 2, 3 ]\n');
  });

  test('has the command', () => {
    const command = join(project, 'node_modules/.bin/allcores');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(JSON.parse(run(command, ['info', '--json'], project))).toMatchObject({ allcores: version });
  });

  test('finds types for every entry', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };
    for (const entry of Object.values(exports) as (string | { types: string; default: string })[]) {
      const files = typeof entry === 'string' ? [entry] : [entry.types, entry.default];
      for (const file of files) readFileSync(join(project, 'node_modules/allcores', file));
    }
  });

  test('gets nothing but the build, the loader and the documents', () => {
    const names = readdirSync(join(project, 'node_modules/allcores')).sort();
    const documents = ['CHANGELOG.md', 'LICENSE', 'LICENSE-THIRD-PARTY', 'README.md'];
    expect(names).toEqual([...documents, 'dist', 'lib', 'native', 'package.json']);
  });

  test('is told the platform, the reason and the fix when the native package is missing', () => {
    rmSync(join(project, `node_modules/allcores-${platform}`), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, ['first.mjs'], { cwd: project, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/NativeLoadError.*could not be loaded on linux-x64/);
    expect(stderr).toContain('npm install allcores --os=linux --cpu=x64 --libc=glibc');
    expect(stderr).toContain('ALLCORES_ERR_NATIVE_LOAD');
  });
});

test('ALLCORES_NATIVE_PATH names the addon to load', () => {
  const load = (path: string) =>
    spawnSync(
      process.execPath,
      ['--input-type=module', '-e', "import 'allcores/numeric'; console.log('loaded')"],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, ALLCORES_NATIVE_PATH: path },
      },
    );
  expect(load(join(root, 'native', `allcores.${platform}.node`)).stdout).toBe('loaded\n');
  expect(load(join(work, 'nowhere.node')).stderr).toContain('NativeLoadError');
});
