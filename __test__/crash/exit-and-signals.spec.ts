/** Programs of their own: how they end, and what is left of them. */

import { describe, expect, test } from 'vitest';
import { descendantsOf, type ProcessEntry, processOf, survivorsOf, until, within } from './processes.js';
import { type Start, startProgram } from './program.js';
import { newFile, sizeOf } from './temporary.js';

const kinds = ['thread', 'process'] as const;

/** Nobody is left after this; it takes some 100 ms on an idle machine. */
const goneMs = 2000;

/** The program and all that it has started. */
function familyOf(pid: number): ProcessEntry[] {
  return [processOf(pid), ...descendantsOf(pid)].filter((one) => one !== undefined);
}

async function expectGone(family: readonly ProcessEntry[]): Promise<void> {
  await until(
    goneMs,
    () => survivorsOf(family),
    (left) => left.length === 0,
  );
}

describe.each(kinds)('a program with a pool of kind %s', (kind) => {
  /** A program whose two workers have begun. */
  async function working(work: 'loop' | 'sleep' | 'kernel', start: Start, onSigint = '') {
    const file = newFile();
    const program = startProgram('program-working', { args: [kind, work, file, onSigint], start });
    await program.wrote('started');
    await until(
      15_000,
      () => sizeOf(file),
      (begun) => begun === 2,
    );
    const family = familyOf(program.pid);
    const shell = start === 'terminal' ? 1 : 0;
    expect(family).toHaveLength(shell + (kind === 'process' ? 3 : 1));
    return { ...program, family };
  }

  const works = ['loop', 'sleep', 'kernel'] as const;
  const words = { loop: 'an endless loop', sleep: 'an async sleep', kernel: 'a kernel' };
  for (const start of ['plain', 'eval', 'tsx'] as const) {
    for (const work of works) {
      test(`that is killed leaves nobody behind: workers in ${words[work]}, started ${start}`, async () => {
        const { child, family } = await working(work, start);
        child.kill('SIGKILL');
        await expectGone(family);
      });
    }
  }

  for (const work of works) {
    test(`that gets SIGTERM ends by it and leaves nobody behind: workers in ${words[work]}`, async () => {
      const { child, family, ended, stderr } = await working(work, 'plain');
      child.kill('SIGTERM');
      expect(await within(goneMs, ended)).toEqual({ code: null, signal: 'SIGTERM' });
      await expectGone(family);
      expect(stderr()).toBe('');
    });

    test(`hears one Ctrl-C once, and its workers do not: workers in ${words[work]}`, async () => {
      const { child, family, ended, stdout } = await working(work, 'terminal', 'on-sigint');
      child.stdin?.write('\x03');
      // One grace period for what runs, and the end of the program by itself.
      expect(await within(5000, ended)).toEqual({ code: 0, signal: null });
      const lines = stdout()
        .replaceAll('^C', '')
        .trim()
        .split(/[\r\n]+/);
      expect(lines).toEqual([
        'started',
        'interrupted, still working',
        'ALLCORES_ERR_POOL_CLOSED,ALLCORES_ERR_POOL_CLOSED',
      ]);
      await expectGone(family);
    });
  }

  test('that does not listen ends by Ctrl-C, with all its workers and without a word', async () => {
    const { child, family, ended, stdout } = await working('loop', 'terminal');
    child.stdin?.write('\x03');
    // 128 and the number of the signal, as shells and `script` say it.
    expect(await within(5000, ended)).toEqual({ code: 130, signal: null });
    expect(stdout().replaceAll('^C', '').trim()).toBe('started');
    await expectGone(family);
  });

  test('ends by itself when all its pools are idle', async () => {
    const { ended, stdout, stderr, pid, wrote } = startProgram('program-idle', { args: [kind] });
    await wrote('idle');
    const family = familyOf(pid);
    expect(await within(goneMs, ended)).toEqual({ code: 0, signal: null });
    expect(stdout()).toBe('idle\n');
    expect(stderr()).toBe('');
    await expectGone(family);
  });

  for (const how of ['exit', 'terminate']) {
    test(`that ends in the middle of everything (${how}) leaves nobody and hears of no broken pipe`, async () => {
      const { ended, stdout, stderr, pid } = startProgram('program-ends-early', {
        args: [kind, how],
        // Node prints none; the program tells of those that there are.
        execArgv: ['--no-warnings'],
      });
      let family: ProcessEntry[] = [];
      const watch = setInterval(() => {
        const now = familyOf(pid);
        if (now.length > family.length) family = now;
      }, 5);
      expect(await within(15_000, ended)).toEqual({ code: 0, signal: null });
      clearInterval(watch);
      // Pools that were left open with work are named; that is all.
      const leftOpen = 'warning ALLCORES_WARN_POOL_LEFT_OPEN\n';
      expect(stdout()).toBe(how === 'exit' ? leftOpen + leftOpen : 'terminated\n');
      expect(stderr()).toBe('');
      await expectGone(family);
    });
  }

  for (const atOnce of ['', 'yes']) {
    const when = atOnce === '' ? 'works' : 'starts its workers';
    test(`that forgot isMain and whose pool ${when} at its top level fails with the remedy`, async () => {
      const program = startProgram('program-without-main', { env: { KIND: kind, AT_ONCE: atOnce } });
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, descendantsOf(program.pid).length);
      }, 2);
      // Two attempts of workers that start and fail take less than a second.
      expect(await within(10_000, program.ended)).toMatchObject({ code: 1 });
      clearInterval(watch);
      expect(program.stderr()).toContain('InvalidStateError');
      expect(program.stderr()).toContain('isMain(import.meta)');
      expect(program.stdout()).toBe('');
      // Its own workers and their successors, and none of theirs.
      expect(most).toBeLessThanOrEqual(kind === 'process' ? 4 : 0);
    });
  }
});
