/** What arrives of values, and what is said of those that cannot cross. */

import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { SerializationError } from '#dist/errors.js';
import { explain, explainPost, pack, packError, packList, unpack, unpackError } from '#dist/internal/wire.js';
import { refusals, rows } from '../fixtures/round-trip.mjs';
import { cross, crossList, postToProcess } from './crossing.js';

class Point {
  x = 1;
  #secret = 2;
  get secret() {
    return this.#secret;
  }
}

/** `[1, <hole>, 3]` */
const sparse = Object.assign(new Array(3), { 0: 1, 2: 3 });

describe('values', () => {
  const cycle: { self?: unknown; list: unknown[] } = { list: [] };
  cycle.self = cycle;
  cycle.list.push(cycle);

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'ж'],
    ['minus zero', -0],
    ['NaN', Number.NaN],
    ['a bigint', 2n ** 200n],
    ['a date', new Date(5)],
    ['a regular expression', /a+/giu],
    ['nested objects', { a: [{ b: { c: sparse } }] }],
    ['a map', new Map<unknown, unknown>([['a', new Map([[{ k: 1 }, new Set([1])]])]])],
    ['a set', new Set([1, 'a', { x: 1 }])],
    ['a cycle', cycle],
    ['a typed array', new Float32Array([1.5, -0])],
    ['a DataView', new DataView(new Uint8Array([1, 2]).buffer)],
    ['a Buffer', Buffer.from('bytes')],
    ['an empty Buffer', Buffer.alloc(0)],
    ['Buffers in depth', { a: [{ b: new Map([['c', Buffer.from('x')]]) }], s: new Set([Buffer.from('y')]) }],
    ['a Buffer as a key', new Map([[Buffer.from('k'), 1]])],
    ['a Buffer beside a cycle', { cycle, bytes: Buffer.from('z') }],
    ['an array of arrays with a Buffer', [[[Buffer.from('q')]]]],
    ['a Buffer beside a date and a hole', [new Date(7), sparse, Buffer.from('d')]],
    ['a Buffer under the key __proto__', JSON.parse('{"__proto__": {"a": 1}, "b": 2}')],
  ])('%s arrives as it was', (_name, value) => {
    expect(cross(value)).toEqual(value);
    expect(cross({ value, marker: Buffer.from('coded') })).toEqual({ value, marker: Buffer.from('coded') });
  });

  test('the same object twice arrives as one object, also when it is a Buffer', () => {
    const bytes = Buffer.from('shared');
    const object = { bytes };
    const [a, b, c] = cross([object, object, bytes]) as [typeof object, typeof object, Buffer];
    expect(a).toBe(b);
    expect(a.bytes).toBe(c);
  });

  test('an instance arrives as a plain object with its own public properties', () => {
    expect(cross(new Point())).toStrictEqual({ x: 1 });
    expect(cross([new Point(), Buffer.from('a')])).toStrictEqual([{ x: 1 }, Buffer.from('a')]);
  });

  test('simple values are posted as they are', () => {
    for (const items of [[1], ['a', undefined], [[1, { a: [2] }]], [new Uint8Array(4)]]) {
      expect(packList(items)).toEqual({ wired: items, transfer: [] });
      expect(packList(items).wired).toBe(items);
    }
  });

  test('a small Buffer takes only its own bytes along, and not the pool behind it', () => {
    const secret = Buffer.from('neighbour');
    const bytes = Buffer.from('mine');
    expect(bytes.buffer.byteLength).toBeGreaterThan(secret.length);
    const arrived = cross({ bytes }).bytes;
    expect(Buffer.isBuffer(arrived)).toBe(true);
    expect(arrived.buffer.byteLength).toBe(4);
  });

  test('a view of a large buffer takes only its own bytes along, and keeps its type', () => {
    const large = new Float64Array(100_000).fill(3);
    const [part, whole] = cross([large.subarray(5, 8), new DataView(large.buffer, 8, 4)]) as [
      Float64Array,
      DataView,
    ];
    expect(part).toStrictEqual(new Float64Array([3, 3, 3]));
    expect(part.buffer.byteLength).toBe(24);
    expect(whole.buffer.byteLength).toBe(4);
    expect(large.length).toBe(100_000);
  });

  test('views on shared memory arrive on the same memory, Buffers too', () => {
    const memory = new SharedArrayBuffer(64);
    const view = new Int32Array(memory, 8, 2);
    const bytes = Buffer.from(memory, 8, 4);
    const arrived = cross({ view, bytes });
    arrived.view[0] = 0x01020304;
    expect(view[0]).toBe(0x01020304);
    expect(arrived.bytes).toEqual(bytes);
    expect(arrived.view.length).toBe(2);
  });

  test('a buffer that the caller transfers is not copied', () => {
    const large = new Float64Array(1000);
    const view = large.subarray(0, 10);
    const { wired, transfer } = packList([view], new Set([large.buffer]));
    expect(wired).toEqual([view]);
    expect(transfer).toEqual([]);
  });

  test('errors inside values keep class, message, cause and properties', () => {
    const error = Object.assign(new RangeError('deep', { cause: new TypeError('root') }), { code: 'E_X' });
    const { list } = cross({ list: [{ reason: error }] });
    const arrived = list[0]?.reason as typeof error;
    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived.message).toBe('deep');
    expect(arrived.code).toBe('E_X');
    expect(arrived.cause).toBeInstanceOf(TypeError);
    expect(arrived.stack).toBe(error.stack);
  });

  test('packing calls a getter without failing when it throws; the post fails instead', () => {
    const value = {
      get bad(): never {
        throw new Error('no');
      },
      bytes: Buffer.from('a'),
    };
    expect(packList([value]).wired).toEqual([value]);
    expect(() => cross(value)).toThrow('no');
  });

  test('a list nested deeper than the stack does not break the packing', () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 200_000; level++) deep = [deep];
    expect(packList(deep).wired).toBe(deep);
  });
});

describe('lists of numbers', () => {
  const numbers = [-0, Number.NaN, Number.POSITIVE_INFINITY, ...Array.from({ length: 20 }, (_, i) => i / 3)];

  test('sixteen numbers or more travel as one transferred Float64Array and arrive as plain numbers', () => {
    const { wired, transfer } = packList(numbers);
    expect(wired).toBeInstanceOf(Float64Array);
    expect(transfer).toEqual([(wired as Float64Array).buffer]);
    const arrived = crossList(numbers);
    expect(Array.isArray(arrived)).toBe(true);
    expect(arrived.every((value, index) => Object.is(value, numbers[index]))).toBe(true);
    expect(arrived.length).toBe(numbers.length);
  });

  test.each<[string, unknown[]]>([
    ['fewer', numbers.slice(0, 15)],
    ['a string at the end', [...numbers, 'x']],
    ['a string inside', [...numbers, 'x', ...numbers]],
    ['a hole', Object.assign(new Array(numbers.length + 2), { ...numbers, [numbers.length + 1]: 1 })],
    ['bigints', numbers.map(() => 1n)],
  ])('other lists travel as they are: %s', (_name, items) => {
    expect(packList(items).wired).toBe(items);
    expect(crossList(items)).toEqual(items);
  });
});

describe('what cannot cross is named by its path', () => {
  const bad = () => {};
  const throwing = {
    get value(): never {
      throw new RangeError('getter');
    },
  };
  const getter = {
    get callback() {
      return bad;
    },
  };

  test.each<[string, unknown, string]>([
    ['a function', bad, 'args'],
    ['a function in an object', [{ items: [1, 2, 3, { callback: bad }] }], 'args[0].items[3].callback'],
    ['a symbol', [Symbol('s')], 'args[0]'],
    ['a promise', [{ later: Promise.resolve(1) }], 'args[0].later'],
    ['a WeakMap', [[new WeakMap()]], 'args[0][0]'],
    ['a value of a Map', [new Map([['key', { f: bad }]])], 'args[0].get("key").f'],
    ['a key of a Map', [new Map([[bad, 1]])], 'args[0].keys()[0]'],
    ['a member of a Set', [new Set([1, bad])], 'args[0].values()[1]'],
    ['a getter that gives a function', [getter], 'args[0].callback'],
    ['a getter that throws', [throwing], 'args[0].value'],
    ['a key that is no identifier', [{ 'a-b': { 'c d': bad } }], 'args[0]["a-b"]["c d"]'],
    ['a proxy', [new Proxy({}, {})], 'args[0]'],
    ['a property of an instance', [Object.assign(new Point(), { f: bad })], 'args[0].f'],
    ['a generator', [(function* () {})()], 'args[0]'],
  ])('%s', (_name, value, path) => {
    expect(() => cross(value)).toThrow();
    const error = explain(value, 'args');
    expect(error).toBeInstanceOf(SerializationError);
    expect(error?.path).toBe(path);
    expect(error?.message).toContain(path);
  });

  test('a detached buffer', () => {
    const buffer = new ArrayBuffer(8);
    const view = new Uint8Array(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    expect(explain([{ view }], 'args')?.path).toBe('args[0].view');
    expect(explain([buffer], 'args')?.path).toBe('args[0]');
  });

  test('a port is refused when it is not transferred, and fine when it is', () => {
    const { port1 } = new MessageChannel();
    expect(explain([{ port: port1 }], 'args')?.path).toBe('args[0].port');
    expect(explain([{ port: port1 }], 'args', new Set([port1]))).toBeUndefined();
    port1.close();
  });

  test('a value that can cross is not refused', () => {
    const cycle: unknown[] = [new Error('x', { cause: 1 }), Buffer.from('a'), new Map([[1, new Date()]])];
    cycle.push(cycle);
    expect(explain(cycle, 'args')).toBeUndefined();
  });
});

describe('a polluted Object.prototype', () => {
  // Set and removed without a turn in between: the test runner would not stand it.
  function polluting<T>(names: readonly string[], run: () => T): T {
    const prototype = Object.prototype as Record<string, unknown>;
    for (const name of names) prototype[name] = name === 'get' ? undefined : Buffer.from('evil');
    try {
      return run();
    } finally {
      for (const name of names) delete prototype[name];
    }
  }

  test.each(['wired', 'leaves', 'places', 'fills', 'value', 'kind', 'cause', 'errors', 'name', 'get'])(
    'changes nothing: %s',
    (name) => {
      const error = Object.assign(new Error('m'), { code: 'C', bytes: Buffer.from('b') });
      let arrived: unknown;
      const values = polluting([name], () => {
        unpackError(packError(error), undefined, (thrown) => {
          arrived = thrown;
        });
        return [cross([{ a: 1, b: Buffer.from('x') }, [1, 2]]), cross({ a: 1 })];
      });
      expect(values).toEqual([[{ a: 1, b: Buffer.from('x') }, [1, 2]], { a: 1 }]);
      expect(Object.getOwnPropertyNames(arrived).sort()).toEqual(['bytes', 'code', 'message', 'stack']);
      expect((arrived as typeof error).bytes).toEqual(Buffer.from('b'));
      expect((arrived as Error).name).toBe('Error');
    },
  );
});

describe("V8's serializer carries the same values as a message port", () => {
  test.each(Object.entries(rows))('%s', (_name, { make, check }) => {
    check(unpack(postToProcess(pack(make()).wired) as never));
  });

  test.each(Object.entries(refusals))('and is refused %s', (_name, { make, at, says }) => {
    const value = make();
    const { wired } = pack(value);
    let cause: unknown;
    try {
      postToProcess(wired);
    } catch (error) {
      cause = error;
    }
    const error = explainPost(value, 'args', cause);
    expect(cause).toBeDefined();
    expect(error.path).toBe(`args${at}`);
    expect(error.message).toMatch(says);
  });
});

test('a sparse array of the greatest length is packed at once', () => {
  const array: unknown[] = Object.assign([], { 5: 'five', 4294967293: { bytes: Buffer.from('b') } });
  const since = performance.now();
  const arrived = cross(array);
  expect(performance.now() - since).toBeLessThan(1000);
  expect(arrived[5]).toBe('five');
  expect(arrived[4_294_967_293]).toEqual({ bytes: Buffer.from('b') });
  expect(arrived.length).toBe(4_294_967_294);
});
