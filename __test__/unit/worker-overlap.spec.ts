import { afterEach, describe, expect, test } from 'vitest';
import {
  type DoneMessage,
  type FailMessage,
  type ReportMessage,
  WorkerCell,
} from '#dist/internal/protocol.js';
import { type RingMemory, ringMemory } from '#dist/internal/result-ring.js';
import { packList, unpack } from '#dist/internal/wire.js';
import { upTo } from '../up-to.js';
import { channels, Driver, inline, tasksOf } from './worker-driver.ts';

const { task } = tasksOf('worker-overlaps');

describe.each(channels)('asynchronous items that overlap in a worker on $channel', ({ looks }) => {
  let worker: Driver;

  const start = (concurrency: number, setup = {}, ring?: RingMemory) => {
    worker = new Driver({ looks, setup: { concurrency, ...setup }, ...(ring && { ring }) });
  };
  const begun = (count: number) =>
    worker.until((messages) => messages.filter(({ type }) => type === 'begin').length === count);

  afterEach(() => worker[Symbol.asyncDispose]());

  test.each([1, 3])(
    'as many as are allowed, here %i, are waited for at a time, and no more',
    async (concurrency) => {
      start(concurrency);
      const fn = worker.define(task('countRunning'));
      worker.send(
        fn,
        upTo(5).map(() => 10),
      );
      for (const ms of [10, 10, 10, 10]) worker.send(fn, [ms], { gather: false });
      await worker.answers(9);
      expect(Math.max(...(worker.results().values() as Iterable<number>))).toBe(concurrency);
      expect(worker.cells[WorkerCell.begun]).toBe(9);
    },
  );

  test.each([true, false])('each result is posted as soon as it is there (gather: %s)', async (gather) => {
    start(3);
    await worker.call(task('syncSquare'), 1);
    const first = worker.send(worker.define(task('sleepFor')), [60_000, 400, 5], { gather, announce: true });
    const last = worker.send(worker.define(task('syncSquare')), [3], { gather });
    await worker.answers(4);
    expect(worker.answered().slice(1)).toEqual([first + 2, last, first + 1]);
    expect(worker.results().get(last)).toBe(9);
    const elapsed = (seq: number) =>
      worker.messages.find(
        (message): message is DoneMessage => message.type === 'done' && message.first === seq,
      )?.elapsed;
    expect(elapsed(first + 1)).toBeGreaterThanOrEqual(399);
    expect(elapsed(first + 2)).toBeLessThan(elapsed(first + 1) as number);
  });

  test('a synchronous item runs while others are waited for', async () => {
    start(2);
    await worker.call(task('syncSquare'), 1);
    worker.send(worker.define(task('sleepFor')), [60_000]);
    worker.send(worker.define(task('syncSquare')), upTo(100));
    await worker.answers(101);
    expect(worker.results().get(101)).toBe(99 * 99);
  });

  test('each knows itself by `currentTask`, across its awaits', async () => {
    start(4);
    const fn = worker.define(task('whoAmI'));
    for (const attempt of [1, 2, 3, 4]) worker.send(fn, [0], { attempt });
    await worker.answers(4);
    expect([...worker.results()].sort()).toEqual(upTo(4).map((seq) => [seq, [seq + 1, seq + 1]]));
    const reports = worker.messages.filter((message): message is ReportMessage => message.type === 'report');
    expect(reports.map(({ seq, value }) => [seq, unpack(value)]).sort()).toEqual(
      upTo(4).map((seq) => [seq, seq + 1]),
    );
  });

  test('what a task leaves behind is no task', async () => {
    start(2);
    await worker.call(task('leaveSomethingBehind'));
    expect(await worker.call(task('whatWasLeft'))).toBe('undefined');
  });

  test('a cancel aborts the one it names', async () => {
    start(3);
    worker.send(worker.define(task('untilAborted')), [0, 0, 0, 0], { announce: true });
    await begun(3);
    for (const seq of [1, 2, 0]) {
      worker.post({ type: 'cancel', seq, count: 1 });
      await worker.until(() => worker.answered().includes(seq));
      expect(worker.results().get(seq)).toBe('AbortError');
    }
    await begun(4);
    expect(worker.answered()).toEqual([1, 2, 0]);
  });

  test('a failure is that of its item, with a time of its own', async () => {
    start(3);
    await worker.call(task('syncSquare'), 1);
    worker.send(worker.define(task('sleepFor')), [60_000]);
    const first = worker.send(worker.define(task('failAfter')), [80, 20]);
    await worker.answers(3);
    expect(worker.answered().slice(1)).toEqual([first + 1, first]);
    expect(await worker.failure(first)).toBeInstanceOf(RangeError);
    const [short, long] = worker.messages.filter(
      (message): message is FailMessage => message.type === 'fail',
    );
    expect(short?.elapsed).toBeGreaterThanOrEqual(19);
    expect(short?.elapsed).toBeLessThan(long?.elapsed as number);
    expect(long?.elapsed).toBeGreaterThanOrEqual(79);
  });

  test('stop waits for all that have begun, then the finalizer runs', async () => {
    const cells = new Int32Array(new SharedArrayBuffer(12));
    start(2, {
      initializer: inline('(cells) => { globalThis.cells = cells; }'),
      initArgs: packList([cells]).wired,
      finalizer: inline('() => { cells[1] = cells[0]; }'),
    });
    const fn = worker.define(
      inline('async (ms) => { await new Promise((r) => setTimeout(r, ms)); cells[0]++; return ms; }'),
    );
    worker.send(fn, [30, 60, 1, 1], { announce: true });
    worker.send(fn, [1]);
    await begun(2);
    worker.post({ type: 'stop' });
    expect((await worker.ended).code).toBe(0);
    expect([...worker.results().values()]).toEqual([30, 60]);
    expect(worker.answered().sort()).toEqual(upTo(5));
    expect([...cells]).toEqual([2, 2, 0]);
  });

  test('stop does not wait for a module, but for the item that runs beside it', async () => {
    start(2);
    await worker.call(task('syncSquare'), 1);
    worker.send(worker.define(task('sleepFor')), [50]);
    const url =
      'data:text/javascript,await new Promise((r) => setTimeout(r, 1e9)); export const f = () => 1;';
    worker.send(worker.define({ kind: 'task', module: url, name: 'f' }), [1], { announce: true });
    await begun(1);
    worker.post({ type: 'stop' });
    expect((await worker.ended).code).toBe(0);
    expect(worker.answered()).toEqual([0, 2, 1]);
    expect(worker.results().get(1)).toBe(50);
  });

  test('items taken back by the cells do not begin when another has ended', async () => {
    start(2);
    await worker.call(task('syncSquare'), 1);
    const first = worker.send(worker.define(task('sleepFor')), [50, 60, 1, 1, 2], { announce: true });
    await begun(2);
    Atomics.store(worker.cells, WorkerCell.recalledTo, first + 4);
    Atomics.store(worker.cells, WorkerCell.recalledFrom, first + 2);
    await worker.answers(6);
    expect(worker.messages.filter(({ type }) => type === 'dropped')).toEqual([
      { type: 'dropped', seq: first + 2, count: 2 },
    ]);
    expect(worker.results().get(first + 4)).toBe(2);
  });

  test('the result of an item that has reported does not overtake through the ring', async () => {
    start(2, {}, ringMemory());
    await worker.call(task('syncSquare'), 1);
    const gate = new Int32Array(new SharedArrayBuffer(4));
    worker.send(worker.define(task('syncSquare')), [2], { gather: false });
    const fn = worker.define(task('reportAndReturn'));
    for (const value of [3, 4]) worker.send(fn, [value], { gather: false });
    worker.send(worker.define(inline('async (gate) => { Atomics.store(gate, 0, 1); }')), [gate]);
    // This thread takes nothing until all is posted.
    while (Atomics.load(gate, 0) === 0);
    await worker.answers(5);
    for (const seq of [2, 3]) {
      const said = worker.messages.map((message) => {
        if (message.type === 'report') return `report ${message.seq}`;
        return message.type === 'done' && seq >= message.first && seq < message.first + message.count
          ? `done ${seq}`
          : '';
      });
      expect(said.indexOf(`report ${seq}`)).toBeGreaterThan(0);
      expect(said.indexOf(`report ${seq}`)).toBeLessThan(said.indexOf(`done ${seq}`));
    }
  });
});
