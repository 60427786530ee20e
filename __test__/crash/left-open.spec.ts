/** The warning about a pool that is left open with work in it. */

import { expect, test } from 'vitest';
import { backends } from '../conformance/backends.js';
import { within } from './processes.js';
import { startProgram } from './program.js';

const ways = [
  { how: 'exits', when: 'when the program ended' },
  { how: 'dropped', when: 'and nothing refers to it any more' },
] as const;

for (const { kind, name } of backends) {
  for (const { how, when } of ways) {
    test(`a pool of ${name} that a program leaves open with a call in it is named once: ${when}`, async () => {
      const program = startProgram('program-left-open', { args: [kind, how], execArgv: ['--expose-gc'] });
      expect(await within(15_000, program.ended)).toEqual({ code: 5, signal: null });
      const warnings = program
        .stdout()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { code: string; message: string });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.code).toBe('ALLCORES_WARN_POOL_LEFT_OPEN');
      expect(warnings[0]?.message).toContain(`The pool 'forgotten' was left open with 1 call in it ${when}`);
      // The place of creation comes first among its frames.
      expect(warnings[0]?.message).toMatch(/It was made here:\n\s+at leavePoolOpen .*program-left-open\.mjs/);
    });
  }
}
