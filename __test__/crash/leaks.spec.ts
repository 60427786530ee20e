/** What thousands of calls leave behind, as programs of their own. */

import { expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';
import { within } from './processes.js';
import { startProgram } from './program.js';

/**
 * The young generation stays small: V8 doubles it from time to time, up to 32 MB, in every program whose
 * objects live for a while, and what is looked for is less than that.
 */
const execArgv = ['--expose-gc', '--no-warnings', '--max-semi-space-size=2'];

/** Runs a program to its end and gives its last line. */
async function reportOf<T>(name: string, kind: string): Promise<T> {
  const program = startProgram(name, { args: [kind], execArgv });
  const { code } = await within(110_000, program.ended);
  if (code !== 0) throw new Error(`Exit code ${code}: ${program.stdout()}${program.stderr()}`);
  return JSON.parse(program.stdout().trimEnd().split('\n').at(-1) as string) as T;
}

for (const { kind, name } of backends) {
  test(`10,000 calls on one AbortSignal on ${name} leave no listener, handle, port or process`, async () => {
    interface Seen {
      readonly before: Record<string, unknown>;
      readonly after: Record<string, unknown>;
      readonly fulfilled: number;
      readonly open: number;
    }
    const { before, after, fulfilled, open } = await reportOf<Seen>('program-handles', kind);
    expect(after).toEqual(before);
    expect(before).toMatchObject({ listeners: 0, Pool: 0 });
    expect(open).toBe(0);
    // At least those without a limit of a millisecond; not those that time out or lose their worker.
    expect(fulfilled).toBeGreaterThan(10_000 - 250);
    expect(fulfilled).toBeLessThanOrEqual(10_000 - 20 + 10);
  }, 120_000);

  test(`100,000 tasks on ${name} that are replaced every 1,000 keep the memory within 20 MB`, async () => {
    interface Seen {
      readonly first: number;
      readonly last: number;
      readonly sum: number;
      readonly newest: number;
    }
    const { first, last, sum, newest } = await reportOf<Seen>('program-memory', kind);
    expect(last - first).toBeLessThan(20_000_000);
    // They are numbered in the order of their start.
    expect(newest).toBeGreaterThanOrEqual(98);
    expect(sum).toBe(180 * ((499 * 500) / 2));
  }, 120_000);
}
