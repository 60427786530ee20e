import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WorkerCell } from '#dist/internal/protocol.js';
import { upTo } from '../up-to.js';
import { channels, Driver, inline } from './worker-driver.ts';

describe.each(channels)('items taken back from a worker on $channel', ({ looks }) => {
  let worker: Driver;
  let gate: Int32Array;

  beforeEach(() => {
    worker = new Driver({ looks });
    gate = new Int32Array(new SharedArrayBuffer(8));
  });

  afterEach(() => worker[Symbol.asyncDispose]());

  /** Sends items of which the first keeps the worker in synchronous code until the gate is opened. */
  async function sendBlocked(count: number, first = 0): Promise<void> {
    const fn = worker.define(
      inline(
        '(gate, at) => { if (at === 0) { Atomics.store(gate, 0, 1); while (gate[1] === 0); } return at; }',
      ),
    );
    worker.send(
      fn,
      upTo(count).map((at) => [gate, at]),
      { spread: 'args', first },
    );
    while (Atomics.load(gate, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  function recallByCells(from: number, to: number): void {
    Atomics.store(worker.cells, WorkerCell.recalledTo, to | 0);
    Atomics.store(worker.cells, WorkerCell.recalledFrom, from | 0);
  }

  const open = () => Atomics.store(gate, 1, 1);
  const dropped = () => worker.messages.filter(({ type }) => type === 'dropped');

  test('by a message: what has not begun is dropped, what runs goes on and is not aborted', async () => {
    const fn = worker.define({
      kind: 'task',
      module: new URL('../fixtures/worker-tasks.mjs', import.meta.url).href,
      name: 'untilAborted',
    });
    const quick = worker.define(inline('(x) => x'));
    // From the second time on the item runs when it begins: its module is there.
    worker.send(fn, [0]);
    worker.post({ type: 'cancel', seq: 0, count: 1 });
    await worker.answers(1);
    worker.send(fn, [1, 2, 3], { announce: true });
    worker.send(quick, [4, 5, 6]);
    await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
    worker.post({ type: 'recall', seq: 1, count: 5 });
    worker.post({ type: 'recall', seq: 6, count: 1 });
    await worker.answers(6);
    expect(dropped().slice(-3)).toEqual([
      { type: 'dropped', seq: 2, count: 2 },
      { type: 'dropped', seq: 4, count: 2 },
      { type: 'dropped', seq: 6, count: 1 },
    ]);
    expect(worker.results().has(1)).toBe(false);
    worker.post({ type: 'cancel', seq: 1, count: 1 });
    await worker.answers(7);
    expect(worker.results().get(1)).toBe('AbortError');
  });

  test('by the cells: even while synchronous code runs, and each is answered once', async () => {
    await sendBlocked(6);
    recallByCells(2, 4);
    open();
    await worker.answers(6);
    expect(dropped()).toEqual([{ type: 'dropped', seq: 2, count: 2 }]);
    expect([...worker.results()]).toEqual([0, 1, 4, 5].map((seq) => [seq, seq]));
    worker.post({ type: 'recall', seq: 0, count: 6 });
    worker.send(worker.define(inline('() => 7')), [0]);
    await worker.answers(7);
    expect(dropped()).toHaveLength(1);
    expect(worker.results().get(6)).toBe(7);
  });

  test('by a message and then by the cells: each is answered once', async () => {
    await sendBlocked(6);
    worker.post({ type: 'recall', seq: 3, count: 1 });
    recallByCells(1, 5);
    open();
    await worker.answers(6);
    expect(worker.answered().sort()).toEqual(upTo(6));
    expect([...worker.results()]).toEqual([0, 5].map((seq) => [seq, seq]));
  });

  test('by the cells, from the middle of what the worker would claim next', async () => {
    // Tiny items are claimed several at a time. The last of a claim takes back the fourth and fifth after it.
    const fn = worker.define(
      inline(`({ cells, gate, at }) => {
        if (at > 100 && gate[0] === 0 && cells[${WorkerCell.claimed}] === at + 1) {
          gate[0] = at;
          Atomics.store(cells, ${WorkerCell.recalledTo}, at + 6);
          Atomics.store(cells, ${WorkerCell.recalledFrom}, at + 4);
        }
        return at;
      }`),
    );
    worker.send(
      fn,
      upTo(200).map((at) => ({ cells: worker.cells, gate, at })),
    );
    await worker.answers(200);
    expect(dropped()).toEqual([{ type: 'dropped', seq: (gate[0] as number) + 4, count: 2 }]);
    expect(worker.results().size).toBe(198);
  });

  test('the cells count modulo 2^32', async () => {
    const first = 2 ** 32 - 3;
    await sendBlocked(6, first);
    recallByCells(first + 2, first + 5);
    open();
    await worker.answers(6);
    expect(dropped()).toEqual([{ type: 'dropped', seq: first + 2, count: 3 }]);
    expect([...worker.results().keys()]).toEqual([first, first + 1, first + 5]);
  });

  test('an item whose module is being imported has begun and runs', async () => {
    const url =
      'data:text/javascript,await new Promise((r) => setTimeout(r, 100)); export const f = (x) => x;';
    worker.send(worker.define({ kind: 'task', module: url, name: 'f' }), [1, 2, 3], { announce: true });
    await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
    worker.post({ type: 'recall', seq: 0, count: 2 });
    recallByCells(0, 2);
    await worker.answers(3);
    expect([...worker.results()]).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});
