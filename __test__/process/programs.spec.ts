import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { isThere, kinds, newFile, told, until } from './told.js';

const root = resolve(import.meta.dirname, '../..');
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url));
const programs = fixture('process-programs');

interface Program {
  readonly child: ChildProcess;
  /** Its end: everybody who holds its output has ended too, children among them. */
  readonly closed: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Runs Node with these arguments, in a process group of its own. */
function node(args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Program {
  const child = spawn(process.execPath, args, {
    cwd: root,
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const closed = new Promise<Awaited<Program['closed']>>((settle) => {
    child.on('close', (code, signal) => settle({ code, signal, stdout, stderr }));
  });
  return { child, closed };
}

/** Runs it to its end. */
async function ended(args: readonly string[], options?: { env?: NodeJS.ProcessEnv; cwd?: string }) {
  return node(args, options).closed;
}

describe.each(kinds)('a program with children of kind %s', (kind) => {
  test('stays until a child that is no daemon has ended', async () => {
    const file = newFile();
    expect(await ended([programs, 'waits', file, kind])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe('"done"');
  });

  test('does not stay for a daemon, and takes it along', async () => {
    const file = newFile();
    expect(await ended([programs, 'daemon', file, kind])).toMatchObject({ code: 0, stderr: '' });
    expect(isThere(await told<number>(file))).toBe(false);
  });

  test('stays for a daemon that is joined', async () => {
    expect(await ended([programs, 'joins', newFile(), kind])).toMatchObject({ code: 0, stdout: 'true 0\n' });
  });

  test('ends all of them when it ends by process.exit() or by an error', async () => {
    for (const [which, code] of [
      ['exits', 3],
      ['fails', 1],
    ] as const) {
      const file = newFile();
      expect(await ended([programs, which, file, kind])).toMatchObject({ code });
      expect(isThere(await told<number>(file))).toBe(false);
    }
  });

  test('finds a target’s error on its standard error, with stack, cause and properties', async () => {
    const { stdout, stderr } = await ended([programs, 'reports', newFile(), kind]);
    expect(stdout).toBe('1 1 1\n');
    expect(stderr).toMatch(
      /^Failing ended by an error:\nRangeError: for the test\n +at fail \(.*process-tasks\.mjs:\d+:\d+\)/m,
    );
    expect(stderr).toMatch(/\[cause\]: Error: its cause\n/);
    expect(stderr).toMatch(/limit: 7/);
    expect(stderr).toMatch(/Process-2 ended by an error:\n\{ no: 'error' \}\n/);
    expect(stderr).toMatch(/TypeError(?: \[Error\])?: nobody catches this\n +at .*process-tasks\.mjs/);
  });

  test('gets all that a child has written before it failed, and the error last', async () => {
    const { stdout, stderr } = await ended([programs, 'loud', newFile(), kind]);
    const numbers = Array.from({ length: 200 }, (_, index) => String(index + 1));
    expect([...stdout.matchAll(/^out (\d+) x{1000}$/gm)].map((match) => match[1])).toEqual(numbers);
    expect([...stderr.matchAll(/^err (\d+)$/gm)].map((match) => match[1])).toEqual(numbers);
    expect(stderr).toMatch(/err 200\nProcess-1 ended by an error:\nError: after all that\n/);
  });

  test('has their output as its own, and works without a standard input', async () => {
    const file = newFile();
    const { code, stdout } = await ended([programs, 'output', file, kind]);
    expect([code, stdout, await told(file)]).toEqual([0, 'from the child\n[ 2 ] 0\n', [1, 4, 9]]);
  });

  test('that starts one at the top level of the module that the child imports gets an error, and no flood', async () => {
    const { code, stdout, stderr } = await ended([fixture('process-unguarded'), kind]);
    expect([code, stdout]).toEqual([0, 'imported\nimported\nexit code 1\n']);
    expect(stderr).toMatch(/InvalidStateError: A Process cannot be started.*isMain\(import\.meta\)/);
  });

  test('that asks isMain before is both program and module of tasks', async () => {
    expect(await ended([fixture('process-guarded'), kind])).toMatchObject({
      code: 0,
      stdout: 'worked Process-1 false\nexit code 0\n',
      stderr: '',
    });
  });

  test('passes on its conditions, its preloaded modules and its NODE_PATH, but not its -e', async () => {
    const folder = newFile();
    const modules = join(folder, 'node_modules/conditional');
    mkdirSync(modules, { recursive: true });
    const manifest = { name: 'conditional', exports: { tested: './tested.mjs', default: './plain.mjs' } };
    writeFileSync(join(modules, 'package.json'), JSON.stringify(manifest));
    for (const which of ['tested', 'plain']) {
      writeFileSync(join(modules, `${which}.mjs`), `export const which = '${which}';`);
    }
    const program = `process.argv[1] = 'inherits'; process.argv.splice(1, 1, '-', 'inherits', '', '${kind}');
      await import(${JSON.stringify(pathToFileURL(programs).href)});`;
    const preload = "--import=data:text/javascript,globalThis.preloaded='preloaded'";
    const options = ['--conditions=tested', preload, '--input-type=module', '-e', program];
    const env = { ...process.env, NODE_PATH: dirname(modules) };
    expect(await ended(options, { env, cwd: folder })).toMatchObject({
      code: 0,
      stdout: `preloaded tested ${dirname(modules)} false\n`,
    });
  });
});

test('a child that its parent leaves behind gets a SIGTERM', async () => {
  const file = newFile();
  expect(await ended([programs, 'leaves', file, 'process'])).toMatchObject({ code: 0 });
  expect(await told(`${file}.term`)).toBe(true);
});

describe('no child outlives its parent by two seconds', { timeout: 90_000 }, () => {
  const occupations = ['asleep', 'loop', 'kernel', 'nested', 'stubborn'];

  /** Starts the program, and gives the numbers of its children when all are at work. */
  async function busy(args: readonly string[]): Promise<{ program: Program; pids: number[]; file: string }> {
    const file = newFile();
    const program = node([...args, 'busy', file, 'process']);
    const pids = await Promise.all(occupations.map((one) => told<number>(`${file}.${one}`)));
    expect(pids.map(isThere)).toEqual(occupations.map(() => true));
    return { program, pids, file };
  }

  const started: [string, string[]][] = [
    ['plainly', [programs]],
    ['by tsx', ['--import', 'tsx', programs]],
  ];
  test.each(started)(
    'when that was started %s and is killed, whatever the child is doing',
    async (_title, args) => {
      const { program, pids } = await busy(args);
      program.child.kill('SIGKILL');
      await program.closed;
      await until(() => !pids.some(isThere), 'children live on', 2000);
    },
  );

  test('when that gets a SIGTERM; who is not busy can still do something', async () => {
    const { program, pids, file } = await busy([programs]);
    program.child.kill('SIGTERM');
    expect(await program.closed).toMatchObject({ signal: 'SIGTERM' });
    await until(() => !pids.some(isThere), 'children live on', 2000);
    expect(await told(`${file}.asleep.end`)).toBe(1);
  });

  test('when all of them are interrupted, as Ctrl-C does it, and nothing is said about that', async () => {
    const { program, pids } = await busy([programs]);
    process.kill(-(program.child.pid as number), 'SIGINT');
    expect(await program.closed).toMatchObject({ signal: 'SIGINT', stdout: '', stderr: '' });
    await until(() => !pids.some(isThere), 'children live on', 2000);
  });
});
