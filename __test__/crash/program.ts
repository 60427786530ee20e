/** Programs of `__test__/fixtures` that run by themselves, and what is seen of them. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from './processes.js';

/** How a program is started: by its file, by `node -e` (which imports it), by its file with tsx's loader, or at a terminal. */
export type Start = 'plain' | 'eval' | 'tsx' | 'terminal';

/** A program that runs or has ended. */
export interface Program {
  readonly pid: number;
  readonly child: ChildProcess;
  /** What it has written so far; of a terminal both together. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when it has written this text. */
  wrote(text: string): Promise<void>;
  /** Its end; its output is whole then. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Options of a program. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly start?: Start;
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program of `__test__/fixtures`. One that still runs when its test is over is killed. */
export function startProgram(
  name: string,
  { args = [], start = 'plain', execArgv = [], env = {} }: ProgramOptions = {},
): Program {
  const url = new URL(`../fixtures/${name}.mjs`, import.meta.url);
  const { command, words } = commandOf(start, [...execArgv], url.href, [fileURLToPath(url), ...args]);
  return runCommand(command, words, env);
}

/** The same for any command. */
export function runCommand(
  command: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    pid: child.pid as number,
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    async wrote(text) {
      await until(
        15_000,
        () => ({ stdout, stderr, code: child.exitCode }),
        (seen) => seen.stdout.includes(text) || seen.code !== null,
      );
      if (!stdout.includes(text))
        throw new Error(`The program ended before it wrote ${text}:\n${stdout}\n${stderr}`);
    },
    ended,
  };
}

function commandOf(
  start: Start,
  execArgv: string[],
  href: string,
  file: string[],
): { command: string; words: string[] } {
  const node = process.execPath;
  switch (start) {
    case 'plain':
      return { command: node, words: [...execArgv, ...file] };
    case 'tsx':
      return { command: node, words: [...execArgv, '--import', 'tsx', ...file] };
    case 'eval':
      return { command: node, words: [...execArgv, '-e', `import('${href}')`, ...file] };
    case 'terminal': {
      // util-linux: the program gets a terminal of its own, and what comes in is what is typed there.
      const line = [node, ...execArgv, ...file].map((word) => `'${word}'`).join(' ');
      return { command: 'script', words: ['-qefc', `exec ${line}`, '/dev/null'] };
    }
  }
}
