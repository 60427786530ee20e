/**
 * The fault matrix: what goes wrong × when × in which call × in which kind of worker.
 *
 * In each cell every promise settles, with the right class and cause; nothing else is lost; the
 * pool does what it is given next; and neither a worker nor a handle is left.
 */

import { BroadcastChannel, type Worker } from 'node:worker_threads';
import { Pool, type PoolOptions, SerializationError, type Task, tasks, WorkerDiedError } from 'allcores';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
  let children: number[] = [];
  let handles: Record<string, number> = {};

  beforeAll(() => {
    process.on('worker', onWorker);
    process.on('unhandledRejection', onUncaught);
  });
  afterAll(() => {
    process.off('worker', onWorker);
    process.off('unhandledRejection', onUncaught);
    wishes.close();
  });
  beforeEach(() => {
    children = descendantsOf(process.pid).map(({ pid }) => pid);
    handles = handlesNow();
  });
  afterEach(async () => {
    expect(workers.size).toBe(0);
    const born = () => descendantsOf(process.pid).filter(({ pid }) => !children.includes(pid));
    // A child that has said that it ends needs a moment for it.
    await until(1000, born, (left) => left.length === 0);
    await until(1000, handlesNow, (now) => Object.keys(now).every((name) => now[name] === handles[name]));
    expect(uncaught).toEqual([]);
  });

  test('has a cell for everything that can go wrong', () => {
    expect(kinds.map((kind) => cells.filter((cell) => cell.kind === kind).length)).toEqual([
      5 * 4 * 4,
      6 * 4 * 4,
    ]);
  });

  for (const cell of cells) {
    test(`${cell.call} on a ${cell.kind}: ${cell.way} ${moments[cell.moment]}`, () => tryCell(cell));
  }

  async function tryCell(cell: Cell): Promise<void> {
    const options: PoolOptions = {
      kind: cell.kind,
      workers: 1,
      resourceLimits: { maxOldGenerationSizeMb: 24 },
      execArgv: ['--import', fixture('fault-at-read.mjs').href],
    };
    await using pool = new Pool(options);
    await callThem[cell.call](pool, cell);
    expect(await within(limitMs, pool.map(matrix.step, [1, 2, 3, 4]))).toEqual([2, 3, 4, 5]);
    expect(workers.size).toBeLessThanOrEqual(1);
    pool.close();
    await within(limitMs, pool.join());
  }
});

/** Runs the items of a cell and looks at what became of each. */
const callThem: Record<CallName, (pool: Pool, cell: Cell) => Promise<void>> = {
  async apply(pool, cell) {
    await eachByItself(cell, (fn, item) => pool.apply(fn, [item]));
  },
  async map(pool, cell) {
    const fn = cell.moment === 'import' ? atImport(cell.way) : matrix.step;
    const outcome = await outcomeOf(pool.map(fn, itemsOf(cell)));
    if (stands(cell)) expect(outcome).toEqual({ value: [1, 2, { trap: 'sprung' }, 4] });
    else expectFailure(cell, outcome);
  },
  async imap(pool, cell) {},
  async submit(pool, cell) {},
};

/** Four calls in one turn, for a pool of one worker: those beside the bad one are not lost. */
async function eachByItself(
  cell: Cell,
  call: (fn: Step, item: faults.Item) => PromiseLike<unknown>,
): Promise<void> {
  const outcomes = await Promise.all(
    itemsOf(cell).map((item, index) =>
      outcomeOf(call(cell.moment === 'import' && index === 2 ? atImport(cell.way) : matrix.step, item)),
    ),
  );
  const [bad] = outcomes.splice(2, 1);
  expect(outcomes).toEqual([{ value: 1 }, { value: 2 }, { value: 4 }]);
  if (stands(cell)) expect(bad).toEqual({ value: { trap: 'sprung' } });
  else expectFailure(cell, bad as Outcome);
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
