/** Inline functions: from their source text back to functions. */

import vm from 'node:vm';
import { codeOnly } from '../internal/code-only.ts';
import { importModule } from '../internal/import-module.ts';
import { insertedNames } from './inserted.ts';

/** A compiled inline function. */
export interface InlineFunction {
  readonly call: (...args: unknown[]) => unknown;
  /** The file name in its stack frames; no other function has it. */
  readonly file: string;
}

let count = 0;

/** By this name the function's `import()` reaches the worker's loader. */
const IMPORT = '__allcores_import__';

/**
 * Compiles the text of a function expression, an arrow, or a method of an object.
 *
 * The text is run as strict code, as in the module that it came from; it may `import()` built-ins and
 * packages, and use what compilers insert (`inserted.ts`).
 *
 * @throws {SyntaxError} when the text is no function.
 */
export function compileInline(source: string): InlineFunction {
  const file = `allcores-inline:${++count}`;
  const code = codeOnly(source);
  const names = new Map(insertedNames(code));
  names.set(IMPORT, importFromInline);
  names.set('__vite_ssr_dynamic_import__', importFromInline);
  const text = redirectImports(source, code);
  const call = asExpression(text, file, names) ?? asMethod(text, file, names);
  if (typeof call !== 'function') throw new SyntaxError('The text of the inline function is no function');
  return { call: call as InlineFunction['call'], file };
}

/** `(x) => x`, `function (x) {}`, `async x => x`; undefined when the text is no expression. */
function asExpression(text: string, file: string, names: ReadonlyMap<string, unknown>): unknown {
  try {
    return evaluate(`(${text}\n)`, file, names);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `name(x) {}`, `async name(x) {}`, `['a b'](x) {}`, `get name() {}`. */
function asMethod(text: string, file: string, names: ReadonlyMap<string, unknown>): unknown {
  const holder = evaluate(`({${text}\n})`, file, names) as object;
  const key = Reflect.ownKeys(holder)[0];
  const property = key === undefined ? undefined : Object.getOwnPropertyDescriptor(holder, key);
  return property?.value ?? property?.get ?? property?.set;
}

function evaluate(expression: string, filename: string, names: ReadonlyMap<string, unknown>): unknown {
  const make = vm.compileFunction(`'use strict'; return ${expression}`, [...names.keys()], { filename });
  return make(...names.values());
}

/** Puts the worker's loader in the place of `import(`, which text that is not in a file has not. */
function redirectImports(source: string, code: string): string {
  let text = '';
  let end = 0;
  for (const { index, 0: found } of code.matchAll(/(?<![.\w$#])import(?=\s*\()/g)) {
    text += source.slice(end, index) + IMPORT;
    end = index + found.length;
  }
  return text + source.slice(end);
}

function importFromInline(specifier: unknown, options?: ImportCallOptions): Promise<object> {
  const name = String(specifier);
  if (/^(?:\.{1,2}(?:\/|$)|\/)/.test(name)) {
    const message =
      `An inline function cannot import '${name}': it travels as source text, away from its file. Move it ` +
      "to a module and use `tasks(new URL('./module.js', import.meta.url))`";
    return Promise.reject(new TypeError(message));
  }
  return importModule(name, options);
}
