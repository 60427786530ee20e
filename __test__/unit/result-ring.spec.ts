import { describe, expect, test } from 'vitest';
import type { DoneMessage } from '#dist/internal/protocol.js';
import { RingReader, RingWriter, ringMemory } from '#dist/internal/result-ring.js';

function ring() {
  const memory = ringMemory();
  let signals = 0;
  const writer = new RingWriter(memory, () => {
    signals++;
  });
  const reader = new RingReader(memory);
  const drain = () => {
    const messages: DoneMessage[] = [];
    reader.drain((message) => {
      messages.push(message);
    });
    return messages;
  };
  return { memory, writer, drain, signals: () => signals };
}

describe('the ring of results', () => {
  test('carries numbers, booleans, undefined and null as they are, and refuses everything else', () => {
    const { writer, drain } = ring();
    const values = [0, -0, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, true, false, undefined, null];
    for (const [seq, value] of values.entries()) expect(writer.push(seq, value, 0.25)).toBe(true);
    for (const value of ['text', 1n, {}, [], Symbol('s'), () => {}]) {
      expect(writer.push(99, value, 0)).toBe(false);
    }
    const [message, ...rest] = drain();
    expect(rest).toEqual([]);
    expect(message).toMatchObject({
      type: 'done',
      first: 0,
      count: values.length,
      elapsed: values.length / 4,
    });
    const carried = [...((message?.results ?? []) as unknown[])];
    expect(carried.every((value, index) => Object.is(value, values[index]))).toBe(true);
    expect(carried).toHaveLength(values.length);
  });

  test('gives items that do not follow each other as messages of their own', () => {
    const { writer, drain } = ring();
    for (const seq of [5, 6, 9, 2 ** 40, 2 ** 40 + 1]) writer.push(seq, seq, 1);
    expect(drain().map(({ first, count }) => [first, count])).toEqual([
      [5, 2],
      [9, 1],
      [2 ** 40, 2],
    ]);
    expect(drain()).toEqual([]);
  });

  test('signals once for all results until the reader has come', () => {
    const { writer, drain, signals } = ring();
    for (let seq = 0; seq < 10; seq++) writer.push(seq, seq, 0);
    expect(signals()).toBe(1);
    drain();
    writer.push(10, 10, 0);
    expect(signals()).toBe(2);
  });

  test('refuses a result when it is full, takes results again when some were read, and loses none over many rounds', () => {
    const { writer, drain, memory } = ring();
    // As if four thousand million results had gone through: the counters wrap in mid-test.
    memory.control.fill(-20_000, 0, 2);
    let sent = 0;
    let received = 0;
    for (let round = 0; round < 5; round++) {
      while (writer.push(sent, sent, 0)) sent++;
      expect(writer.push(sent, sent, 0)).toBe(false);
      for (const { first, results } of drain()) {
        expect(first).toBe(received);
        for (const value of results as number[]) expect(value).toBe(received++);
      }
      expect(received).toBe(sent);
    }
    expect(sent).toBeGreaterThan(50_000);
  });
});
