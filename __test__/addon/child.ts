import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a fixture ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the line `exiting` on its standard output (or from its start) to its end. */
  readonly afterExiting: number;
}

/** What a fixture may be given. */
export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
  /** A child that runs longer is killed, which its test sees as a signal. */
  readonly timeout?: number;
}

/** Runs a module of `__test__/fixtures` in a Node of its own and waits for its end. */
export function runFixture(name: string, options: ChildOptions = {}): Promise<Ended> {
  const { args = [], env = {}, execArgv = [], timeout = 60_000 } = options;
  const path = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  return new Promise((resolve, reject) => {
    let exiting = performance.now();
    let stdout = '';
    let stderr = '';
    const child = spawn(process.execPath, [...execArgv, path, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (text.includes('exiting')) exiting = performance.now();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr, afterExiting: performance.now() - exiting });
    });
  });
}

/** The last line of a fixture's output, which is its report in JSON. */
export function report<T>(ended: Ended): T {
  const line = ended.stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new Error(
      `No report; exit code ${ended.code}, signal ${ended.signal}\n${ended.stdout}\n${ended.stderr}`,
    );
  }
}
