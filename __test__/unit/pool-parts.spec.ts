import { describe, expect, test } from 'vitest';
import {
  compactDone,
  compactRun,
  expandDone,
  expandRun,
  type FromWorker,
  type RunMessage,
} from '#dist/internal/protocol.js';
import { CallSites, errorAt, withCaller } from '#dist/pool/caller-stack.js';
import { Pace } from '#dist/pool/chunk-size.js';
import { type AsyncInput, openInput } from '#dist/pool/input.js';
import { Ring } from '#dist/pool/ring.js';

describe('Ring', () => {
  test('equals an array under random pushes, unshifts and shifts', () => {
    const ring = new Ring<number>();
    const array: number[] = [];
    let state = 7;
    const random = (below: number) => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state % below;
    };
    for (let step = 0; step < 5000; step++) {
      const act = random(10);
      if (act < 5) {
        ring.push(step);
        array.push(step);
      } else if (act < 6) {
        ring.unshift(step);
        array.unshift(step);
      } else {
        expect(ring.shift()).toBe(array.shift());
      }
      expect(ring.length).toBe(array.length);
      expect(ring.peek()).toBe(array[0]);
      expect(ring.at(3)).toBe(array[3]);
    }
  });
});

describe('Pace', () => {
  test('gives one item until a time is known, then grows step by step to some milliseconds', () => {
    const pace = new Pace();
    expect(pace.chunkSize(1e6, 2)).toBe(1);
    expect(pace.estimateMs(1)).toBe(Number.POSITIVE_INFINITY);
    const sizes: number[] = [];
    for (let round = 0; round < 8; round++) {
      const size = pace.chunkSize(1e9, 2);
      sizes.push(size);
      pace.add(size * 0.001, size);
      pace.completed(size);
    }
    expect(sizes.slice(0, 4)).toEqual([1, 8, 64, 512]);
    // A microsecond each: between 1 and 10 ms for a batch.
    expect(sizes.at(-1)).toBeGreaterThanOrEqual(1000);
    expect(sizes.at(-1)).toBeLessThanOrEqual(10_000);
  });

  test('sends long items one by one and does not prefetch them', () => {
    const pace = new Pace();
    pace.add(500, 1);
    expect(pace.chunkSize(1000, 2)).toBe(1);
    expect(pace.mayPrefetch(pace.estimateMs(1), 1)).toBe(false);
  });

  test('leaves a quarter of a fair part to each worker near the end', () => {
    const pace = new Pace();
    pace.add(0.1, 1);
    pace.completed(1000);
    expect(pace.chunkSize(80, 2)).toBe(10);
  });

  test('survives times of nothing and of nonsense', () => {
    const pace = new Pace();
    pace.add(0, 5);
    pace.add(Number.NaN, 5);
    pace.completed(5);
    expect(pace.chunkSize(1e6, 2)).toBeGreaterThan(1);
    expect(Number.isSafeInteger(pace.chunkSize(Number.POSITIVE_INFINITY, 2))).toBe(true);
  });
});

describe('an input', () => {
  test('gives returned items again before fresh ones', () => {
    const input = openInput('items', [0, 1, 2, 3, 4, 5], () => 4);
    const first = input.take(4);
    expect(first).toEqual({ index: 0, items: [0, 1, 2, 3] });
    input.giveBack({ index: 2, items: [2, 3] });
    expect(input.waiting()).toBe(4);
    expect(input.take(1)).toEqual({ index: 2, items: [2] });
    expect(input.take(9)).toEqual({ index: 3, items: [3] });
    expect(input.take(9)).toEqual({ index: 4, items: [4, 5] });
    expect(input.take(9)).toBeUndefined();
  });

  test('does not pull an asynchronous iterable further than it was told to', async () => {
    let pulled = 0;
    async function* endless() {
      for (;;) yield pulled++;
    }
    const input = openInput('items', endless(), () => 5) as AsyncInput;
    await input.fill();
    expect(pulled).toBe(5);
    input.take(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(pulled).toBe(7);
  });

  test('pulls a synchronous iterable only for what is taken', () => {
    let pulled = 0;
    function* endless() {
      for (;;) yield pulled++;
    }
    const input = openInput('items', endless(), () => 5);
    input.take(3);
    expect(pulled).toBe(3);
  });

  test('is refused when it is no iterable', () => {
    for (const wrong of [undefined, null, 7, {}]) {
      expect(() => openInput('items', wrong, () => 4)).toThrow(TypeError);
    }
  });
});

describe('call sites', () => {
  test('of a burst share frames after the first 32, and have their own in the next turn', async () => {
    const sites = new CallSites();
    const take = () => sites.take(take);
    const burst = Array.from({ length: 40 }, take);
    expect(new Set(burst).size).toBe(32);
    await Promise.resolve();
    expect(burst).not.toContain(take());
  });

  test('add their frames once, keep frozen errors as they are, and put the name first in own errors', () => {
    const sites = new CallSites();
    const take = () => sites.take(take);
    const site = (function theCaller() {
      return take();
    })();
    const error = new RangeError('x');
    withCaller(withCaller(error, site), site);
    expect(error.stack?.split('at theCaller')).toHaveLength(2);
    const frozen = Object.freeze(new Error('frozen'));
    expect(withCaller(frozen, site)).toBe(frozen);
    expect(withCaller('text', site)).toBe('text');
    const own = errorAt(site, () => new TypeError('mine'));
    expect(own.stack).toMatch(/^TypeError: mine\n {4}at /);
    expect(Error.stackTraceLimit).toBeGreaterThan(0);
  });
});

describe('short forms of messages', () => {
  test('are undone on arrival, and other messages stay as they are', () => {
    const items = [1, 2] as RunMessage['items'];
    for (const spread of ['item', 'args'] as const) {
      for (const announce of [true, false]) {
        for (const gather of [true, false]) {
          const run: RunMessage = {
            type: 'run',
            fn: 3,
            first: 9,
            spread,
            items,
            count: 2,
            announce,
            gather,
            attempt: 1,
          };
          expect(expandRun(structuredClone(compactRun(run)))).toEqual(run);
        }
      }
    }
    const done: FromWorker = { type: 'done', first: 4, count: 2, results: items, elapsed: 0.5 };
    expect(expandDone(structuredClone(compactDone(done)))).toEqual(done);
    expect(expandRun(compactRun({ type: 'stop' }))).toEqual({ type: 'stop' });
    expect(expandDone(compactDone({ type: 'ready' }))).toEqual({ type: 'ready' });
  });
});
