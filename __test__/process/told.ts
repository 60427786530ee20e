/** What the children of a test tell: each by a file of its own. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Process, type ProcessOptions, tasks } from 'allcores';
import { afterAll, afterEach } from 'vitest';

/** The functions that children run. */
export const jobs = tasks<typeof import('../fixtures/process-tasks.mjs')>(
  new URL('../fixtures/process-tasks.mjs', import.meta.url),
);

/** Both kinds of child. */
export const kinds = ['process', 'thread'] as const;

const folder = mkdtempSync(join(tmpdir(), 'allcores-process-'));
let count = 0;
const started: Process[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) await child[Symbol.asyncDispose]();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A path at which there is no file yet. */
export function newFile(): string {
  return join(folder, String(count++));
}

/** A child that was started; at the test's end it is ended. */
export function run(options: ProcessOptions): Process {
  const child = new Process(options);
  started.push(child);
  child.start();
  return child;
}

/** A child that was started, when it has told: what it told, or its process's number. */
export async function runUntilTold(options: ProcessOptions, file: string): Promise<Process> {
  const child = run(options);
  await told(file);
  return child;
}

/** What a child has written to the file, when it has. */
export async function told<T = unknown>(file: string): Promise<T> {
  await until(() => existsSync(file), `${file} was not written`);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/** Waits for what will come to be, and fails when it does not. */
export async function until(holds: () => boolean, otherwise: string, limitMs = 25_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process with this number is there (and is no zombie). */
export function isThere(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
