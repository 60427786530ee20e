import { serialize } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '#dist/internal/frames.js';

/** What a reader gives for these bytes, cut into chunks of `size`. */
function read(bytes: Buffer, size: number): unknown[] {
  const messages: unknown[] = [];
  const reader = new FrameReader((message) => messages.push(message));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return messages;
}

function roundTrip(message: unknown): unknown {
  return read(encodeFrame(message), 2 ** 30)[0];
}

describe('a frame', () => {
  test.each([
    ['nothing', undefined],
    ['numbers', [0, -0, 1.5, Number.NaN, -Infinity, 2 ** 53]],
    ['text of one and of two bytes', ['abc', 'äöü→', '🙂']],
    ['a bigint', -(10n ** 40n)],
    ['dates and expressions', { at: new Date(0), what: /a+/giu }],
    [
      'maps and sets',
      new Map<unknown, unknown>([
        ['a', new Set([1, 2])],
        [{ key: true }, null],
      ]),
    ],
    ['an empty view and an empty buffer', [new Uint8Array(0), new ArrayBuffer(0)]],
  ])('brings %s as it was', (_, value) => {
    expect(roundTrip(value)).toStrictEqual(value);
  });

  test('keeps cycles, the identity of objects, and memory that views share', () => {
    const bytes = new ArrayBuffer(16);
    const message: Record<string, unknown> = {
      whole: new Float64Array(bytes),
      part: new Uint8Array(bytes, 3, 4),
    };
    message['self'] = message;
    message['view'] = new DataView(bytes, 1, 2);
    const back = roundTrip(message) as {
      whole: Float64Array;
      part: Uint8Array;
      view: DataView;
      self: unknown;
    };
    expect(back.self).toBe(back);
    expect(back.part).toHaveLength(4);
    expect(back.part.byteOffset).toBe(3);
    expect(back.part.buffer).toBe(back.whole.buffer);
    expect(back.view.buffer).toBe(back.whole.buffer);
    expect([back.view.byteOffset, back.view.byteLength]).toEqual([1, 2]);
  });

  test('keeps the holes of an array', () => {
    const list = [1, 2, 3];
    delete list[1];
    expect(Object.keys(roundTrip(list) as object)).toEqual(['0', '2']);
  });

  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a promise', Promise.resolve()],
    ['shared memory', new SharedArrayBuffer(4)],
    ['a view on shared memory', { deep: [new Uint8Array(new SharedArrayBuffer(4))] }],
    ['a port', new MessageChannel().port1],
  ])('of %s is refused as a message to a thread is', (_, value) => {
    expect(() => encodeFrame({ value })).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });

  test('takes what is transferred along, and from its sender', () => {
    const moved = new Uint8Array([1, 2, 3]);
    const frame = encodeFrame({ moved }, [moved.buffer]);
    expect(moved.buffer.byteLength).toBe(0);
    expect(read(frame, 100)).toEqual([{ moved: new Uint8Array([1, 2, 3]) }]);
  });

  test('that is refused takes nothing', () => {
    const { buffer } = new Uint8Array([1, 2, 3]);
    expect(() => encodeFrame([buffer, () => 1], [buffer])).toThrow('could not be cloned');
    expect(() => encodeFrame(buffer, [buffer, new MessageChannel().port1])).toThrow(
      'transfer[1] is no ArrayBuffer',
    );
    expect(buffer.byteLength).toBe(3);
  });
});

describe('a reader', () => {
  const messages = [1, 'two', { three: [3, 3, 3] }, new Uint8Array(40).fill(7), undefined, 0];
  const bytes = Buffer.concat(messages.map((message) => encodeFrame(message)));

  test('gives the same messages wherever the stream is cut into two', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const got: unknown[] = [];
      const reader = new FrameReader((message) => got.push(message));
      for (const chunk of [bytes.subarray(0, cut), bytes.subarray(cut)]) reader.push(chunk);
      expect(got, `cut at ${cut}`).toEqual(messages);
    }
  });

  test.each([1, 2, 3, 5, 7, 64, 1000])('gives the same messages in chunks of %i bytes', (size) => {
    expect(read(bytes, size)).toEqual(messages);
  });

  test('gives each message when its last byte has come, and none of what is cut off', () => {
    const got: unknown[] = [];
    const reader = new FrameReader((message) => got.push(message));
    const first = encodeFrame('first');
    reader.push(first.subarray(0, -1));
    expect(got).toEqual([]);
    reader.push(Buffer.concat([first.subarray(-1), encodeFrame('second').subarray(0, -1)]));
    expect(got).toEqual(['first']);
  });

  test('keeps a chunk only until it returns', () => {
    const got: unknown[] = [];
    const reader = new FrameReader((message) => got.push(message));
    const frame = encodeFrame({ data: new Uint8Array(8).fill(1) });
    const chunk = Buffer.from(frame);
    reader.push(chunk.subarray(0, 10));
    const rest = Buffer.from(chunk.subarray(10));
    chunk.fill(0);
    reader.push(rest);
    rest.fill(0);
    const whole = Buffer.from(frame);
    reader.push(whole);
    whole.fill(0);
    expect(got).toEqual([{ data: new Uint8Array(8).fill(1) }, { data: new Uint8Array(8).fill(1) }]);
  });

  test('takes 50 MB in the chunks of a socket without copying more than once', () => {
    const big = Buffer.alloc(50 << 20, 3);
    const frame = encodeFrame(big);
    let got: Uint8Array | undefined;
    const reader = new FrameReader((message) => {
      got = message as Uint8Array;
    });
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 0; at < frame.length - 1; at += 65_536) {
      reader.push(frame.subarray(at, Math.min(at + 65_536, frame.length - 1)));
    }
    // Everything but the last byte is here, in memory that was asked for once.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60 << 20);
    expect(got).toBeUndefined();
    reader.push(frame.subarray(-1));
    expect(Buffer.compare(got as Uint8Array, big)).toBe(0);
  });

  test('throws for bytes that are no message', () => {
    const header = Buffer.alloc(4);
    const garbage = Buffer.from([0xff, 0x0f, 0x6f, 0x22, 0x09]);
    header.writeUInt32LE(garbage.length);
    expect(() => read(Buffer.concat([header, garbage]), 100)).toThrow();
  });

  test('reads what any V8 has written', () => {
    const value = serialize({ plain: [1, 'x'] });
    const header = Buffer.alloc(4);
    header.writeUInt32LE(value.length);
    expect(read(Buffer.concat([header, value]), 100)).toEqual([{ plain: [1, 'x'] }]);
  });
});
