import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, expectSame, Thrown } from './fuzz/calls.js';
import { rounded, scaled, squareRoot, UNIT } from './fuzz/rational.js';
import { property } from './fuzz/target.js';
import { targets } from './fuzz/targets.js';

const root = resolve(import.meta.dirname, '..');
const RUNS = 60;
// Another seed in every run of the tests; the title says which.
const seed = Date.now() % 2 ** 31;

function fuzz(...args: string[]) {
  const command = ['--import', 'tsx', '__test__/fuzz/main.ts', ...args];
  return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', timeout: 60_000 });
}

describe.each(targets.map(({ name, properties }) => [name, properties] as const))(
  `%s hold on ${RUNS} drawn inputs each (seed ${seed})`,
  (_, properties) => {
    test.each(properties.map((one) => [one.name, one] as const))(
      '%s',
      { timeout: 120_000 },
      async (_, one) => {
        const { runs, failure } = await one.run({ seed, runs: RUNS });
        expect(failure, failure).toBeUndefined();
        expect(runs).toBe(RUNS);
      },
    );
  },
);

describe('the harness', () => {
  test('reports a property that fails with a small value, its error and its seed', async () => {
    const small = property('all are small', fc.integer({ min: 0, max: 10_000 }), (value) => {
      expectSame(value < 100, true);
    });
    const { failure } = await small.run({ seed: 1, runs: 1000 });
    expect(failure).toContain('Counterexample: [100]');
    expect(failure).toContain('seed: 1');
    expect(failure).toContain('false is not true');
  });

  test('draws the same values for the same seed, others for another', async () => {
    const drawn = async (from: number) => {
      const values: number[] = [];
      const all = property('kept', fc.integer(), (value) => void values.push(value));
      await all.run({ seed: from, runs: 20 });
      return values;
    };
    expect(await drawn(5)).toEqual(await drawn(5));
    expect(await drawn(5)).not.toEqual(await drawn(6));
  });

  test('sees an asynchronous form that differs, an input that is changed, and what both throw', async () => {
    const kernel = (plain: (x: Float64Array) => unknown, later = plain) =>
      Object.assign(plain, { async: async (x: Float64Array) => later(x) });
    const x = new Float64Array([1, 2]);
    await expect(
      call(
        kernel(
          () => 0,
          () => -0,
        ),
        [x],
      ),
    ).rejects.toThrow('.async against the plain call: -0 is not 0');
    await expect(
      call(
        kernel((array) => array.fill(3)[0]),
        [x],
      ),
    ).rejects.toThrow('input 0 was changed');
    const thrown = await call(
      kernel(() => expect.fail('no')),
      [x],
    );
    expect(thrown).toBeInstanceOf(Thrown);
    expect(
      await call(
        kernel((array) => array.length),
        [x],
      ),
    ).toBe(2);
  });

  test('tells results apart by their bits, types and keys', () => {
    for (const [a, b] of [
      [0, -0],
      [1, 1n],
      [new Float64Array(1), new Float32Array(1)],
      [new Float64Array([0]), new Float64Array([-0])],
      [new Float64Array(1), new Float64Array(2)],
      [{ min: 1 }, { min: 1, max: 2 }],
      [{ min: 0 }, { min: -0 }],
      [Number.NaN, 0],
      [[0], [-0]],
      [[0], [0, 0]],
    ]) {
      expect(() => expectSame(a, b)).toThrow(' is not ');
    }
    const result = () => ({ a: Number.NaN, b: new Uint8Array([1]), c: [Number.NaN, 1n] });
    expectSame(result(), result());
  });

  test('rounds rationals as the division of doubles does, down to the least of them', () => {
    const word = fc.double({ noDefaultInfinity: true, noNaN: true });
    fc.assert(
      fc.property(word, word, (a, b) => {
        if (b === 0) return;
        const [top, bottom] = b < 0 ? [-scaled(a), -scaled(b)] : [scaled(a), scaled(b)];
        // A zero has no sign as a rational; what is rounded to zero keeps its own.
        expect(rounded(top, bottom)).toBe(a === 0 ? 0 : a / b);
        expect(rounded(scaled(a), 1n << UNIT)).toBe(a === 0 ? 0 : a);
        const root = Math.sqrt(Math.abs(a));
        expect(Math.abs(squareRoot(scaled(Math.abs(a)), 1n << UNIT) - root)).toBeLessThanOrEqual(
          root * 2 ** -52,
        );
      }),
      { seed, numRuns: 500 },
    );
    expect(rounded(3n, 1n << 1075n)).toBe(2 * Number.MIN_VALUE);
    expect(rounded(1n, 1n << 1075n)).toBe(0);
    expect(rounded(1n << 1024n, 1n)).toBe(Infinity);
  });
});

describe('npm run fuzz', () => {
  test('runs a target for a while from a seed and counts the runs of each property', () => {
    const { status, stdout, stderr } = fuzz('reductions', '--seconds', '1', '--seed', '7');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^seed 7, 1 s, \d+ properties/);
    expect(stdout).toMatch(/^ +[1-9]\d* {2}reductions: sum/m);
    expect(status).toBe(0);
  });

  test.each([
    [['nonsense'], 'Unknown target "nonsense": one of reductions'],
    [['--seed', 'x'], 'Expected --seed to be an integer'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is a clear message and exit code 2', (args, message) => {
    const { status, stderr } = fuzz(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
