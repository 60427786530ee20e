import { once } from 'node:events';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import type { OutputMessage, SetupMessage } from '#dist/internal/protocol.js';
import { type RingMemory, ringMemory } from '#dist/internal/result-ring.js';
import { redirect } from '#dist/worker/redirect.js';
import { TaggedLines } from '#dist/worker/tagged-lines.js';
import { channels, Driver, inline } from './worker-driver.ts';

describe.each(channels)('the output of a worker on $channel', ({ looks }) => {
  let worker: Driver;

  const start = (setup: Partial<SetupMessage> = {}, ring?: RingMemory) => {
    worker = new Driver({ looks, setup, ...(ring && { ring }) });
  };
  const run = (source: string, ...args: unknown[]) => worker.call(inline(source), ...args);
  const chunks = () =>
    worker.messages.filter((message): message is OutputMessage => message.type === 'output');
  const kinds = () => worker.messages.slice(1).map(({ type }) => type);

  afterEach(() => worker[Symbol.asyncDispose]());

  test('arrives in its order, before the result of the task that wrote it', async () => {
    start();
    await run(`() => {
      console.log('a %s', 1);
      process.stderr.write('b\\n');
      console.error('c');
      process.stdout.write('d');
    }`);
    expect(chunks().map(({ stream, chunk }) => [stream, chunk])).toEqual([
      ['stdout', 'a 1\n'],
      ['stderr', 'b\n'],
      ['stderr', 'c\n'],
      ['stdout', 'd'],
    ]);
    expect(kinds()).toEqual(['output', 'output', 'output', 'output', 'done']);
  });

  test('is the bytes that were written, in every encoding', async () => {
    start();
    await run(`() => {
      const bytes = Buffer.from('__pq__');
      process.stdout.write('é', 'latin1');
      process.stdout.write('616263', 'hex');
      process.stdout.write('zß', 'utf16le');
      process.stdout.write('ß\\u{1f600}');
      process.stdout.write(bytes.subarray(2, 4));
      process.stdout.write(new Uint8Array([1, 2, 3]).subarray(1));
      process.stdout.write('');
      bytes.fill(0);
    }`);
    const expected = [
      Buffer.from('é', 'latin1'),
      Buffer.from('abc'),
      Buffer.from('zß', 'utf16le'),
      Buffer.from('ß\u{1f600}'),
      Buffer.from('pq'),
      Buffer.from([2, 3]),
    ];
    expect(worker.output('stdout')).toBe(Buffer.concat(expected).toString());
    for (const { chunk } of chunks()) {
      if (typeof chunk !== 'string') expect(chunk.buffer.byteLength).toBe(chunk.byteLength);
    }
  });

  test('`write` is true and calls back, also for a megabyte; corked chunks are written one by one', async () => {
    start();
    const written = await run(`async () => {
      const large = 'x'.repeat(1e6);
      const results = [process.stdout.write(large)];
      const error = await new Promise((resolve) => results.push(process.stdout.write(large, resolve)));
      await new Promise((resolve) => results.push(process.stdout.write('y', 'utf8', resolve)));
      process.stdout.cork();
      process.stdout.write('a');
      process.stdout.write('b');
      process.stdout.uncork();
      await new Promise((resolve) => process.stdout.write('c', resolve));
      return [...results, error ?? 'no error', process.stdout.writableLength, process.stdout.writableNeedDrain];
    }`);
    expect(written).toEqual([true, true, true, 'no error', 0, false]);
    expect(worker.output('stdout')).toBe(`${'x'.repeat(2e6)}yabc`);
  });

  test.each([
    ['process.exit()', 'process.exit(3)', 3],
    [
      'an error that nobody catches',
      "setImmediate(() => { throw new Error('end') }); return new Promise(() => {})",
      1,
    ],
    ['an out-of-turn exit', 'process.nextTick(() => process.exit(4)); return new Promise(() => {})', 4],
  ])('all of it arrives when %s ends the worker right after a megabyte', async (_, end, code) => {
    start();
    worker.send(
      worker.define(inline(`() => { console.log('x'.repeat(1e6)); console.error('last'); ${end} }`)),
      [0],
    );
    expect((await worker.ended).code).toBe(code);
    expect(worker.output('stdout')).toBe(`${'x'.repeat(1e6)}\n`);
    expect(worker.output('stderr')).toBe('last\n');
  });

  test("what the user's own `exit` listener writes arrives, also after stop", async () => {
    start();
    await run("() => { process.on('exit', () => console.log('bye')); }");
    worker.post({ type: 'stop' });
    expect((await worker.ended).code).toBe(0);
    expect(worker.output('stdout')).toBe('bye\n');
  });

  test('a result does not overtake the output through the ring', async () => {
    start({}, ringMemory());
    const gate = new Int32Array(new SharedArrayBuffer(4));
    worker.send(worker.define(inline('() => 1')), [0], { gather: false });
    worker.send(worker.define(inline("() => { console.log('o'); return 2; }")), [0], { gather: false });
    worker.send(worker.define(inline('(gate) => { Atomics.store(gate, 0, 1); }')), [gate], { gather: false });
    // This thread takes nothing until all is posted.
    while (Atomics.load(gate, 0) === 0);
    await worker.until(() => worker.answered().length === 3);
    const said = worker.messages.map((message) =>
      message.type === 'done' && message.first + message.count > 1 ? 'done' : message.type,
    );
    expect(said.indexOf('output')).toBeGreaterThan(0);
    expect(
      worker.messages.findIndex((m) => m.type === 'done' && m.first <= 1 && m.first + m.count > 1),
    ).toBeGreaterThan(said.indexOf('output'));
  });

  test('output of the setup and of the finalizer arrives', async () => {
    start({
      preload: ["data:text/javascript,console.log('p')"],
      initializer: inline("() => { console.log('i'); }"),
      finalizer: inline("() => { console.log('f'); }"),
    });
    await run('() => 1');
    worker.post({ type: 'stop' });
    await worker.ended;
    expect(worker.output('stdout')).toBe('p\ni\nf\n');
    expect(worker.messages.map(({ type }) => type)).toEqual(['output', 'output', 'ready', 'done', 'output']);
  });

  describe('with tags', () => {
    test('each line has the name in front, a part of a line waits for its rest', async () => {
      start({ tagOutput: true });
      await run(`async () => {
        process.stdout.write('a');
        await null;
        process.stdout.write('b\\nc\\n\\nd');
        console.error('e');
        process.stdout.write(Buffer.from('ß\\n').subarray(0, 1));
        process.stdout.write(Buffer.from('ß\\n').subarray(1));
      }`);
      expect(
        chunks().map(({ stream, chunk }) => [stream, Buffer.from(chunk as Uint8Array).toString()]),
      ).toEqual([
        ['stdout', '[tester] ab\n[tester] c\n[tester] \n'],
        ['stderr', '[tester] e\n'],
        ['stdout', '[tester] dß\n'],
      ]);
    });

    test('a line that has begun ends with the item, before its result', async () => {
      start({ tagOutput: true });
      worker.send(
        worker.define(
          inline("(x) => { process.stdout.write('part ' + x); if (x === 2) throw x; return x; }"),
        ),
        [1, 2],
        { gather: false },
      );
      await worker.until(() => worker.answered().length === 2);
      expect(worker.output('stdout')).toBe('[tester] part 1\n[tester] part 2\n');
      expect(kinds()).toEqual(['output', 'done', 'output', 'fail']);
    });

    test('a line that has begun arrives when the worker ends', async () => {
      start({ tagOutput: true });
      worker.send(worker.define(inline("() => { process.stdout.write('part'); process.exit(); }")), [0]);
      await worker.ended;
      expect(worker.output('stdout')).toBe('[tester] part\n');
    });

    test('a line that has begun in the setup arrives before the worker is ready', async () => {
      start({ tagOutput: true, initializer: inline("() => { process.stdout.write('set'); }") });
      await worker.until((messages) => messages.some(({ type }) => type === 'ready'));
      expect(worker.output('stdout')).toBe('[tester] set\n');
      expect(worker.messages.map(({ type }) => type)).toEqual(['output', 'ready']);
    });
  });
});

test('a redirected stream has room for everything, and an error of the sink is that of the write', async () => {
  const chunks: unknown[] = [];
  const stream = new Writable({ highWaterMark: 1, write: () => {} });
  redirect(stream, (chunk) => {
    if (String(chunk) === 'bad') throw new RangeError('bad');
    chunks.push(chunk);
  });
  expect([stream.write('abc'), stream.write(Buffer.from('def'))]).toEqual([true, true]);
  expect(chunks.map(String)).toEqual(['abc', 'def']);
  const failed = once(stream, 'error');
  stream.write('bad');
  expect(await failed).toEqual([new RangeError('bad')]);
  expect(stream.write('late')).toBe(false);
});

describe('lines with a name in front', () => {
  const text = (chunk: Buffer | undefined) => chunk?.toString();

  test('are given when they are complete, cut wherever the chunks are', () => {
    const whole = Buffer.from('one\ntwo ßß\n\nthree\n');
    for (let at = 0; at <= whole.length; at++) {
      const lines = new TaggedLines('n');
      const out = [lines.add(whole.subarray(0, at)), lines.add(whole.subarray(at))].map(text).join('');
      expect(out).toBe('[n] one\n[n] two ßß\n[n] \n[n] three\n');
      expect(lines.end()).toBe(undefined);
    }
  });

  test('a kept part is a copy, because its owner may use the chunk again', () => {
    const lines = new TaggedLines('n');
    const chunk = Buffer.from('abc');
    lines.add(chunk);
    chunk.fill('z');
    expect(text(lines.end())).toBe('[n] abc\n');
    expect(lines.end()).toBe(undefined);
  });

  test('a line without end is given in parts, with one name', () => {
    const lines = new TaggedLines('n');
    const part = Buffer.alloc(50_000, 'x');
    expect(lines.add(part)).toBe(undefined);
    expect(lines.add(part)?.length).toBe(100_004);
    expect(lines.add(part)).toBe(undefined);
    expect(text(lines.end())).toBe(`${'x'.repeat(50_000)}\n`);
    expect(text(lines.add(Buffer.from('y\n')))).toBe('[n] y\n');
  });
});
