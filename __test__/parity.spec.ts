/** Every line of the parity table has a test that exists and runs where the line has to hold, or a reason. */

import { describe, expect, test } from 'vitest';
import { backends } from './conformance/backends.js';
import type { Line, Proof } from './parity/line.js';
import { type FoundTest, testsIn } from './parity/suites.js';
import { sections } from './parity/table.js';

const files = new Map<string, readonly FoundTest[] | undefined>();

/** The tests with a proof's title; several may have it, in suites of their own. */
function find({ file, title }: Proof): readonly FoundTest[] {
  if (!files.has(file)) files.set(file, testsIn(file));
  return files.get(file)?.filter((found) => found.title === title) ?? [];
}

/** What is wrong with a line. */
function faultsOf({ tests, also = [], missing = [], on }: Line): string[] {
  const faults: string[] = [];
  if (tests.length === 0 && missing.length === 0) faults.push('neither a test nor a reason');
  for (const proof of [...tests, ...also]) {
    if (find(proof).length === 0) faults.push(`there is no test '${proof.title}' in ${proof.file}`);
  }
  if (on === 'each kind') {
    for (const proof of tests) {
      const found = find(proof);
      if (found.length > 0 && !found.some(({ onEachKind }) => onEachKind))
        faults.push(`'${proof.title}' in ${proof.file} does not run on each kind`);
    }
  }
  for (const { instead } of missing) if (instead === '') faults.push('a reason without words');
  return faults;
}

describe.each(sections)('$name', ({ count, names, lines }) => {
  test('has all its lines and all names of the tests of CPython', () => {
    expect(lines).toHaveLength(count);
    expect(lines.flatMap(({ python }) => python)).toHaveLength(names);
    expect(new Set(lines.map(({ behaviour }) => behaviour)).size).toBe(count);
  });

  test.each(lines.map((line) => [line.behaviour, line] as const))('%s', (_, line) => {
    expect(faultsOf(line)).toEqual([]);
  });
});

describe('the table itself', () => {
  const line: Line = { python: [], behaviour: 'anything', on: 'each kind', tests: [] };
  const here = 'parity.spec.ts';

  test('a line with neither a test nor a reason is a fault', () => {
    expect(faultsOf(line)).toEqual(['neither a test nor a reason']);
    expect(faultsOf({ ...line, missing: [{ why: 'Lock', instead: 'a later issue' }] })).toEqual([]);
  });

  test('a file or a title that does not exist is a fault', () => {
    const lost = { file: 'conformance/nothing.spec.ts', title: 'anything' };
    const renamed = { file: here, title: 'a title that nobody has' };
    expect(faultsOf({ ...line, on: 'program', tests: [lost, renamed] })).toHaveLength(2);
    const there = { file: here, title: 'a file or a title that does not exist is a fault' };
    expect(faultsOf({ ...line, on: 'program', tests: [there] })).toEqual([]);
  });

  test('a test that runs on one kind only is a fault where both are meant', () => {
    const once = { file: here, title: 'a test that runs on one kind only is a fault where both are meant' };
    expect(faultsOf({ ...line, tests: [once] })).toHaveLength(1);
    expect(faultsOf({ ...line, on: 'processes', tests: [once] })).toEqual([]);
  });

  test('suites by backends, by kinds and by kinds from another file are seen to run on each', () => {
    expect(backends.map(({ kind }) => kind)).toEqual(['thread', 'process']);
    const each = (file: string) => testsIn(file)?.filter(({ onEachKind }) => onEachKind).length;
    const pools = ['apply', 'map', 'cancel', 'life'].map(
      (part) => each(`conformance/pool-${part}.spec.ts`) ?? 0,
    );
    expect(pools.reduce((sum, count) => sum + count)).toBeGreaterThan(40);
    expect(each('process.spec.ts')).toBeGreaterThan(20);
    expect(each('crash/fault-matrix.spec.ts')).toBeGreaterThan(0);
    expect(each('unit/future.spec.ts')).toBe(0);
  });
});
