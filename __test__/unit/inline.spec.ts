import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { TaskCaptureError } from '#dist/errors.js';
import { codeOnly } from '#dist/internal/code-only.js';
import { toSource } from '#dist/internal/runnable.js';
import { tasks } from '#dist/internal/tasks.js';
import { explainCapture } from '#dist/worker/capture.js';
import { compileInline } from '#dist/worker/compile.js';

/** A function as it comes out of the worker's compiler. */
function travelled(fn: unknown): (...args: unknown[]) => unknown {
  const source = toSource(fn);
  if (source.kind !== 'inline') throw new TypeError('not inline');
  return compileInline(source.source).call;
}

function compiled(source: string): (...args: unknown[]) => unknown {
  return compileInline(source).call;
}

/** What a call of an inline function's text fails with, as the worker reports it. */
function failureOf(source: string, ...args: unknown[]): unknown {
  const { call, file } = compileInline(source);
  try {
    call(...args);
  } catch (error) {
    return explainCapture(error, file);
  }
  throw new Error('it did not fail');
}

describe('forms', () => {
  const object = {
    method(x: number) {
      return x + 1;
    },
    async asyncMethod(x: number) {
      return x + 2;
    },
    [`computed ${'name'}`](x: number) {
      return x + 3;
    },
    get accessor() {
      return 4;
    },
    async: (x: number) => x + 5,
    function(x: number) {
      return x + 6;
    },
    7(x: number) {
      return x + 7;
    },
  };
  class Holder {
    kept = 1;
    static make(x: number) {
      return x + 8;
    }
  }

  test.each<[string, unknown, unknown]>([
    ['an arrow', (x: number) => x * 2, 2],
    [
      'a function expression',
      function (this: unknown, x: number) {
        return this === undefined ? x * 3 : 0;
      },
      3,
    ],
    [
      'a named function that calls itself',
      function down(x: number): number {
        return x === 0 ? 0 : down(x - 1);
      },
      0,
    ],
    ['a method', object.method, 2],
    ['a method with a computed name', object['computed name'], 4],
    ['a method with a number as its name', object[7], 8],
    ['a method named function', object.function, 7],
    ['an arrow named async', object.async, 6],
    ['a static method', Holder.make, 9],
    ['a getter', Object.getOwnPropertyDescriptor(object, 'accessor')?.get, 4],
    ['an arrow that gives an object', (x: number) => ({ x }), { x: 1 }],
    ['parameters with defaults', (x: number, { y = 4 } = {}) => x + y, 5],
  ])('%s', (_name, fn, expected) => {
    expect(travelled(fn)(1)).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['an async arrow', async (x: number) => (await x) + 2],
    ['an async method', object.asyncMethod],
    ['an async function', async (x: number) => x + 2],
  ])('%s', async (_name, fn) => {
    expect(await travelled(fn)(1)).toBe(3);
  });

  test('a text that ends in a comment', () => {
    expect(compiled('(x) => x // twice')(2)).toBe(2);
    expect(compiled('name(x) { return x; } // twice')(2)).toBe(2);
  });

  test('it is strict code, as the module was that it came from', () => {
    expect(compiled('function () { return this; }')()).toBe(undefined);
  });
});

describe('what cannot travel is refused at the call', () => {
  class Base {
    name() {
      return 'base';
    }
  }
  class Derived extends Base {
    override name() {
      return super.name();
    }
  }
  const url = () => import.meta.url;

  test.each<[string, unknown, RegExp]>([
    ['a native function', Math.max, /native or bound/],
    ['a bound function', ((x: number) => x).bind(undefined), /native or bound/],
    ['a class', Base, /it is a class/],
    ['a method with super', Derived.prototype.name, /uses `super`/],
    ['import.meta', url, /uses `import\.meta`/],
    ['a relative import', () => import('../fixtures/worker-tasks.mjs'), /relative path/],
    ['a relative import with a hint', new Function("return import(/* hint */ './x.js')"), /relative path/],
  ])('%s', (_name, fn, message) => {
    expect(() => toSource(fn)).toThrow(message);
    expect(() => toSource(fn)).toThrow(/`tasks\(new URL\('\.\/module\.js', import\.meta\.url\)\)`/);
    expect(() => toSource(fn)).toThrow(TypeError);
  });

  test.each([undefined, null, 5, 'x => x', {}, []])('%o is no function', (value) => {
    expect(() => toSource(value)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
  });

  test('words in strings, comments and regular expressions are not code', () => {
    const fn = () => {
      // super.x, import.meta.url, import('./x.js')
      const text = `import.meta ${'super.y'} import('./a.js')`;
      return [text, 'class', /import.meta "/.source, "it's"];
    };
    expect(toSource(fn)).toMatchObject({ kind: 'inline' });
  });

  test('super in a class of its own is fine', () => {
    const fn = () => {
      class A {
        x() {
          return 1;
        }
      }
      class B extends A {
        override x() {
          return super.x() + 1;
        }
      }
      return new B().x();
    };
    expect(travelled(fn)()).toBe(2);
  });

  test('a function is looked at once', () => {
    const fn = (x: number) => x;
    expect(toSource(fn)).toBe(toSource(fn));
  });

  test('a task is its module and name', () => {
    const { double } = tasks<typeof import('../fixtures/worker-tasks.mjs')>('file:///work.js');
    expect(toSource(double)).toEqual({ kind: 'task', module: 'file:///work.js', name: 'double' });
  });
});

describe('the code of a text', () => {
  test.each([
    ['a "b" c', 'a     c'],
    ["'it\\'s' x", '        x'],
    ['a // b\nc', 'a     \nc'],
    ['a /* b\n */ c', 'a     \n    c'],
    ['a / b / c', 'a / b / c'],
    ['x = /[/"]/g', 'x =       g'],
    ['return /a"/.test(b)', 'return     .test(b)'],
    ['`a $' + '{b + `c $' + '{d}`} e` f', '     b +      d       f'],
    ['`$' + '{{ a: 1 }}` b', '   { a: 1 }   b'],
    ['/* open', '       '],
    ['"open', '     '],
  ])('%s', (source, code) => {
    expect(codeOnly(source)).toBe(code);
    expect(codeOnly(source)).toHaveLength(source.length);
  });
});

describe('captured variables', () => {
  test('are named, with the original error as cause', () => {
    const error = failureOf('(x) => x * rate', 2) as TaskCaptureError;
    expect(error).toBeInstanceOf(TaskCaptureError);
    expect(error.variable).toBe('rate');
    expect(error.message).toMatch(/`rate` is not defined in the worker/);
    expect(error.cause).toBeInstanceOf(ReferenceError);
  });

  test.each([
    ['in a nested function', '(xs) => [1].map((x) => x * rate)', 'rate'],
    ['as an import that vite renamed', '(x) => __vi_import_0__.readFile(x)', '__vi_import_0__'],
    ['when written to', '() => { total = 1; }', 'total'],
    ['as `require`', "() => require('node:fs')", 'require'],
    ['with a name beyond ASCII', '() => größe', 'größe'],
  ])('%s', (_name, source, variable) => {
    expect(failureOf(source)).toMatchObject({ name: 'TaskCaptureError', variable });
  });

  test('a ReferenceError that is none stays what it is', () => {
    expect(failureOf('() => { x; let x = 1; }')).not.toBeInstanceOf(TaskCaptureError);
    const foreign = () => {
      throw new ReferenceError('y is not defined');
    };
    expect(failureOf('(f) => f()', foreign)).not.toBeInstanceOf(TaskCaptureError);
    expect(failureOf('() => { throw new TypeError("z is not defined"); }')).toBeInstanceOf(TypeError);
  });

  test('no function is blamed for a variable of another one', () => {
    const other = compileInline('() => missing');
    expect(failureOf('(f) => f()', other.call)).not.toBeInstanceOf(TaskCaptureError);
  });
});

describe('imports', () => {
  test('built-ins and packages can be imported, and nothing is printed', async () => {
    const warnings: unknown[] = [];
    const listen = (warning: unknown) => warnings.push(warning);
    process.on('warning', listen);
    const basename = compiled("async (p) => (await import('node:path')).basename(p)");
    expect(await basename('/a/b')).toBe('b');
    const names = compiled('async (x) => typeof (await import(x)).defineConfig');
    expect(await names('vitest/config')).toBe('function');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  test('a relative path that shows only as it runs is refused with the same advice', async () => {
    const load = compiled('(x) => import(x)');
    for (const path of ['./x.js', '../x.js', '/x.js', '.']) {
      await expect(load(path)).rejects.toThrow(/move it to a module and use `tasks\(/i);
    }
  });

  test('a property or a string named import is left alone', () => {
    expect(compiled("(o) => o.import('import(1)')")({ import: (x: string) => x })).toBe('import(1)');
  });
});

describe('what compilers insert is provided', () => {
  test.each<[string, string, unknown]>([
    ['__name', '() => { const f = __name(() => 1, "given"); return [f(), f.name]; }', [1, 'given']],
    [
      '__publicField',
      '() => { class A { constructor() { __publicField(this, "x", 5); } } return { ...new A() }; }',
      { x: 5 },
    ],
    ['__spreadValues', '(o) => __spreadValues(__spreadValues({ b: 1 }, o), null)', { b: 1, a: 1, c: 3 }],
    ['__spreadProps', '(o) => __spreadProps(__spreadValues({}, o), { d: 4 })', { a: 1, c: 3, d: 4 }],
    ['__objRest', '(o) => __objRest(o, ["a"])', { c: 3 }],
    ['__rest', '(o) => __rest(o, ["c"])', { a: 1 }],
    ['__assign', '(o) => __assign({}, o, { e: 1 })', { a: 1, c: 3, e: 1 }],
  ])('%s', (_name, source, expected) => {
    expect(compiled(source)({ a: 1, c: 3 })).toEqual(expected);
  });

  test.each([
    [
      '__async',
      'function f(x) { return __async(this, arguments, function* (y) { return (yield Promise.resolve(y)) + 1; }); }',
    ],
    [
      '__awaiter',
      'function f(x) { return __awaiter(this, arguments, void 0, function* (y) { try { yield Promise.reject(1); } catch (e) { return e + y; } }); }',
    ],
  ])('%s', async (_name, source) => {
    expect(await compiled(source)(4)).toBe(5);
  });

  test('__vite_ssr_dynamic_import__', async () => {
    expect(await travelled(async () => (await import('node:path')).sep)()).toBe('/');
  });

  test("Istanbul's counters, of functions that were instrumented", async () => {
    const file = fileURLToPath(new URL('../fixtures/worker-covered.mjs', import.meta.url));
    const text = await readFile(file, 'utf8');
    const source = text.slice(text.indexOf('(x) =>'), text.lastIndexOf(';'));
    expect(source).toContain('cov_2a8f3kq1z().b[0][1]++');
    const covered = compiled(source);
    expect([covered(1), covered(2)]).toEqual([1, 4]);
    expect(compiled('(x) => { cov_1ab.s["3"]++; cov_1ab.b["0"][1]++; return x; }')(3)).toBe(3);
  });

  test('by tsx, which also loads task modules in the worker', async () => {
    const file = fileURLToPath(new URL('./worker-inline.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file]);
    expect(JSON.parse(stdout)).toEqual({
      named: [8, 'inner'],
      classes: 8,
      spread: { b: 2, c: 3, d: 1 },
      imports: 'b.txt',
      module: 2,
      captured: 'worker',
    });
  });
});

test('a polluted Object.prototype makes no task of a plain object', () => {
  const key = Symbol.for('allcores.task');
  Object.defineProperty(Object.prototype, key, { value: 1, configurable: true });
  try {
    expect(() => toSource({ module: 'node:child_process', name: 'execSync' })).toThrow(TypeError);
  } finally {
    delete (Object.prototype as Record<symbol, unknown>)[key];
  }
});
