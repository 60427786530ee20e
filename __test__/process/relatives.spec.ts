import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import {
  activeChildren,
  currentProcess,
  InvalidStateError,
  Pool,
  Process,
  parentProcess,
  tasks,
} from 'allcores';
import { describe, expect, test } from 'vitest';
import { isThere, jobs, kinds, newFile, run, runUntilTold, told, until } from './told.js';

const { SIGTERM } = constants.signals;

interface Role {
  readonly name: string;
  readonly pid: number;
  readonly daemon: boolean;
  readonly alive: boolean;
}

interface Told {
  readonly current: Role;
  readonly parent: Role | null;
}

test('the program itself is alive, no daemon, and has no parent', async () => {
  const self = currentProcess();
  expect([self.name, self.pid, self.daemon, self.isAlive()]).toEqual([
    'MainProcess',
    process.pid,
    false,
    true,
  ]);
  expect(await Promise.race([self.exited, Promise.resolve('pending')])).toBe('pending');
  expect(parentProcess()).toBeUndefined();
});

test('activeChildren() lists exactly those that were started and have not ended, oldest first', async () => {
  const before = activeChildren();
  const made = kinds.map((kind) => new Process({ target: jobs.stay, args: [newFile()], kind }));
  expect(activeChildren()).toEqual(before);
  for (const child of made) child.start();
  expect(activeChildren()).toEqual([...before, ...made]);
  made[0]?.kill();
  await made[0]?.join();
  expect(activeChildren()).toEqual([...before, made[1]]);
  made[1]?.kill();
  await made[1]?.exited;
  expect(activeChildren()).toEqual(before);
});

describe.each([
  ['process', 'process'],
  ['process', 'thread'],
  ['thread', 'process'],
  ['thread', 'thread'],
] as const)('a child of kind %s that starts children of kind %s', (kind, inner) => {
  test('waits for them; their names and parents follow from its own', async () => {
    const file = newFile();
    const child = run({ target: jobs.nested, args: [file, inner, {}], kind, name: 'middle' });
    const { pid } = child;
    await child.join();
    expect([child.exitCode, await told(file)]).toEqual([0, 'done']);
    const [first, second, daemon] = await told<[string, string, boolean]>(`${file}.names`);
    expect([first, second, daemon]).toEqual([
      expect.stringMatching(/^Process-\d+:1$/),
      expect.stringMatching(/^Process-\d+:2$/),
      false,
    ]);
    const grandchild = await told<Told>(`${file}.first`);
    expect(grandchild.current).toMatchObject({ name: first, daemon: false });
    expect(grandchild.parent).toEqual({ name: 'middle', pid, daemon: false, alive: true });
  });
});

describe.each(kinds)('daemons of kind %s', (kind) => {
  test('are said to be; their own children are daemons too, unless they are told otherwise', async () => {
    const [daemons, told_] = [newFile(), newFile()];
    const child = run({ target: jobs.nested, args: [daemons, kind, {}], kind, daemon: true });
    const other = run({ target: jobs.nested, args: [told_, kind, { daemon: false }], kind, daemon: true });
    await Promise.all([child.join(), other.join()]);
    expect([child.daemon, child.exitCode, other.exitCode]).toEqual([true, 0, 0]);
    expect(await told<unknown[]>(`${daemons}.names`)).toMatchObject({ 2: true });
    expect(await told<unknown[]>(`${told_}.names`)).toMatchObject({ 2: false });
    expect(await told<Told>(`${told_}.first`)).toMatchObject({
      current: { daemon: false },
      parent: { daemon: true },
    });
  });

  test('end with their parent', async () => {
    const file = newFile();
    const child = run({ target: jobs.nestedDaemon, args: [file], kind });
    const daemon = await told<number>(file);
    await child.join();
    expect(child.exitCode).toBe(0);
    await until(() => !isThere(daemon), 'the daemon outlives its parent', 2000);
  });
});

test('an error in the target waits for the children too, and then gives exit code 1', async () => {
  const file = newFile();
  const child = run({ target: jobs.failAfterNested, args: [file] });
  await child.join();
  expect([child.exitCode, await told(file)]).toEqual([1, 'done']);
});

test('a grandchild notices the death of its parent, and ends soon after', async () => {
  const file = newFile();
  const child = await runUntilTold({ target: jobs.parentOfWatcher, args: [file] }, `${file}.parent`);
  const before = await told<{ pid: number; alive: boolean }>(`${file}.before`);
  expect([before.alive, isThere(before.pid)]).toEqual([true, true]);
  child.kill();
  await child.join();
  expect(await told(file)).toEqual({ alive: false, isNaN: true });
  await until(() => !isThere(before.pid), 'the grandchild outlives its parent', 2000);
});

test('a pool works in a child of either kind', async () => {
  const files = kinds.map((kind) => {
    const file = newFile();
    run({ target: jobs.pool, args: [file], kind });
    return file;
  });
  for (const file of files) expect(await told(file)).toEqual([1, 4, 9]);
});

describe.each(kinds)('in the workers of a pool of kind %s', (kind) => {
  test('the current process is the worker, a daemon, and its parent is the pool’s maker', async () => {
    const pool = new Pool({ workers: 1, kind, name: 'named' });
    const { current, parent } = (await pool.apply(jobs.who)) as Told;
    expect(current).toMatchObject({ name: expect.stringMatching(/^named/), daemon: true, alive: true });
    expect(current.pid === process.pid).toBe(kind === 'thread');
    expect(parent).toEqual({ name: 'MainProcess', pid: process.pid, daemon: false, alive: true });
    await pool.terminate();
  });

  test('a task may start a Process', async () => {
    const pool = new Pool({ workers: 1, kind });
    const file = newFile();
    expect(await pool.apply(jobs.startNested, [file])).toBe(0);
    expect(await told<Told>(file)).toMatchObject({
      current: { name: expect.stringMatching(/^Process-1:\d+$/), daemon: true },
      parent: { daemon: true, alive: true },
    });
    await pool.terminate();
  });

  test.each([1, 2])(
    'a module that starts a Process as it is imported is refused (%d tasks per worker)',
    async (tasksPerWorker) => {
      const pool = new Pool({ workers: 1, kind, tasksPerWorker });
      const bomb = tasks<typeof import('../fixtures/process-starts-at-import.mjs')>(
        new URL('../fixtures/process-starts-at-import.mjs', import.meta.url),
      );
      const busy = pool.apply(() => new Promise((resolve) => setTimeout(resolve, 100, 'done')));
      const [first, second] = await Promise.allSettled([pool.apply(bomb.never), pool.apply(bomb.never)]);
      for (const outcome of [first, second]) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(InvalidStateError) });
        expect(outcome).toMatchObject({
          reason: { message: expect.stringMatching(/A Process cannot.*isMain\(import\.meta\)/) },
        });
      }
      expect(await busy).toBe('done');
      await pool.terminate();
    },
  );

  test('a task may start a Process while a module is imported for another task', async () => {
    const pool = new Pool({ workers: 1, kind, tasksPerWorker: 2 });
    const mark = newFile();
    const file = newFile();
    const started = pool.apply(jobs.startNested, [file, `${mark}.loading`]);
    await pool.apply(jobs.setEnvironment, ['ALLCORES_TEST_MARK', mark]);
    const slow = tasks<typeof import('../fixtures/process-slow.mjs')>(
      new URL('../fixtures/process-slow.mjs', import.meta.url),
    );
    const late = pool.apply(slow.late);
    expect(await started).toBe(0);
    writeFileSync(`${mark}.go`, '');
    expect(await late).toBe('late');
    await pool.terminate();
  });
});

describe('many children', () => {
  /** Started in waves of ten, so that the machine is not asked for a hundred at once. */
  async function waves(count: number, act: (child: Process) => void, target: () => void): Promise<number[]> {
    const codes: number[] = [];
    for (let wave = 0; wave < count / 10; wave++) {
      const children = Array.from({ length: 10 }, () => run({ target }));
      for (const child of children) act(child);
      codes.push(...(await Promise.all(children.map((child) => child.exited))));
    }
    return codes;
  }

  test('a hundred short ones all end with 0', { timeout: 60_000 }, async () => {
    expect(
      await waves(
        100,
        () => {},
        () => {},
      ),
    ).toEqual(new Array(100).fill(0));
  });

  test('a hundred that were just started can all be terminated', { timeout: 60_000 }, async () => {
    const stay = () => void setInterval(() => {}, 1000);
    expect(await waves(100, (child) => child.terminate(), stay)).toEqual(new Array(100).fill(-SIGTERM));
  });

  test('a hundred threads that were just started can all be terminated', async () => {
    const children = Array.from({ length: 100 }, () => {
      const child = run({ target: () => void setInterval(() => {}, 1000), kind: 'thread' });
      child.terminate();
      return child.exited;
    });
    expect(await Promise.all(children)).toEqual(new Array(100).fill(-SIGTERM));
  });
});
