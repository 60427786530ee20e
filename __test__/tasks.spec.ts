import { type Runnable, type Task, type Tasks, tasks } from 'allcores';
import { describe, expect, expectTypeOf, test } from 'vitest';

type Work = typeof import('./fixtures/worker-tasks.mjs');

const url = new URL('./fixtures/worker-tasks.mjs', import.meta.url);

describe('tasks', () => {
  test('gives a reference for every name, always the same one', () => {
    const work = tasks<Work>(url);
    expect(work.double.module).toBe(url.href);
    expect(work.double.name).toBe('double');
    expect(work.double).toBe(work.double);
    expect(work.double).not.toBe(work.spin);
  });

  test.each([
    ['a URL', url, url.href],
    ['a file URL as text', url.href, url.href],
    ['a built-in', 'node:path', 'node:path'],
    ['a data URL', 'data:text/javascript,export const f = 1', 'data:text/javascript,export const f = 1'],
    ['a package', 'lodash', 'lodash'],
    ['a path in a package', 'lodash-es/add.js', 'lodash-es/add.js'],
    ['a package of a scope', '@scope/name/sub', '@scope/name/sub'],
    ['a URL of another realm', { href: 'file:///x.js', protocol: 'file:' } as URL, 'file:///x.js'],
  ])('takes %s', (_name, module, expected) => {
    expect(tasks<Work>(module).double.module).toBe(expected);
  });

  test.each([
    './work.js',
    '../work.js',
    '/abs/work.js',
    'C:\\work.js',
    '.',
    '',
    '#internal',
    'https://example.com/x.js',
    'work file.js',
  ])('refuses the path or URL %s, and shows what to write', (module) => {
    expect(() => tasks(module)).toThrow(TypeError);
    expect(() => tasks(module)).toThrow(/`new URL\('\.\.?\/\w+\.js', import\.meta\.url\)`/);
  });

  test('a relative path is repeated in the advice', () => {
    expect(() => tasks('../lib/work.js')).toThrow("`new URL('../lib/work.js', import.meta.url)`");
  });

  test.each([undefined, null, 5, {}, []])('refuses %o', (module) => {
    expect(() => tasks(module as never)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
  });

  test('can be awaited and given from async functions without being called', async () => {
    const work = tasks<Work>(url);
    expect(await work).toBe(work);
    expect((work as unknown as { then: unknown }).then).toBe(undefined);
  });

  test('is frozen, and so are its references', () => {
    const work = tasks<Work>(url) as unknown as { double: { name: string } };
    expect(() => {
      work.double = { name: 'other' };
    }).toThrow(TypeError);
    expect(() => {
      work.double.name = 'other';
    }).toThrow(TypeError);
  });

  test('has the types of the module', () => {
    const work = tasks<Work>(url);
    expectTypeOf(work.double).toEqualTypeOf<Task<(x: number) => number>>();
    expectTypeOf<keyof Tasks<Work>>().toEqualTypeOf<
      Exclude<keyof Work, 'notAFunction' | 'OrderError' | 'LateOrderError'>
    >();
    // @ts-expect-error: not a function
    expect(work.notAFunction).toBeDefined();
    // @ts-expect-error: not exported
    expect(work.missing).toBeDefined();
    const run = <A extends unknown[], R>(_fn: Runnable<A, R>, ..._args: A) => undefined as R;
    expectTypeOf(run(work.double, 1)).toEqualTypeOf<number>();
    expectTypeOf(run((x: string) => x.length, 'a')).toEqualTypeOf<number>();
    // @ts-expect-error: the argument is a number
    run(work.double, 'text');
    // @ts-expect-error: a task cannot be called
    expect(() => work.double(1)).toThrow(TypeError);
  });
});
