import { afterEach, describe, expect, test } from 'vitest';
import { type SetupMessage, WorkerCell } from '#dist/internal/protocol.js';
import { packList, unpackError } from '#dist/internal/wire.js';
import { channels, Driver, inline, tasksOf } from './worker-driver.ts';

const { module, task } = tasksOf('worker-setup');
const script = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;

describe.each(channels)('the setup of a worker on $channel', ({ looks }) => {
  let worker: Driver;

  const start = (setup: Partial<SetupMessage>, execArgv?: string[]) => {
    worker = new Driver({ looks, setup, ...(execArgv && { execArgv }) });
  };
  const isReady = () => worker.messages.some(({ type }) => type === 'ready');
  const sharedCells = () => new Int32Array(new SharedArrayBuffer(16));

  afterEach(() => worker[Symbol.asyncDispose]());

  test('modules are imported in their order, then the initializer runs, then the worker is ready', async () => {
    start({
      preload: [
        script('await 0; globalThis.order = ["a"]'),
        script('globalThis.order.push("b")'),
        script('globalThis.order.push("c")'),
      ],
      initializer: inline('async (x, y) => { await null; globalThis.order.push(x, y); }'),
      initArgs: packList(['d', Buffer.from('e')]).wired,
    });
    expect(await worker.call(inline('() => globalThis.order'))).toEqual([
      'a',
      'b',
      'c',
      'd',
      Buffer.from('e'),
    ]);
    expect(worker.messages.map(({ type }) => type)).toEqual(['ready', 'done']);
  });

  test('a task can be the initializer; it is no task itself, and its module is the one that tasks see', async () => {
    start({ initializer: task('initialize'), initArgs: packList([7]).wired });
    expect(await worker.call(task('whatWasSeen'))).toEqual([['initialize', 7, 'undefined']]);
  });

  test('work that arrives before the initializer is done waits for it', async () => {
    const cells = sharedCells();
    start({
      initializer: inline(
        'async (cells) => { cells[0] = 1; while (cells[1] === 0) await new Promise((r) => setTimeout(r, 1)); globalThis.set = true; }',
      ),
      initArgs: packList([cells]).wired,
    });
    const first = worker.send(worker.define(inline('() => globalThis.set')), [0, 0]);
    while (Atomics.load(cells, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(worker.cells[WorkerCell.begun]).toBe(0);
    await worker.until(() => worker.online);
    Atomics.store(cells, 1, 1);
    await worker.until(() => worker.answered().length === 2);
    expect(worker.results().get(first)).toBe(true);
    expect(worker.messages[0]).toEqual({ type: 'ready' });
  });

  test.each([
    [
      'a module that is not there',
      { preload: [`${module}.nothing`] },
      'TaskNotFoundError',
      /There is no module/,
    ],
    [
      'a module that throws',
      { preload: [script('throw new RangeError("loading")')] },
      'RangeError',
      /loading/,
    ],
    [
      'an initializer that throws',
      { initializer: inline('() => { throw new TypeError("no") }') },
      'TypeError',
      /no/,
    ],
    ['an initializer that rejects', { initializer: task('refuse') }, 'SetupError', /not here/],
    [
      'an initializer that is not there',
      { initializer: task('nope') },
      'TaskNotFoundError',
      /exports no `nope`/,
    ],
    ['an initializer that captures', { initializer: inline('() => rate') }, 'TaskCaptureError', /`rate`/],
    ['an initializer that is no code', { initializer: inline('this is no code') }, 'SyntaxError', /./],
    ['a finalizer that is not there', { finalizer: task('nope') }, 'TaskNotFoundError', /exports no `nope`/],
  ] as const)('%s: the error is told, nothing runs, and the worker ends', async (_, setup, name, message) => {
    start(setup);
    worker.send(worker.define(inline('() => 1')), [0, 0, 0]);
    expect((await worker.ended).code).toBe(0);
    const [broken, ...rest] = worker.messages;
    if (broken?.type !== 'broken') throw new Error(`It said ${JSON.stringify(worker.messages)}`);
    const error = await new Promise<Error>((resolve) =>
      unpackError(broken.error, module, (thrown) => resolve(thrown as Error)),
    );
    expect(error.name).toBe(name);
    expect(error.message).toMatch(message);
    expect(error.constructor.name).toBe(name);
    expect(error.stack).not.toContain('/dist/worker/setup');
    expect(rest).toEqual([{ type: 'dropped', seq: 0, count: 3 }]);
    expect(worker.cells[WorkerCell.begun]).toBe(0);
  });

  test('the finalizer runs once, after what had begun, and is awaited', async () => {
    const cells = sharedCells();
    start({
      initializer: inline('(cells) => { globalThis.cells = cells; }'),
      initArgs: packList([cells]).wired,
      finalizer: inline(
        'async () => { cells[3]++; cells[1] = cells[0]; await new Promise((r) => setTimeout(r, 700)); cells[2]++; }',
      ),
    });
    const fn = worker.define(
      inline('async () => { await new Promise((r) => setTimeout(r, 50)); return ++cells[0]; }'),
    );
    worker.send(fn, [0, 0], { announce: true });
    await worker.until((messages) => messages.some(({ type }) => type === 'begin'));
    worker.post({ type: 'stop' });
    worker.post({ type: 'stop' });
    while (Atomics.load(cells, 3) === 0) await new Promise((resolve) => setImmediate(resolve));
    worker.post({ type: 'stop' });
    expect((await worker.ended).code).toBe(0);
    expect([...cells]).toEqual([1, 1, 1, 1]);
    expect(worker.answered().sort()).toEqual([0, 1]);
  });

  test('a finalizer that fails becomes a warning, and the worker ends', async () => {
    start(
      {
        initializer: inline('() => { process.on("warning", (w) => console.log(w.code, w.detail)); }'),
        finalizer: inline('async () => { throw new RangeError("at the end"); }'),
      },
      ['--no-warnings'],
    );
    await worker.until(isReady);
    worker.post({ type: 'stop' });
    expect((await worker.ended).code).toBe(0);
    expect(worker.output('stdout')).toMatch(/^ALLCORES_WARN_FINALIZER RangeError: at the end/);
  });

  test('a worker that is told to stop in its setup ends at once, without its finalizer', async () => {
    const cells = sharedCells();
    start({
      preload: [script('globalThis.before = true')],
      initializer: inline(
        '(cells) => { globalThis.cells = cells; cells[0] = 1; return new Promise(() => {}); }',
      ),
      initArgs: packList([cells]).wired,
      finalizer: inline('() => { cells[1] = 1; }'),
    });
    worker.send(worker.define(inline('() => 1')), [0]);
    while (Atomics.load(cells, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
    worker.post({ type: 'stop' });
    expect((await worker.ended).code).toBe(0);
    expect(worker.messages).toEqual([{ type: 'dropped', seq: 0, count: 1 }]);
    expect(cells[1]).toBe(0);
  });

  test('the finalizer does not run when the initializer has failed', async () => {
    const cells = sharedCells();
    start({
      initializer: inline('(cells) => { globalThis.cells = cells; throw new Error("no"); }'),
      initArgs: packList([cells]).wired,
      finalizer: inline('() => { cells[1] = 1; }'),
    });
    expect((await worker.ended).code).toBe(0);
    expect(cells[1]).toBe(0);
  });
});
