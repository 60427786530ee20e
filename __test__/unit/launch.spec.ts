import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { inheritedNodeOptions, inheritedOptions, threadOptions } from '#dist/backend/exec-options.js';
import { type LaunchOptions, launch } from '#dist/backend/launch.js';
import { allGone } from '../crash/is-running.js';

const folder = mkdtempSync(join(tmpdir(), 'allcores-launch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('options that a program was started with', () => {
  test.each([
    ['--import=./loader.mjs --import ./other.mjs'],
    ['--loader ./loader.mjs --experimental-loader=./loader.mjs'],
    ['-r ./hook.cjs --require=./hook.cjs'],
    ['-C development --conditions=x'],
    ['--enable-source-maps --no-warnings --trace-warnings'],
    ['--experimental-strip-types --experimental-vm-modules'],
    ['--max-old-space-size=4096 --stack-size=900 --expose-gc'],
    ['--inspector-is-no-option-of-ours --testing --watchman'],
  ])('are inherited: %s', (text) => {
    expect(inheritedOptions(text.split(' '))).toEqual(text.split(' '));
  });

  test.each([
    ['-e code'],
    ['--eval code'],
    ['--eval=code'],
    ['-p code'],
    ['-p -e code'],
    ['--print code'],
    ['-pe code'],
    ['-i'],
    ['--interactive'],
    ['-c'],
    ['--check'],
    ['--input-type=module'],
    ['--input-type module'],
    ['--entry-url'],
    ['--run build'],
    ['--inspect'],
    ['--inspect=127.0.0.1:9229'],
    ['--inspect-brk'],
    ['--inspect-wait=0'],
    ['--inspect-port 9230'],
    ['--inspect-publish-uid=stderr'],
    ['--debug-port=9230'],
    ['--test'],
    ['--test-only'],
    ['--test-name-pattern some'],
    ['--test-reporter=spec --test-reporter-destination stdout'],
    ['--experimental-test-coverage'],
    ['--watch'],
    ['--watch-path ./src --watch-path=./lib'],
    ['--watch-preserve-output'],
    ['--prof'],
    ['--cpu-prof --cpu-prof-name=one.cpuprofile --cpu-prof-dir out'],
    ['--heap-prof'],
    ['--env-file=.env --env-file .env.local'],
    ['--env_file=.env'],
  ])('are of the program alone: %s', (text) => {
    const words = ['--no-warnings', ...text.split(' '), '-r', './hook.cjs'];
    expect(inheritedOptions(words)).toEqual(['--no-warnings', '-r', './hook.cjs']);
  });

  test('limit the heap of a child that has no limit of its own', () => {
    const words = [
      '--max-old-space-size=100',
      '--max_old_space_size=100',
      '--max-heap-size=9',
      '--expose-gc',
    ];
    expect(inheritedOptions(words, false)).toEqual(words);
    expect(inheritedOptions(words, true)).toEqual(['--expose-gc']);
  });

  test('in NODE_OPTIONS go the same way, and stay as they are written', () => {
    const quoted = '--require "./a b.cjs"  --no-warnings';
    expect(inheritedNodeOptions(quoted)).toBe(quoted);
    expect(inheritedNodeOptions(`--inspect-brk=0 ${quoted}`)).toBe('--require "./a b.cjs" --no-warnings');
    expect(inheritedNodeOptions('--title="say \\"--inspect\\" twice" --inspect')).toBe(
      '--title="say \\"--inspect\\" twice"',
    );
    expect(inheritedNodeOptions('--inspect')).toBe('');
    expect(inheritedNodeOptions('--max-old-space-size=50 --no-warnings', true)).toBe('--no-warnings');
  });

  test('are left to a thread, which inherits them by itself, unless it cannot start with them', () => {
    expect(threadOptions(['-e', 'code', '--inspect', '--max-old-space-size=100'])).toBeUndefined();
    const words = ['--input-type=module', '--expose-gc', '-r', './hook.cjs', '--conditions=x', '-e', 'code'];
    expect(threadOptions(words)).toEqual(['-r', './hook.cjs', '--conditions=x']);
  });
});

const reporter = join(folder, 'report.mjs');
writeFileSync(
  reporter,
  `import { writeSync } from 'node:fs';
  const { argv, execArgv, env } = process;
  writeSync(5, JSON.stringify({
    argv: argv.slice(2), execArgv, cwd: process.cwd(),
    threads: env.ALLCORES_THREADS, options: env.NODE_OPTIONS, own: env.OWN, home: env.HOME,
  }));
  process.exitCode = 7;`,
);

/** What a child with these options says of itself. */
async function report(options: Partial<LaunchOptions>): Promise<Record<string, unknown>> {
  const { child, up } = launch({ entry: pathToFileURL(reporter), ...options });
  const ended = once(child, 'exit');
  let text = '';
  for await (const chunk of up) text += String(chunk);
  expect(await ended).toEqual([7, null]);
  return JSON.parse(text) as Record<string, unknown>;
}

describe('a child', () => {
  test('has the arguments, options and variables that it was given, and a heap limit after them', async () => {
    const given = await report({
      args: ['one', 'two'],
      execArgv: ['--no-warnings'],
      env: { OWN: 'yes', NODE_OPTIONS: '--inspect=0 --no-deprecation' },
      heapMb: 99.6,
      youngMb: 12,
      threads: 3,
    });
    expect(given).toEqual({
      argv: ['one', 'two'],
      execArgv: ['--no-warnings', '--max-old-space-size=100', '--max-semi-space-size=4'],
      cwd: process.cwd(),
      threads: '3',
      options: '--no-deprecation',
      own: 'yes',
    });
  });

  test("has this program's when it was given none, and not those that env sets itself", async () => {
    const given = await report({ threads: 3 });
    expect(given).toMatchObject({ argv: [], threads: '3', home: process.env['HOME'] });
    expect(given['execArgv']).toEqual(inheritedOptions(process.execArgv));
    expect(await report({ threads: 3, env: { ALLCORES_THREADS: '2' } })).toMatchObject({ threads: '2' });
  });

  test('cannot be led astray by a polluted Object.prototype', async () => {
    const polluted = {
      shell: '/bin/false',
      cwd: folder,
      uid: 1,
      argv0: 'x',
      execArgv: ['--bad'],
      detached: true,
    };
    try {
      for (const [key, value] of Object.entries(polluted)) {
        Object.defineProperty(Object.prototype, key, { value, configurable: true, enumerable: false });
      }
      expect(await report({})).toMatchObject({ cwd: process.cwd(), argv: [] });
    } finally {
      for (const key of Object.keys(polluted)) delete (Object.prototype as Record<string, unknown>)[key];
    }
  });

  test('that the system cannot start has no pid, and says why', async () => {
    const missing = pathToFileURL(join(folder, 'no-node-here'));
    const { child, up, down, setAlive } = launch({ entry: pathToFileURL(reporter), execPath: missing });
    expect(child.pid).toBeUndefined();
    expect([up.destroyed, down.destroyed]).toEqual([true, true]);
    setAlive(false);
    const [error] = (await once(child, 'error')) as [NodeJS.ErrnoException];
    expect(error).toMatchObject({ code: 'ENOENT' });
  });

  test('that is still there when the program exits is ended with it', async () => {
    const waiting = join(folder, 'wait.mjs');
    writeFileSync(waiting, 'setInterval(() => {}, 1000);');
    const program = join(folder, 'parent.mjs');
    const launchUrl = new URL('../../dist/backend/launch.js', import.meta.url).href;
    writeFileSync(
      program,
      `import { launch } from ${JSON.stringify(launchUrl)};
      const { child } = launch({ entry: new URL(${JSON.stringify(pathToFileURL(waiting).href)}) });
      console.log(child.pid);
      child.on('spawn', () => process.exit());`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(1);
    await allGone([pid]);
  });

  test('leaves no listener behind', async () => {
    const before = process.listenerCount('exit');
    const ended = [report({}), report({})];
    expect(process.listenerCount('exit')).toBe(before + 1);
    await Promise.all(ended);
    expect(process.listenerCount('exit')).toBe(before);
  });
});
