/** What arrives of errors. */

import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { PoolClosedError, SerializationError, TaskCaptureError } from '#dist/errors.js';
import { importModule } from '#dist/internal/import-module.js';
import { packError, unpackError } from '#dist/internal/wire.js';
import { crossError, post, postToProcess } from './crossing.js';

describe('errors', () => {
  const fixture = new URL('../fixtures/worker-tasks.mjs', import.meta.url).href;

  test.each([Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])(
    '%o keeps its class, message and stack',
    async (Class) => {
      const error = new Class('what happened');
      const arrived = (await crossError(error)) as Error;
      expect(Object.getPrototypeOf(arrived)).toBe(Class.prototype);
      expect(arrived).not.toBe(error);
      expect(arrived.message).toBe('what happened');
      expect(arrived.stack).toBe(error.stack);
      expect(Object.keys(arrived)).toEqual([]);
    },
  );

  test('own properties, code and non-enumerable ones arrive; what cannot cross is left behind alone', async () => {
    const error = Object.assign(new Error('m'), {
      code: 'E_CODE',
      list: [1, Buffer.from('b')],
      nothing: undefined,
      callback: () => {},
      deep: { fine: 1, bad: () => {} },
    });
    Object.defineProperty(error, 'hidden', { value: 5 });
    Object.defineProperty(error, 'throws', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    const arrived = (await crossError(error)) as typeof error & { hidden: number };
    expect(arrived.code).toBe('E_CODE');
    expect(arrived.list).toEqual([1, Buffer.from('b')]);
    expect('nothing' in arrived).toBe(true);
    expect('callback' in arrived).toBe(false);
    expect('deep' in arrived).toBe(false);
    expect(arrived.hidden).toBe(5);
    expect(Object.getOwnPropertyDescriptor(arrived, 'hidden')?.enumerable).toBe(false);
    expect(arrived.message).toBe('m');
  });

  test('the cause chain arrives, with causes that are no errors and chains that close', async () => {
    const root = new TypeError('root', { cause: { plain: true } });
    const error = new Error('top', { cause: root });
    const arrived = (await crossError(error)) as Error & { cause: Error };
    expect(arrived.cause).toBeInstanceOf(TypeError);
    expect(arrived.cause.cause).toEqual({ plain: true });
    expect(Object.keys(arrived)).toEqual([]);
    root.cause = error;
    const round = (await crossError(error)) as Error & { cause: Error };
    expect(round.cause.cause).toBe(round);
    const undefinedCause = (await crossError(new Error('x', { cause: undefined }))) as Error;
    expect('cause' in undefinedCause).toBe(true);
  });

  test('an error that holds itself in a property arrives without that property', async () => {
    const error: Error & { self?: unknown } = new Error('loop');
    error.self = { error };
    expect(((await crossError(error)) as Error).message).toBe('loop');
  });

  test('an AggregateError keeps its errors', async () => {
    const error = new AggregateError([new RangeError('a'), 'b'], 'both');
    const arrived = (await crossError(error)) as AggregateError;
    expect(arrived).toBeInstanceOf(AggregateError);
    expect(arrived.errors[0]).toBeInstanceOf(RangeError);
    expect(arrived.errors[1]).toBe('b');
    expect(arrived.message).toBe('both');
  });

  test('a DOMException keeps its name and code', async () => {
    const controller = new AbortController();
    controller.abort();
    const arrived = (await crossError(controller.signal.reason)) as DOMException;
    expect(arrived).toBeInstanceOf(DOMException);
    expect(arrived.name).toBe('AbortError');
    expect(arrived.code).toBe(20);
    expect(arrived.stack).toBe(controller.signal.reason.stack);
  });

  test("allcores' own classes arrive as themselves", async () => {
    const arrived = (await crossError(
      new TaskCaptureError('rate', { cause: new Error('c') }),
    )) as TaskCaptureError;
    expect(arrived).toBeInstanceOf(TaskCaptureError);
    expect(arrived.variable).toBe('rate');
    expect(arrived.code).toBe('ALLCORES_ERR_TASK_CAPTURE');
    expect(arrived.name).toBe('TaskCaptureError');
    expect(await crossError(new PoolClosedError())).toBeInstanceOf(PoolClosedError);
  });

  test("a class that the task's module exports arrives as that class", async () => {
    const exports = (await importModule(fixture)) as typeof import('../fixtures/worker-tasks.mjs');
    const error = new exports.LateOrderError('late');
    const arrived = (await crossError({ ...[error] }[0], exports, fixture)) as typeof error;
    expect(arrived).toBeInstanceOf(exports.LateOrderError);
    expect(arrived).toMatchObject({ name: 'LateOrderError', order: 7, days: 3, message: 'late' });
  });

  test('a class that nobody can import arrives as its nearest known one, with its name', async () => {
    class HiddenError extends TypeError {
      override name = 'HiddenError';
    }
    const arrived = (await crossError(new HiddenError('h'))) as Error;
    expect(Object.getPrototypeOf(arrived)).toBe(TypeError.prototype);
    expect(arrived.name).toBe('HiddenError');
    class ByPrototype extends Error {}
    ByPrototype.prototype.name = 'ByPrototype';
    const second = (await crossError(new ByPrototype('p'))) as Error;
    expect(second.name).toBe('ByPrototype');
    expect(Object.keys(second)).toEqual([]);
  });

  test('a module that cannot be imported here costs the error its class only', async () => {
    const exports = (await importModule(fixture)) as typeof import('../fixtures/worker-tasks.mjs');
    const arrived = (await crossError(
      new exports.OrderError('o'),
      exports,
      'file:///no/such/module.js',
    )) as Error;
    expect(Object.getPrototypeOf(arrived)).toBe(Error.prototype);
    expect(arrived).toMatchObject({ name: 'OrderError', order: 7 });
  });

  test('an error of another realm arrives as the same class of this one', async () => {
    const arrived = (await crossError(
      vm.runInNewContext('Object.assign(new RangeError("foreign"), { code: 5 })'),
    )) as Error;
    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived).toMatchObject({ message: 'foreign', code: 5 });
  });

  test.each([undefined, null, 0, '', 'text', 12n, { a: [1, 2] }])(
    'a thrown value that is no error arrives as it is: %o',
    async (thrown) => {
      expect(await crossError(thrown)).toEqual(thrown);
    },
  );

  test('a thrown value that cannot cross arrives as a SerializationError', async () => {
    const arrived = await crossError({ callback: () => {} });
    expect(arrived).toBeInstanceOf(SerializationError);
    expect((arrived as SerializationError).path).toBe('error.callback');
  });

  test('hostile errors do no harm', async () => {
    const { proxy, revoke } = Proxy.revocable(new Error('p'), {});
    const revoked = new Proxy(new Error('q'), {
      get() {
        throw new Error('trap');
      },
    });
    expect(await crossError(revoked)).toBeInstanceOf(Error);
    revoke();
    expect(await crossError(proxy)).toBeInstanceOf(Error);
    const odd = Object.assign(new Error('x'), { name: 5, message: { a: 1 }, stack: null });
    expect(await crossError(odd)).toBeInstanceOf(Error);
  });
});

describe('errors and their cycles', () => {
  test('a cause chain without an end of its own is cut, and an error in a deep value does not break it', async () => {
    let chain = new Error('root');
    for (let level = 0; level < 5000; level++) chain = new Error(`level ${level}`, { cause: chain });
    let arrived = (await crossError(chain)) as Error | undefined;
    let length = 0;
    for (; arrived !== undefined; arrived = arrived.cause as Error | undefined) length++;
    expect(length).toBe(501);
    let deep: unknown = chain;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const holder = Object.assign(new RangeError('holds much'), { deep, code: 'E_HOLD' });
    expect(await crossError(holder)).toMatchObject({ message: 'holds much', code: 'E_HOLD' });
  });

  test('what a cause cannot say is said by a SerializationError in its place', async () => {
    const error = new Error('top', { cause: { callback: () => {} } });
    const arrived = (await crossError(error)) as Error;
    expect(arrived.cause).toBeInstanceOf(SerializationError);
    expect(arrived.cause).toMatchObject({ path: 'error.cause.callback' });
    const all = (await crossError(new AggregateError([1, () => {}], 'm'))) as AggregateError;
    expect(all.errors[0]).toBe(1);
    expect(all.errors[1]).toMatchObject({ path: 'error.errors[1]' });
  });

  test('shared memory in an error reaches a thread, and is left behind for a process', () => {
    const memory = new Int32Array(new SharedArrayBuffer(8));
    const error = Object.assign(new Error('m', { cause: new Error('c') }), { memory, code: 'E' });
    const arrived = (wired: unknown) => {
      let thrown: unknown;
      unpackError(wired as never, undefined, (value) => {
        thrown = value;
      });
      return thrown as typeof error;
    };
    expect(arrived(post(packError(error))).memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(() => postToProcess(packError(error))).toThrow();
    const bare = arrived(postToProcess(packError(error, { reach: 'process' })));
    expect(bare).toMatchObject({ message: 'm', code: 'E', cause: { message: 'c' } });
    expect('memory' in bare).toBe(false);
  });

  test('a stack that is no text is replaced by name and message', async () => {
    const error = Object.assign(new TypeError('m'), { stack: [1, 2] });
    expect(((await crossError(error)) as Error).stack).toBe('TypeError: m');
  });

  test("the outermost frames of the caller's code are cut, others of it are kept", () => {
    const stack = ['Error: m', '    at sum (/x/chunks/a.js:1:1)', '    at user (/u.js:2:2)'];
    const outer = ['    at Loop.run (/x/chunks/b.js:3:3)', '    at Array.map (<anonymous>)'];
    const tail = ['    at Loop.go (/x/chunks/b.js:4:4)', '    at node:internal/x:5:5'];
    const error = Object.assign(new Error('m'), { stack: [...stack, ...outer, ...tail].join('\n') });
    let arrived: unknown;
    unpackError(post(packError(error, { machinery: '/x/chunks/' })) as never, undefined, (thrown) => {
      arrived = thrown;
    });
    expect((arrived as Error).stack).toBe(stack.join('\n'));
    const foreign = Object.assign(new Error('m'), { stack: [...stack, tail[1]].join('\n') });
    unpackError(post(packError(foreign, { machinery: '/x/chunks/' })) as never, undefined, (thrown) => {
      arrived = thrown;
    });
    expect((arrived as Error).stack).toBe(foreign.stack);
  });
});
