import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Agreement, closeBytes, identical, within } from '../bench/harness/agreement.ts';
import type { Answer, Contender, Row } from '../bench/harness/case.ts';
import { checkAnswers, WrongAnswer } from '../bench/harness/check.ts';
import { blocking, promised } from '../bench/harness/contenders.ts';
import { Remote } from '../bench/harness/remote.ts';
import { Resources } from '../bench/harness/resources.ts';
import { measure } from '../bench/harness/rounds.ts';
import { median } from '../bench/harness/stats.ts';
import { table } from '../bench/harness/table.ts';
import { requirePeers } from '../bench/peers/installed.ts';
import { fromHex, readAnswer } from '../bench/peers/python-peer.ts';
import { NumericSetup, oneBin, patterns } from '../bench/suites/numeric-setup.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const schedule = { rounds: 3, caseSeconds: 60, leastRounds: 1, budget: { seconds: 0, samples: 1 } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-spec-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The bench as `npm run bench -- …` starts it; its temporary files go to `folder`. */
function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--expose-gc', '--import', 'tsx', 'bench/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder },
  });
}

async function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(...args);
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (data) => {
    output.stdout += data;
  });
  child.stderr?.on('data', (data) => {
    output.stderr += data;
  });
  const [code] = await once(child, 'close');
  return { code, ...output };
}

describe('the command', () => {
  test('a quick case prints its table and writes rows of the promised shape', async () => {
    const json = join(folder, 'rows.json');
    const { code, stdout, stderr } = await bench(
      'numeric',
      '--quick',
      '--only',
      'numeric sum 1000',
      '--json',
      json,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/read limit: \d+\.\d GB\/s/);
    expect(stdout).toMatch(/numeric +sum +1,000 .* v8/);
    const rows = JSON.parse(readFileSync(json, 'utf8')) as Row[];
    expect(rows).toHaveLength(1);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual([
        'suite',
        'task',
        'n',
        'ours',
        'peer',
        'theirs',
        'ratio',
        'checked',
        'unit',
      ]);
      expect(row).toMatchObject({
        suite: 'numeric',
        task: 'sum',
        n: 1000,
        peer: 'v8',
        checked: true,
        unit: 'us',
      });
      expect(row.ours).toBeGreaterThan(0);
      expect(row.ratio).toBe(row.theirs / row.ours);
    }
  });

  test('the rows of a sum include the read limit of the machine', async () => {
    const json = join(folder, 'rows.json');
    const { code } = await bench('numeric', '--quick', '--only', 'numeric sum 20000', '--json', json);
    expect(code).toBe(0);
    const rows = JSON.parse(readFileSync(json, 'utf8')) as Row[];
    expect(rows.map((row) => row.peer)).toEqual(['read-limit', 'v8']);
  });

  test('the suite pool measures every kind of call, on threads and on child processes, and its answers are right', async () => {
    const json = join(folder, 'rows.json');
    const { code, stderr } = await bench('pool', '--quick', '--json', json);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const rows = JSON.parse(readFileSync(json, 'utf8')) as Row[];
    expect(rows.map(({ task, peer }) => `${task} | ${peer}`)).toEqual([
      'apply, all at once | v8',
      'apply, one after another | v8',
      'Executor.submit, all at once | v8',
      'apply, a million pending | ours at 200',
      'apply, a million pending | v8',
      'apply, a million pending | v8 at 200',
      'map over an array of small integers | v8',
      'map over an array of small objects | v8',
      'imap, chunks of 1 | v8',
      'imap, chunks of 1, default buffer | v8',
      'imap, automatic chunks | v8',
      'imap, automatic chunks, default buffer | v8',
      'map over a shared Float64Array, x * x | v8',
      'map over a shared Float64Array, x * x, new result | v8',
      'map over a shared Float64Array, 200 square roots | v8',
      'start, first results and end of two processes | node',
      'apply, all at once, processes | v8',
      'apply, one after another, processes | v8',
      'Executor.submit, all at once, processes | v8',
      'map over an array of small integers, processes | v8',
      'map over an array of small objects, processes | v8',
    ]);
  });

  test('a planted wrong answer is not timed and makes the bench exit with 1', async () => {
    const json = join(folder, 'rows.json');
    const { code, stderr } = await bench(
      'numeric',
      '--quick',
      '--only',
      'numeric min ',
      '--plant-wrong',
      '--json',
      json,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^numeric: min, n = 20000: wrong answer against read-limit \(native loop that only reads\): ours/,
    );
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual([]);
  });

  test.each([
    [
      ['nonsense'],
      'Unknown suite "nonsense": one of numeric, numeric-loop, factorial, factorial-numbers, image, image-job, pool',
    ],
    [['numeric', '--fast'], "Unknown option '--fast'"],
    [['numeric', '--only', 'no such case'], 'No case\'s name contains "no such case"'],
  ])('%j is a clear message and exit code 2', async (args, message) => {
    const { code, stderr } = await bench(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test.runIf(process.platform === 'linux')(
    'Ctrl-C ends the processes that it started and removes its files',
    async () => {
      const child = start('factorial', '--only', 'factorial 1000000');
      const ended = once(child, 'close');
      const children = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
      const opened = () => readdirSync(folder).filter((name) => name.startsWith('allcores-bench-'));
      // tsx may start a helper of its own first: the temporary folder shows that the peer is there.
      await expect.poll(() => opened().length > 0 && children() !== '', { timeout: 20_000 }).toBe(true);
      const pids = children().split(' ').map(Number);
      child.kill('SIGINT');
      const [code] = await ended;
      expect(code).toBe(130);
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      expect(opened()).toEqual([]);
    },
  );
});

describe('answers', () => {
  test.each<[string, Agreement, Answer]>([
    ['the last bit of a double', identical, 0.1],
    ['a bigint that is one off', identical, 2n ** 100n],
    ['the last digit of a text', identical, '15511210043330985984000000'],
    ['one bit of the bytes', identical, new Uint8Array([1, 2, 3])],
    ['a number beyond its distance', within(1e-12), 1e9],
    ['one number of many', identical, new Float64Array([1, 2, 3])],
    ['one number of many beyond its distance', within(1e-12), new Float64Array([1, 0])],
    ['samples that are far away', closeBytes(2), new Uint8Array([0, 100, 200, 255])],
  ])('the least error that counts is seen: %s', (_, agreement, answer) => {
    expect(agreement.compare(answer, answer)).toBeUndefined();
    expect(agreement.compare(agreement.spoil(answer), answer)).toBeTypeOf('string');
  });

  test('numbers may differ by their distance, and −0 is not 0 where bits count', () => {
    expect(within(1e-12).compare(1 + 5e-13, 1)).toBeUndefined();
    expect(identical.compare(-0, 0)).toBeTypeOf('string');
  });

  test('every setting of every rival is checked, not only the first', async () => {
    const right = contender('right', 1);
    const rivals = [
      { peer: 'a', agreement: identical, settings: [right] },
      { peer: 'b', agreement: identical, settings: [right, contender('wrong', 2)] },
    ];
    await expect(checkAnswers({ ours: right, rivals }, false)).rejects.toThrow(
      new WrongAnswer('wrong answer against b (wrong): ours 1 (number), theirs 2 (number)'),
    );
  });

  test('a float crosses from Python with all its bits', () => {
    // float.hex() of these, as CPython 3.11 writes it.
    expect(fromHex('0x1.999999999999ap-4')).toBe(0.1);
    expect(fromHex('-0x1.8000000000000p+1')).toBe(-3);
    expect(fromHex('0x0.0000000000001p-1022')).toBe(Number.MIN_VALUE);
    expect(fromHex('0x1.fffffffffffffp+1023')).toBe(Number.MAX_VALUE);
    expect(fromHex('-0x0.0p+0')).toBe(-0);
    expect(fromHex('nan')).toBeNaN();
    expect(fromHex('-inf')).toBe(-Infinity);
  });
});

describe('the inputs of the numeric suite', () => {
  test('are made once for the cases that share them, and dropped when a case begins without them', async () => {
    const setup = new NumericSetup({ peers: false, quick: true, resources: new Resources() });
    const made: string[] = [];
    const input = (key: string) =>
      setup.input(key, () => {
        made.push(key);
        return new Float64Array(3);
      });
    const [x, y] = [input('x'), input('y')];
    const cases = [[x], [x, y], [y], [x]].map((inputs) =>
      setup.case({ task: 'task', inputs, ours: () => inputs.map((one) => one().length).length }),
    );
    const answers: Answer[] = [];
    for (const item of cases) answers.push(await (await item.open()).ours.answer());
    expect(answers).toEqual([1, 2, 1, 1]);
    expect(made).toEqual(['x', 'y', 'x']);
  });

  test('patterns have the length that was asked for and lie between 0 and 1', () => {
    const all = [...Object.values(patterns), oneBin].map((make) => make(1001));
    for (const x of all) {
      expect(x).toHaveLength(1001);
      expect(x.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    const [sorted, reversed] = [patterns['sorted']?.(1001), patterns['reversed']?.(1001)];
    expect(reversed).toEqual(sorted?.slice().reverse());
    expect(sorted).toEqual(sorted?.slice().sort());
  });

  test('several numbers cross from a peer as doubles, bytes as bytes', () => {
    const path = join(folder, 'answer');
    const numbers = Float64Array.of(0.1, -0, Infinity);
    writeFileSync(path, new Uint8Array(numbers.buffer));
    expect(readAnswer({ path, dtype: 'f8' })).toEqual(numbers);
    writeFileSync(path, new Uint8Array([1, 2, 3]));
    expect(new Uint8Array(readAnswer({ path }) as Uint8Array)).toEqual(new Uint8Array([1, 2, 3]));
    expect(readAnswer({ text: '12' })).toBe(12);
    expect(readAnswer({ bits: '0x1.8000000000000p+1' })).toBe(3);
  });
});

describe('rounds', () => {
  test('sides take turns, the fastest setting counts, and the ratio is theirs over ours', async () => {
    const order: string[] = [];
    const ours = contender('ours', 0, 0.002, order);
    const rivals = [
      {
        peer: 'peer',
        agreement: identical,
        settings: [contender('slow', 0, 0.009, order), contender('fast', 0, 0.005, order)],
      },
    ];
    const rows = await measure('suite', { task: 'task', n: 10, unit: 'ms' }, { ours, rivals }, schedule);
    expect(order).toEqual(['slow', 'fast', 'ours', 'ours', 'fast', 'ours', 'fast', 'ours', 'fast']);
    expect(rows).toMatchObject([
      { peer: 'peer', setting: 'fast', ours: 2, theirs: 5, ratio: 2.5, checked: true },
    ]);
    expect(table(rows)).toMatch(/suite +task +10 +2\.00 ms +peer +5\.00 ms +2\.50 +identical +fast/);
  });

  test('rates are compared when the sides work on different numbers of items', async () => {
    const ours = contender('ours', 0, 0.001);
    const rivals = [
      { peer: 'peer', agreement: identical, settings: [{ ...contender('few', 0, 0.001), items: 10 }] },
    ];
    const rows = await measure(
      'suite',
      { task: 'task', n: 1000, unit: 'ns/item' },
      { ours, rivals },
      schedule,
    );
    expect(rows).toMatchObject([{ ours: 1000, theirs: 100_000, ratio: 100 }]);
  });

  test('a case that takes long has fewer rounds, but not fewer than the least', async () => {
    const order: string[] = [];
    const rivals = [{ peer: 'peer', agreement: identical, settings: [contender('theirs', 0, 1, order)] }];
    const hurried = { ...schedule, rounds: 9, caseSeconds: 0, leastRounds: 2 };
    const sides = { ours: contender('ours', 0, 1, order), rivals };
    await measure('suite', { task: 'task', n: 1, unit: 'ms' }, sides, hurried);
    expect(order.slice(2)).toEqual(['ours', 'theirs', 'ours', 'theirs']);
  });

  test('the median is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test('a call is timed by Benchmark.js as often as asked', async () => {
    let calls = 0;
    const counted = blocking(
      'counted',
      () => calls++,
      () => 0,
    );
    const samples = await counted.time({ seconds: 0, samples: 3 });
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...samples)).toBeGreaterThan(0);
    expect(calls).toBeGreaterThan(3);
  });

  test('a call that gives a promise is awaited before the next one is made', async () => {
    let [running, most] = [0, 0];
    const run = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    const samples = await promised('awaited', run, () => 0).time({ seconds: 0, samples: 2 });
    expect(samples.length).toBeGreaterThanOrEqual(2);
    expect(most).toBe(1);
  });

  test('a call that fails while it is timed ends the round with its error', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    const budget = { seconds: 0, samples: 1 };
    await expect(blocking('throws', broken, () => 0).time(budget)).rejects.toThrow('broken');
    await expect(
      promised(
        'rejects',
        async () => broken(),
        () => 0,
      ).time(budget),
    ).rejects.toThrow('broken');
  });
});

describe('a peer in another process', () => {
  let resources: Resources;
  beforeEach(() => {
    resources = new Resources();
  });
  afterEach(() => resources.close());

  const peer = (script: string) =>
    new Remote(resources, { name: 'peer', command: process.execPath, args: ['-e', script] });
  const echo = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { op } = JSON.parse(line);
    console.log(JSON.stringify(op === 'fail' ? { error: 'no such work' } : { text: op }));
  });`;

  test('answers in the order of the requests, and its errors reject', async () => {
    const remote = peer(echo);
    const replies = [
      remote.request({ op: 'a' }),
      remote.request({ op: 'fail' }),
      remote.request({ op: 'b' }),
    ];
    expect(await Promise.allSettled(replies)).toMatchObject([
      { value: { text: 'a' } },
      { reason: { message: 'peer: no such work' } },
      { value: { text: 'b' } },
    ]);
    await resources.close();
    await expect(remote.request({ op: 'a' })).rejects.toThrow('peer ended (exit code 0)');
  });

  test('that dies rejects what waits for it, with its last words', async () => {
    const remote = peer(`console.error('out of cheese'); process.exit(3)`);
    await expect(remote.request({ op: 'a' })).rejects.toThrow(/peer ended \(exit code 3\)\nout of cheese/);
  });

  test('that is not installed is a message that says what to run', () => {
    expect(() => requirePeers([join(folder, 'python')])).toThrow(
      /not installed .* run `npm run bench:peers` once/,
    );
  });
});

function contender(name: string, answer: Answer, seconds = 0.001, order: string[] = []): Contender {
  return {
    name,
    answer: () => answer,
    async time() {
      order.push(name);
      return [seconds];
    },
  };
}
