import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { numericRows } from '../kernels/table-numeric.ts';
import { everyKernel } from './every-kernel.ts';

const page = readFileSync(new URL('../../docs/numpy.md', import.meta.url), 'utf8');
/** The second column of the table: calls as they are written here. */
const calls = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|')[2] ?? '');

test.each(everyKernel)(
  'the table of numpy names has a call of $name, with options that exist',
  ({ name }) => {
    const own = calls
      .flatMap((cell) => [...cell.matchAll(/`(\w+)\(([^`]*)\)`/g)])
      .filter((c) => c[1] === name);
    expect(own.length).toBeGreaterThan(0);
    const known = Object.keys(numericRows[name]?.options ?? {});
    for (const [, , given = ''] of own) {
      const [, braces = ''] = /\{(.*)\}/.exec(given) ?? [];
      const options = braces
        .replaceAll(/\[[^\]]*\]|'[^']*'/g, '')
        .split(',')
        .map((option) => option.split(':')[0]?.trim() ?? '')
        .filter((option) => /^\w+$/.test(option));
      expect(known).toEqual(expect.arrayContaining(options));
    }
  },
);
