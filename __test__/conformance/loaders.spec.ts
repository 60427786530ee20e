/** What a program is started with holds in its workers: loaders, conditions, source text that compilers have been at. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { TaskNotFoundError, tasks } from 'allcores';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { covered } from '../fixtures/worker-covered.mjs';
import { backends } from './backends.js';

const require = createRequire(import.meta.url);
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const tsx = join(require.resolve('tsx/package.json'), '..', 'dist', 'cli.mjs');
/** Whether this Node runs TypeScript by itself. */
const strips = Boolean((process.features as { typescript?: unknown }).typescript);

/** What a program prints, which is JSON; run without what this test runner was started with. */
async function printed(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const clean = { ...process.env, NODE_OPTIONS: '', ...env };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env: clean });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const loaded = {
  task: 12,
  list: [2, 25],
  ownClass: true,
  frames: true,
  named: [8, 'inner'],
  classes: 8,
  rest: { b: 2, c: 1 },
  imports: 'b.txt',
  captured: 'surroundings',
};

describe.each(backends)('loaders on $name', ({ kind, open }) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allcores-loaders-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ways: [string, string[], NodeJS.ProcessEnv][] = [
    ['node --import tsx', ['--import', 'tsx', fixture('loaded-program.ts')], {}],
    ['the tsx command', [tsx, fixture('loaded-program.ts')], {}],
    ['NODE_OPTIONS', [fixture('loaded-program.ts')], { NODE_OPTIONS: '--import tsx' }],
  ];
  if (strips) ways.push(['Node itself', ['--no-warnings', fixture('loaded-program.ts')], {}]);

  test.each(ways)('TypeScript tasks and inline functions work under %s', async (_name, args, env) => {
    expect(await printed([...args, kind], env)).toEqual(loaded);
  });

  test('workers can have a loader that the program has not', async () => {
    const url = pathToFileURL(fixture('loaded-tasks.ts')).href;
    await using pool = open({ workers: 1, execArgv: ['--import', 'tsx'] });
    expect(
      await pool.apply(tasks<typeof import('../fixtures/loaded-tasks.ts')>(url).area, [
        { width: 2, height: 3 },
      ]),
    ).toBe(6);
  });

  test('where nothing strips types the error names the remedy', async () => {
    const url = pathToFileURL(fixture('loaded-tasks.ts')).href;
    const flags = strips ? ['--no-experimental-strip-types'] : [];
    const [outcome] = (await printed([
      ...flags,
      fixture('loaded-module-program.mjs'),
      kind,
      url,
      '{}',
      'area',
    ])) as string[];
    expect(outcome).toMatch(
      /^TaskNotFoundError: file:.*loaded-tasks\.ts cannot be loaded: .*extension "\.ts"/,
    );
    expect(outcome).toContain('`node --import tsx`');
    expect(outcome).toContain("`execArgv: ['--import', 'tsx']`");
    expect(outcome).toContain('22.18');
  });

  test('a missing .js names the .ts beside it', async () => {
    const url = pathToFileURL(fixture('loaded-tasks.js')).href;
    await using pool = open({ workers: 1 });
    const error = await failureOf(pool.apply(tasks<{ area(): number }>(url).area));
    expect(error).toBeInstanceOf(TaskNotFoundError);
    expect(error.message).toContain(fixture('loaded-tasks.ts'));
  });

  test.each([
    ['the program', ['--conditions=special'], {}, '{}'],
    ['the program, in short', ['-C', 'special'], {}, '{}'],
    ['NODE_OPTIONS', [], { NODE_OPTIONS: '--conditions=special' }, '{}'],
    ['the pool', [], {}, '{"execArgv":["--conditions=special"]}'],
  ])('conditions given to %s hold in the workers', async (_name, args, env, options) => {
    const home = join(folder, 'conditions');
    const library = join(home, 'node_modules', 'conditional');
    await mkdir(library, { recursive: true });
    const exports = { '.': { special: './special.mjs', default: './default.mjs' } };
    await writeFile(join(library, 'package.json'), JSON.stringify({ name: 'conditional', exports }));
    await writeFile(join(library, 'special.mjs'), "export const found = 'special';");
    await writeFile(join(library, 'default.mjs'), "export const found = 'default';");
    await writeFile(
      join(home, 'tasks.mjs'),
      "import { found } from 'conditional'; export const a = () => found;",
    );
    const url = pathToFileURL(join(home, 'tasks.mjs')).href;
    const run = (flags: string[], given: string) =>
      printed([...flags, fixture('loaded-module-program.mjs'), kind, url, given, 'a'], env);
    expect(await run(args, options)).toEqual(['special']);
    expect(await printed([fixture('loaded-module-program.mjs'), kind, url, '{}', 'a'])).toEqual(['default']);
  });

  test('hooks that are registered by --import load modules in the workers', async () => {
    const hooks = join(folder, 'hooks.mjs');
    await writeFile(
      hooks,
      `export const resolve = (specifier, context, next) => specifier === 'virtual:answer'
         ? { url: 'data:text/javascript,export default 42', format: 'module', shortCircuit: true }
         : next(specifier, context);`,
    );
    const register = join(folder, 'register.mjs');
    await writeFile(
      register,
      `import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(hooks).href)});`,
    );
    const module = join(folder, 'virtual.mjs');
    await writeFile(module, "import answer from 'virtual:answer'; export const a = () => answer;");
    const program = fixture('loaded-module-program.mjs');
    const args = [
      '--import',
      pathToFileURL(register).href,
      program,
      kind,
      pathToFileURL(module).href,
      '{}',
      'a',
    ];
    expect(await printed(args)).toEqual([42]);
  });

  test("inline functions work as esbuild's keepNames and an old target leave them", async () => {
    const source = `
      import { Pool } from ${JSON.stringify(pathToFileURL(require.resolve('allcores')).href)};
      const pool = new Pool({ workers: 1, kind: process.argv[2] });
      const run = async (x: number) => {
        const twice = async (y: number) => 2 * (await y);
        class Box { value = x; static made = 1; }
        const { value, ...rest } = { ...new Box(), more: await twice(x) };
        return [twice.name, value, rest, Box.made];
      };
      pool.apply(run, [4]).then((result) => {
        console.log(JSON.stringify(result));
        return pool.terminate();
      });`;
    const { code } = await transform(source, { loader: 'ts', keepNames: true, target: 'es2016' });
    expect(code).toMatch(/__name\(|__async\(/);
    await writeFile(join(folder, 'kept.mjs'), code);
    expect(await printed([join(folder, 'kept.mjs'), kind])).toEqual(['twice', 4, { more: 8 }, 1]);
  });

  test('inline functions work with the counters of a coverage tool in them', async () => {
    await using pool = open({ workers: 1 });
    expect(covered.toString()).toContain('cov_');
    expect(await pool.map(covered, [1, 2, 3])).toEqual([1, 4, 6]);
  });
});
