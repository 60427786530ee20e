import { machine } from 'allcores/diagnostics';
import * as factorial from 'allcores/factorial';
import * as image from 'allcores/image';
import * as numeric from 'allcores/numeric';
import { beforeAll, describe, expect, test } from 'vitest';
import { report, runFixture } from '../addon/child.js';

interface Run {
  readonly level: string;
  readonly threads: number;
  readonly machine: { readonly level: string; readonly threads: number; readonly usedThreads: number };
  /** Pool threads used after the first, the second and the third family. */
  readonly used: readonly number[];
  readonly hashes: Readonly<Record<string, string>>;
}

const families = ['numeric', 'factorial', 'image'];
const { levels } = machine();
/** Named in the title, because a machine that lacks a level proves nothing about it. */
const lacking = ['scalar', 'avx2', 'avx512'].filter((level) => !levels.includes(level));
const forced = levels.flatMap((level) => [1, 2, 3, 8].map((threads) => ({ level, threads })));

/** Every family comes first on every level with more than one thread once, and so is seen to use them by itself. */
function order(threads: number): string[] {
  const first = { 1: 0, 2: 0, 3: 1, 8: 2 }[threads] ?? 0;
  return [...families.slice(first), ...families.slice(0, first)];
}

async function run(level: string, threads: number): Promise<Run> {
  const env = { ALLCORES_SIMD: level, ALLCORES_THREADS: String(threads) };
  // One takes about 20 seconds on an idle machine; two run at a time.
  const ended = await runFixture('kernel-hashes.mjs', { args: order(threads), env, timeout: 240_000 });
  return { level, threads, ...report<Omit<Run, 'level' | 'threads'>>(ended) };
}

describe(`the kernels on ${levels.join(', ')} (this machine lacks ${lacking.join(', ') || 'none'}) and on 1, 2, 3 and 8 threads`, () => {
  const runs: Run[] = [];

  beforeAll(async () => {
    const left = [...forced];
    const lane = async () => {
      for (let next = left.shift(); next; next = left.shift()) runs.push(await run(next.level, next.threads));
    };
    await Promise.all([lane(), lane()]);
  }, 1_200_000);

  test('run in one process for each pair, on the instruction set and the threads that were forced', () => {
    expect(levels).toContain('scalar');
    expect(runs).toHaveLength(levels.length * 4);
    for (const { level, threads, machine: ran } of runs) {
      expect(ran, `${level}, ${threads} threads`).toMatchObject({ level, threads });
    }
  });

  test('really spread over the threads, each family by itself', () => {
    for (const { level, threads, used } of runs) {
      const [first = 0] = used;
      const what = `${order(threads)[0]} on ${level} with ${threads} threads used ${first}`;
      expect(first, what).toBeGreaterThanOrEqual(threads === 1 ? 0 : 2);
      expect(used.at(-1), what).toBeLessThanOrEqual(threads);
    }
  });

  test('have a case for every kernel', () => {
    const cases = Object.keys(runs[0]?.hashes ?? {}).map((name) => name.split(' ')[0]);
    const exported = [...Object.keys(numeric), ...Object.keys(factorial), ...Object.keys(image)];
    expect([...new Set(cases)].sort()).toEqual([...new Set(exported)].sort());
  });

  test('give the same bytes everywhere', () => {
    const [first, ...others] = runs;
    for (const { level, threads, hashes } of others) {
      expect(hashes, `${level}, ${threads} threads`).toEqual(first?.hashes);
    }
  });
});

describe('a setting that this machine cannot follow', () => {
  test.each([
    ['ALLCORES_SIMD', 'mmx', 'scalar'],
    ['ALLCORES_THREADS', '0', 'integer'],
    ['ALLCORES_THREADS', 'many', 'integer'],
    ['ALLCORES_WORKERS', '-1', 'integer'],
  ])('%s=%s is an error at the import that says what was expected', async (variable, value, expected) => {
    const ended = await runFixture('addon-idle.mjs', { args: ['import'], env: { [variable]: value } });
    expect(ended).toMatchObject({ code: 1, signal: null, stdout: '' });
    for (const part of ['TypeError', 'ERR_INVALID_ARG_VALUE', variable, value, expected]) {
      expect(ended.stderr).toContain(part);
    }
  });
});
