import { afterEach, describe, expect, test } from 'vitest';
import type { MemoryMessage } from '#dist/internal/protocol.js';
import { type RingMemory, ringMemory } from '#dist/internal/result-ring.js';
import { channels, Driver, inline } from './worker-driver.ts';

const MB = 1e6;

describe.each(channels)('the memory of a worker on $channel', ({ looks }) => {
  let worker: Driver;

  const start = (maxMemory = Number.POSITIVE_INFINITY, ring?: RingMemory) => {
    worker = new Driver({ looks, setup: { maxMemory }, ...(ring && { ring }) });
  };
  const told = () => worker.said.filter((message): message is MemoryMessage => message.type === 'memory');
  const keep = '(mb) => { (globalThis.kept ??= []).push(new ArrayBuffer(mb * 1e6)); return mb; }';

  afterEach(() => worker[Symbol.asyncDispose]());

  test('is told when it is idle, its buffers included', async () => {
    start();
    await worker.call(inline(keep), 0);
    await worker.until(() => told().length === 1);
    await worker.call(inline(keep), 64);
    // Not more often than every hundred milliseconds.
    while ((told().at(-1)?.bytes ?? 0) < 64 * MB) {
      await worker.call(inline('() => new Promise((resolve) => setTimeout(resolve, 30))'));
    }
    const [first, last] = [told()[0]?.bytes ?? 0, told().at(-1)?.bytes ?? 0];
    expect(first).toBeGreaterThan(1 * MB);
    expect(first).toBeLessThan(60 * MB);
    expect(last - first).toBeGreaterThan(55 * MB);
    expect(last - first).toBeLessThan(100 * MB);
  });

  test('is told between the items of a chunk, every hundred milliseconds at most', async () => {
    start();
    const fn = worker.define(
      inline('() => { const end = performance.now() + 5; while (performance.now() < end); }'),
    );
    const began = performance.now();
    worker.send(fn, new Array(100).fill(0));
    await worker.until(() => worker.answered().length === 100);
    const before = told().length;
    expect(before).toBeGreaterThan(2);
    expect(before).toBeLessThanOrEqual(2 + (performance.now() - began) / 100);
  });

  test.each([
    ['a result of its own', false],
    ['a gathered result', true],
  ])('above the limit it is told before the result, here %s, also with a ring', async (_, gather) => {
    start(80 * MB, ringMemory());
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const fn = worker.define(inline(keep));
    worker.send(worker.define(inline('(x) => x')), [1, 2], { gather });
    for (const mb of [1, 100]) worker.send(fn, [mb], { gather });
    worker.send(worker.define(inline('(gate) => { Atomics.store(gate, 0, 1); }')), [gate], { gather });
    // This thread takes nothing until all is posted.
    while (Atomics.load(gate, 0) === 0);
    await worker.until(() => worker.answered().length === 5);
    const above = worker.said.findIndex((said) => said.type === 'memory' && said.bytes > 80 * MB);
    const result = worker.said.findIndex(
      (said) => said.type === 'done' && said.first <= 3 && said.first + said.count > 3,
    );
    expect(above).toBeGreaterThan(0);
    expect(above).toBeLessThan(result);
  });

  test('above the limit it is told before a failure and after an item that was waited for', async () => {
    start(80 * MB);
    await worker.call(inline('() => 1'));
    const source = (end: string) =>
      inline(`async () => { await null; globalThis.kept = new ArrayBuffer(100e6); ${end} }`);
    for (const end of ['return 1;', 'throw 1;']) {
      const from = worker.said.length;
      await worker.call(source(end)).catch(() => {});
      const said = worker.said.slice(from);
      const above = said.findIndex((message) => message.type === 'memory' && message.bytes > 80 * MB);
      expect(above).toBeGreaterThanOrEqual(0);
      expect(said.findIndex(({ type }) => type === 'done' || type === 'fail')).toBeGreaterThan(above);
      // It is told again only after a while.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  test('below the limit nothing is told before results', async () => {
    start(2000 * MB);
    await worker.call(inline(keep), 1);
    await worker.until(() => told().length === 1);
    const fn = worker.define(inline(keep));
    worker.send(fn, [1, 1, 1, 1], { gather: false });
    await worker.until(() => worker.answered().length === 5);
    expect(told().length).toBeLessThanOrEqual(2);
  });
});
