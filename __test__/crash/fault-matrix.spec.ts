/**
 * The fault matrix: what goes wrong × when × in which call × in which kind of worker.
 *
 * In each cell every promise settles, with the right class and cause; nothing else is lost; the
 * pool does what it is given next; and neither a worker nor a handle is left.
 */

import { BroadcastChannel, type Worker } from 'node:worker_threads';
import {
  Executor,
  Pool,
  type PoolOptions,
  SerializationError,
  type Task,
  tasks,
  WorkerDiedError,
} from 'allcores';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as faults from '../fixtures/fault-matrix.mjs';
import { descendantsOf, until, within } from './processes.js';

type Way = faults.Way;
type Step = Task<(item: faults.Item) => unknown>;

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url);
const matrix = tasks<typeof faults>(fixture('fault-matrix.mjs'));
const atImport = (way: Way): Step => tasks<typeof faults>(fixture(`fault-at-import.mjs?way=${way}`)).step;

/** Every promise settles within this; it takes some 100 ms when nothing else runs. */
const limitMs = 5000;

const kinds = ['thread', 'process'] as const satisfies NonNullable<PoolOptions['kind']>[];
type Kind = (typeof kinds)[number];

/** What goes wrong, and the end of a worker that it means. */
const ways: readonly { way: Way; end: Partial<Record<Kind, object>> }[] = [
  { way: 'error', end: { thread: {}, process: {} } },
  { way: 'exit', end: both({ reason: 'exit', exitCode: 3 }) },
  {
    way: 'kill',
    end: {
      // Terminated by another hand than the pool's: Node tells no more than code 1.
      thread: { reason: 'exit', exitCode: 1, signal: undefined },
      process: { reason: 'signal', exitCode: undefined, signal: 'SIGKILL' },
    },
  },
  { way: 'oom', end: both({ reason: 'oom' }) },
  {
    way: 'reject',
    end: both({ reason: 'abort', cause: { name: 'RangeError', message: 'nobody handles this' } }),
  },
  // A thread would take the whole program along.
  { way: 'abort', end: { process: { reason: 'abort', signal: 'SIGABRT' } } },
];

/** When it goes wrong. */
const moments = {
  import: 'while its module is imported',
  read: 'while the arguments are read',
  run: 'while the function runs',
  write: 'while the result is written',
} as const;
type Moment = keyof typeof moments;

const calls = ['apply', 'map', 'imap', 'submit'] as const;
type CallName = (typeof calls)[number];

interface Cell {
  readonly kind: Kind;
  readonly call: CallName;
  readonly moment: Moment;
  readonly way: Way;
  readonly end: object;
}

const cells: Cell[] = kinds.flatMap((kind) =>
  calls.flatMap((call) =>
    (Object.keys(moments) as Moment[]).flatMap((moment) =>
      ways.flatMap(({ way, end }) => {
        const own = end[kind];
        return own === undefined ? [] : [{ kind, call, moment, way, end: own }];
      }),
    ),
  ),
);

/** The cells that share a pool: from one to the next it loses worker after worker. */
const groups = kinds.flatMap((kind) =>
  calls.flatMap((call) =>
    (Object.keys(moments) as Moment[]).map((moment) => ({
      kind,
      call,
      moment,
      cells: cells.filter((cell) => cell.kind === kind && cell.call === call && cell.moment === moment),
    })),
  ),
);

function both(end: object): Record<Kind, object> {
  return { thread: end, process: end };
}

/** The third of four items goes wrong. */
function itemsOf({ moment, way }: Cell): faults.Item[] {
  if (moment === 'import') return [0, 1, 2, 3];
  const bad = { read: new URL(`fault:${way}`), run: { run: way }, write: { write: way } };
  return [0, 1, bad[moment], 3];
}

/** What one item has come to. */
type Outcome = { readonly value: unknown } | { readonly reason: unknown };

const outcomeOf = (promise: PromiseLike<unknown>): Promise<Outcome> =>
  within(limitMs, promise).then(
    (value) => ({ value }),
    (reason: unknown) => ({ reason }),
  );

/** A pool or an Executor of one worker, and the call that is tried on it. */
interface Subject {
  /** Makes the call and looks at what became of each item. */
  attempt(cell: Cell): Promise<void>;
  /** Some more work. */
  next(): Promise<unknown>;
  close(): Promise<void>;
}

function openSubject({ kind, call, moment }: Pick<Cell, 'kind' | 'call' | 'moment'>): Subject {
  const options: PoolOptions = {
    kind,
    workers: 1,
    resourceLimits: { maxOldGenerationSizeMb: 24 },
    ...(moment === 'read' && { execArgv: ['--import', fixture('fault-at-read.mjs').href] }),
  };
  if (call === 'submit') {
    const executor = new Executor(options);
    return {
      attempt: (cell) => eachByItself(cell, (fn, item) => executor.submit(fn, [item])),
      next: () => Promise.all([1, 2, 3, 4].map((item) => executor.submit(matrix.step, [item]))),
      close: () => executor.shutdown(),
    };
  }
  const pool = new Pool(options);
  return {
    attempt: (cell) => attempts[call](pool, cell),
    next: () => pool.map(matrix.step, [1, 2, 3, 4]),
    close() {
      pool.close();
      return pool.join();
    },
  };
}

const attempts: Record<Exclude<CallName, 'submit'>, (pool: Pool, cell: Cell) => Promise<void>> = {
  apply: (pool, cell) => eachByItself(cell, (fn, item) => pool.apply(fn, [item])),

  async map(pool, cell) {
    const outcome = await outcomeOf(pool.map(taskOf(cell), itemsOf(cell)));
    if (stands(cell)) expect(outcome).toEqual({ value: [1, 2, { trap: 'sprung' }, 4] });
    else expectFailure(cell, outcome);
  },

  async imap(pool, cell) {
    const results = pool.imap(taskOf(cell), itemsOf(cell), { chunkSize: 1 });
    const outcomes: Outcome[] = [];
    for (;;) {
      const outcome = await outcomeOf(results.next());
      outcomes.push(outcome);
      if ('reason' in outcome || (outcome.value as IteratorResult<unknown>).done === true) break;
    }
    const values: unknown[] = cell.moment === 'import' ? [] : [1, 2];
    if (stands(cell)) values.push({ trap: 'sprung' }, 4);
    expect(outcomes.slice(0, -1)).toEqual(values.map((value) => ({ value: { done: false, value } })));
    if (stands(cell)) expect(outcomes.at(-1)).toEqual({ value: { done: true, value: undefined } });
    else expectFailure(cell, outcomes.at(-1) as Outcome);
  },
};

/** Four calls in one turn: those beside the bad one are not lost. */
async function eachByItself(
  cell: Cell,
  call: (fn: Step, item: faults.Item) => PromiseLike<unknown>,
): Promise<void> {
  const outcomes = await Promise.all(
    itemsOf(cell).map((item, index) => outcomeOf(call(index === 2 ? taskOf(cell) : matrix.step, item))),
  );
  const [bad] = outcomes.splice(2, 1);
  expect(outcomes).toEqual([{ value: 1 }, { value: 2 }, { value: 4 }]);
  if (stands(cell)) expect(bad).toEqual({ value: { trap: 'sprung' } });
  else expectFailure(cell, bad as Outcome);
}

function taskOf({ moment, way }: Cell): Step {
  return moment === 'import' ? atImport(way) : matrix.step;
}

/** The result was posted before the rejection could end the worker: what is finished is delivered. */
function stands({ way, moment }: Cell): boolean {
  return way === 'reject' && moment === 'write';
}

function expectFailure({ way, moment, end }: Cell, outcome: Outcome): void {
  const { reason } = outcome as { reason: unknown };
  if (way !== 'error') {
    expect(reason).toBeInstanceOf(WorkerDiedError);
    expect(reason).toMatchObject(end);
  } else if (moment === 'write') {
    expect(reason).toBeInstanceOf(SerializationError);
    expect(reason).toMatchObject({ path: 'result.trap', cause: { name: 'RangeError', message: 'planned' } });
  } else {
    expect(reason).toBeInstanceOf(RangeError);
    expect(reason).toMatchObject({ message: 'planned' });
  }
}

/** How many handles of each sort this process has that workers could leave behind. */
function handlesNow(): Record<string, number> {
  const counts: Record<string, number> = { MessagePort: 0, Worker: 0, ProcessWrap: 0, PipeWrap: 0 };
  for (const name of process.getActiveResourcesInfo()) {
    if (name in counts) counts[name] = (counts[name] as number) + 1;
  }
  return counts;
}

describe('the fault matrix', () => {
  const workers = new Set<Worker>();
  const onWorker = (worker: Worker) => {
    workers.add(worker);
    worker.on('exit', () => workers.delete(worker));
  };
  /** Threads that wait for their end from outside say so here. */
  const wishes = new BroadcastChannel('fault-matrix');
  wishes.onmessage = (event) => {
    const { data: threadId } = event as { data: number };
    for (const worker of workers) if (worker.threadId === threadId) void worker.terminate();
  };
  wishes.unref();
  const uncaught: unknown[] = [];
  const onUncaught = (reason: unknown) => uncaught.push(reason);
  let strangers: number[] = [];
  let handles: Record<string, number> = {};

  beforeAll(() => {
    process.on('worker', onWorker);
    process.on('unhandledRejection', onUncaught);
    strangers = descendantsOf(process.pid).map(({ pid }) => pid);
    handles = handlesNow();
  });
  afterAll(() => {
    process.off('worker', onWorker);
    process.off('unhandledRejection', onUncaught);
    wishes.close();
  });

  /** Threads and children that live, beside those that were here before. */
  const living = () =>
    workers.size + descendantsOf(process.pid).filter(({ pid }) => !strangers.includes(pid)).length;

  /** No more than these workers are left, of which the idle ones keep nothing alive. Their end may take a moment. */
  async function expectNoMoreThan(count: number): Promise<void> {
    await until(2000, living, (left) => left <= count);
    await until(2000, handlesNow, (now) => Object.keys(now).every((name) => now[name] === handles[name]));
    expect(uncaught).toEqual([]);
  }

  async function tryCell(subject: Subject, cell: Cell): Promise<void> {
    // The time of the function is known from here on: short calls of one turn travel together.
    await within(limitMs, subject.next());
    await subject.attempt(cell);
    expect(await within(limitMs, subject.next())).toEqual([2, 3, 4, 5]);
    await expectNoMoreThan(1);
  }

  async function close(subject: Subject): Promise<void> {
    await within(limitMs, subject.close());
    await expectNoMoreThan(0);
  }

  test('has a cell for everything that can go wrong', () => {
    const count = (wanted: Kind) => cells.filter(({ kind }) => kind === wanted).length;
    expect(count('thread')).toBe(5 * 4 * 4);
    expect(count('process')).toBe(6 * 4 * 4);
    expect(groups.flatMap((group) => group.cells)).toHaveLength(176);
  });

  for (const group of groups) {
    describe(`${group.call} on a ${group.kind}, ${moments[group.moment]}`, () => {
      let shared: Subject;
      beforeAll(() => {
        shared = openSubject(group);
      });
      afterAll(() => close(shared));

      for (const cell of group.cells) {
        test(cell.way, () => tryCell(shared, cell));
      }
    });
  }
});
