import { afterEach, describe, expect, test } from 'vitest';
import type { ReportMessage } from '#dist/internal/protocol.js';
import { type RingMemory, ringMemory } from '#dist/internal/result-ring.js';
import { unpack } from '#dist/internal/wire.js';
import { channels, Driver, inline, tasksOf } from './worker-driver.ts';

const { task } = tasksOf('worker-reports');

describe.each(channels)('reports of a worker on $channel', ({ looks }) => {
  let worker: Driver;

  const start = (ring?: RingMemory) => {
    worker = new Driver({ looks, ...(ring && { ring }) });
  };
  const reports = () =>
    worker.messages
      .filter((message): message is ReportMessage => message.type === 'report')
      .map(({ seq, value }) => [seq, unpack(value)]);
  /** What was said, in short: the numbers of reports as they are, those of results in brackets. */
  const order = () =>
    worker.messages.flatMap((message): (number | string)[] => {
      if (message.type === 'report') return [message.seq];
      return message.type === 'done'
        ? Array.from({ length: message.count }, (_, i) => `(${message.first + i})`)
        : [];
    });

  afterEach(() => worker[Symbol.asyncDispose]());

  test('arrive in their order, before the result of their item', async () => {
    start();
    const fn = worker.define(task('reportAll'));
    worker.send(
      fn,
      [
        [['a', Buffer.from('b')], 1],
        [[new Map([[1, new RangeError('c')]])], 2],
        [[], 3],
      ],
      {
        spread: 'args',
      },
    );
    await worker.until(() => worker.answered().length === 3);
    expect(reports()).toEqual([
      [0, 'a'],
      [0, Buffer.from('b')],
      [1, new Map([[1, new RangeError('c')]])],
    ]);
    for (const seq of [0, 1]) expect(order().lastIndexOf(seq)).toBeLessThan(order().indexOf(`(${seq})`));
  });

  test.each([
    ['of its own', false],
    ['gathered', true],
  ])('the result of an item that has reported, %s, does not overtake through the ring', async (_, gather) => {
    start(ringMemory());
    await worker.call(task('reportAll'), [], 'loaded');
    const gate = new Int32Array(new SharedArrayBuffer(4));
    // This thread takes nothing until all is posted: the ring's first signal then stands before the report.
    worker.send(worker.define(inline('() => 1')), [0], { gather });
    worker.send(worker.define(task('reportAll')), [[['r'], 2]], { spread: 'args', gather });
    worker.send(worker.define(inline('() => 3')), [0], { gather });
    worker.send(worker.define(inline('(gate) => { Atomics.store(gate, 0, 1); }')), [gate], { gather });
    while (Atomics.load(gate, 0) === 0);
    await worker.until(() => worker.answered().length === 5);
    const said = order().slice(1);
    expect(said.indexOf(2)).toBeLessThan(said.indexOf('(2)'));
    expect(said.sort()).toEqual(['(1)', '(2)', '(3)', '(4)', 2].sort());
  });

  test('nor after the results before it were posted while it was waited for', async () => {
    start(ringMemory());
    await worker.call(task('reportAll'), [], 'loaded');
    const gate = new Int32Array(new SharedArrayBuffer(4));
    worker.send(worker.define(inline('() => 1')), [0], { gather: false });
    // The result before it is kept for others, but not as long as the second item takes.
    const args = [
      [4, 0],
      [5, 20],
    ];
    worker.send(worker.define(task('reportAndWait')), args, { spread: 'args' });
    worker.send(worker.define(inline('(gate) => { Atomics.store(gate, 0, 1); }')), [gate]);
    while (Atomics.load(gate, 0) === 0);
    await worker.until(() => worker.answered().length === 5);
    const said = order();
    expect(said.lastIndexOf(3)).toBeLessThan(said.indexOf('(3)'));
    expect(reports()).toEqual([[3, 5]]);
  });

  test('a value that cannot cross is refused in the task, with its path', async () => {
    start();
    expect(await worker.call(task('reportWhatCannotCross'))).toEqual([
      'SerializationError',
      'report.deep[0].callback',
    ]);
    expect(reports()).toEqual([]);
  });

  test('a task that has ended cannot report', async () => {
    start();
    await worker.call(task('keepContext'));
    expect(await worker.call(task('reportForTheLast'))).toBe('InvalidStateError');
    expect(reports()).toEqual([]);
  });
});
