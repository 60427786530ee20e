import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { AsyncInput, openInput } from '#dist/pool/input.js';
import { turn } from '../waits.js';

const always = () => Number.POSITIVE_INFINITY;

/** Numbers from 0 on, in a generator that fails at one of them and knows how often it was closed. */
function counting(failAt: number) {
  const state = { closed: 0 };
  function* items() {
    try {
      for (let item = 0; item < failAt; item++) yield item;
    } finally {
      state.closed++;
    }
    throw new RangeError('failed');
  }
  async function* later() {
    yield* items();
  }
  return { state, items, later };
}

describe('an input that fails', () => {
  test('throws, and gives what came before in the same pull as its rest', () => {
    const input = openInput('items', counting(5).items(), always);
    expect(input.take(3)).toEqual({ index: 0, items: [0, 1, 2] });
    expect(() => input.take(3)).toThrow(new RangeError('failed'));
    expect(input.rest()).toEqual({ index: 3, items: [3, 4] });
    expect(input.waiting()).toBe(0);
    expect(input.take(3)).toBeUndefined();
  });

  test('has no rest when it failed at the start of a pull, and is not closed any more', () => {
    const { items, state } = counting(3);
    const input = openInput('items', items(), always);
    input.take(3);
    expect(() => input.take(3)).toThrow('failed');
    expect(input.rest()).toBeUndefined();
    input.close();
    expect(state.closed).toBe(1);
  });

  test('gives as its rest what an asynchronous iterable had given and nobody has taken', async () => {
    const input = openInput('items', counting(5).later(), always) as AsyncInput;
    const errors: unknown[] = [];
    input.onError = (error) => errors.push(error);
    await input.fill();
    expect(errors).toEqual([new RangeError('failed')]);
    expect(input.total).toBe(5);
    expect(input.take(2)).toEqual({ index: 0, items: [0, 1] });
    expect(input.rest()).toEqual({ index: 2, items: [2, 3, 4] });
    expect(input.waiting()).toBe(0);
  });
});

describe('items that are given back', () => {
  test('are counted', () => {
    const input = openInput('items', [0, 1, 2, 3], always);
    input.take(4);
    expect(input.returned).toBe(0);
    input.giveBack({ index: 1, items: [1, 2, 3] });
    expect(input.returned).toBe(3);
    input.take(2);
    expect(input.returned).toBe(1);
    input.take(2);
    expect(input.returned).toBe(0);
  });

  test('are forgotten from an end on, whether they come before or after it is known', () => {
    const { items, state } = counting(100);
    const input = openInput('items', items(), always);
    input.take(10);
    input.giveBack({ index: 2, items: [2, 3, 4] });
    input.giveBack({ index: 7, items: [7, 8] });
    input.endAt(4);
    expect(state.closed).toBe(1);
    expect(input.waiting()).toBe(2);
    input.giveBack({ index: 0, items: [0, 1] });
    input.giveBack({ index: 5, items: [5, 6] });
    expect(input.returned).toBe(4);
    expect(input.take(9)).toEqual({ index: 0, items: [0, 1] });
    expect(input.take(9)).toEqual({ index: 2, items: [2, 3] });
    expect(input.take(9)).toBeUndefined();
  });
});

describe('closing an input', () => {
  test('from inside its own generator closes it after the item that it is about to give', () => {
    let closed = 0;
    function* items() {
      try {
        yield 0;
        input.close();
        yield 1;
      } finally {
        closed++;
      }
    }
    const input = openInput('items', items(), always);
    expect(input.take(5)).toEqual({ index: 0, items: [0] });
    expect(closed).toBe(1);
    expect(input.take(5)).toBeUndefined();
  });

  test('calls return() once, and what that throws or rejects with is ignored', async () => {
    let returned = 0;
    const iterator = (result: () => unknown) => ({
      next: () => ({ value: 1, done: false }),
      return() {
        returned++;
        return result();
      },
    });
    const thrown = () => {
      throw new Error('thrown');
    };
    const inputs = [
      openInput('items', { [Symbol.iterator]: () => iterator(thrown) }, always),
      openInput('items', { [Symbol.asyncIterator]: () => iterator(thrown) }, () => 1),
      openInput(
        'items',
        { [Symbol.asyncIterator]: () => iterator(() => Promise.reject(new Error('late'))) },
        () => 1,
      ),
    ];
    for (const input of inputs) {
      if (input instanceof AsyncInput) await input.fill();
      else input.take(1);
      input.close();
      input.close();
    }
    await turn();
    expect(returned).toBe(3);
  });

  test('does not close what has ended by itself', async () => {
    let returned = 0;
    const ended = {
      next: () => ({ value: undefined, done: true }),
      return() {
        returned++;
        return {};
      },
    };
    const plain = openInput('items', { [Symbol.iterator]: () => ended }, always);
    plain.take(1);
    plain.close();
    const later = openInput('items', { [Symbol.asyncIterator]: () => ended }, always) as AsyncInput;
    await later.fill();
    later.close();
    expect(returned).toBe(0);
  });

  test('runs the clean-up in the async context of the call', () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    function* items() {
      try {
        for (;;) yield seen.push(storage.getStore());
      } finally {
        seen.push(storage.getStore());
      }
    }
    const input = storage.run('the caller', () => openInput('items', items(), always));
    storage.run('somebody else', () => {
      input.take(2);
      input.close();
    });
    expect(seen).toEqual(['the caller', 'the caller', 'the caller']);
  });
});

test('an asynchronous input counts what was taken before it asks for more', async () => {
  let pulled = 0;
  let taken = 0;
  async function* items() {
    for (;;) yield pulled++;
  }
  // Room for 4 items that nobody has taken or that were taken and not let go.
  const input = openInput('items', items(), () => 4 - taken) as AsyncInput;
  await input.fill();
  expect(pulled).toBe(4);
  taken += input.take(3)?.items.length as number;
  await turn();
  expect(pulled).toBe(4);
});
