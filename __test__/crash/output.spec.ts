/** What workers write to their standard output arrives whole, and before the results. */

import { describe, expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';
import { within } from './processes.js';
import { startProgram } from './program.js';

const MB = 1_000_000;

/** What `speak(bytes, text)` writes. */
function spoken(bytes: number, text: string): string {
  const rest = bytes - text.length - 1;
  const lines = `${'x'.repeat(99)}\n`.repeat(Math.floor(rest / 100));
  return `${lines}${'y'.repeat(rest % 100)}${text}\n`;
}

/** Runs the program to its end. Neither output is shown when it is not as expected: it is megabytes. */
async function outputOf(kind: string, what: string): Promise<{ stdout: string; stderr: string }> {
  const program = startProgram('program-output', { args: [kind, what] });
  expect(await within(20_000, program.ended)).toEqual({ code: 0, signal: null });
  return { stdout: program.stdout(), stderr: program.stderr() };
}

/** Like `toBe`, with the first difference instead of both texts. */
function expectText(seen: string, expected: string): void {
  if (seen === expected) return;
  let at = 0;
  while (seen[at] === expected[at]) at++;
  const near = (text: string) => text.slice(Math.max(0, at - 20), at + 60);
  expect({ length: seen.length, at, near: near(seen) }).toEqual({
    length: expected.length,
    at,
    near: near(expected),
  });
}

for (const { kind, name } of backends) {
  describe(`the output of ${name}`, () => {
    test('is there, a megabyte of it, before each result', async () => {
      const { stdout, stderr } = await outputOf(kind, 'results');
      const expected = [0, 1, 2].map((call) => `${spoken(MB, `text ${call}`)}result text ${call}\n`);
      expectText(stdout, expected.join(''));
      expectText(stderr, '');
    });

    test('is there before each result on standard error too', async () => {
      const { stdout, stderr } = await outputOf(kind, 'errors');
      const expected = [0, 1, 2].map((call) => `${spoken(MB, `text ${call}`)}result text ${call}\n`);
      expectText(stderr, expected.join(''));
      expectText(stdout, '');
    });

    test('arrives whole from a worker that ends in the same breath', async () => {
      const { stdout } = await outputOf(kind, 'exit');
      expectText(stdout, `${spoken(MB, 'last words')}ALLCORES_ERR_WORKER_DIED 4\n`);
    });

    test('arrives whole, and so does a result of 50 MB, from a worker that ends right after it', async () => {
      const { stdout } = await outputOf(kind, 'block');
      expectText(stdout, `${spoken(MB, 'last words')}whole true\n`);
    });

    test('has the name of the worker in front of each line with `tagOutput`', async () => {
      const { stdout } = await outputOf(kind, 'tagged');
      const lines = stdout.trimEnd().split('\n');
      expect(lines.pop()).toBe('results my text,my text');
      const byWorker = new Map<string, string>();
      for (const line of lines) {
        const [, worker = '', text = ''] = /^\[(speakers-\d+)] (.*)$/.exec(line) ?? [];
        byWorker.set(worker, `${byWorker.get(worker) ?? ''}${text}\n`);
      }
      expect(byWorker.size).toBe(2);
      for (const text of byWorker.values()) expectText(text, spoken(MB / 10, 'my text'));
    });
  });
}
