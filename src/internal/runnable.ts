/** From what the user gives a pool to run, to what its workers need to get at it. */

import { argumentError, expected } from './check.ts';
import { codeOnly } from './code-only.ts';
import type { FunctionSource } from './protocol.ts';
import { isTask } from './tasks.ts';

const sources = new WeakMap<object, FunctionSource>();

const ADVICE =
  'an inline function travels as source text. Move it to a module and use ' +
  "`tasks(new URL('./module.js', import.meta.url))`";

/**
 * What a worker needs to get at `fn`. Kernels are not for workers: ask `isKernel` before.
 *
 * @param name What the argument is called in errors.
 * @throws {TypeError} for anything that is neither a task nor a function whose source text can travel:
 *   native and bound functions, classes, and functions that use `super`, `import.meta` or a relative `import()`.
 */
export function toSource(fn: unknown, name = 'fn'): FunctionSource {
  if (isTask(fn)) return known(fn, () => ({ kind: 'task', module: fn.module, name: fn.name }));
  if (typeof fn === 'function') return known(fn, () => ({ kind: 'inline', source: inlineSource(fn, name) }));
  throw argumentError(
    'ERR_INVALID_ARG_TYPE',
    expected(name, 'a function, a task made by `tasks()` or a kernel', fn),
  );
}

function known(fn: object, make: () => FunctionSource): FunctionSource {
  let source = sources.get(fn);
  if (source === undefined) {
    source = Object.freeze(make());
    sources.set(fn, source);
  }
  return source;
}

function inlineSource(fn: object, name: string): string {
  const source = Function.prototype.toString.call(fn);
  const refusal = refuse(source);
  if (refusal !== undefined) {
    throw argumentError('ERR_INVALID_ARG_VALUE', `\`${name}\` cannot run in a worker: ${refusal}; ${ADVICE}`);
  }
  return source;
}

/** Comments and spaces before anything else; bundlers take hints in them. */
const COMMENTS = /^(?:\s+|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)+/;

/** Why a function with this text cannot travel; undefined when it can, as far as its text shows. */
function refuse(source: string): string | undefined {
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) return 'it is native or bound and has no source text';
  const code = codeOnly(source);
  if (/^\s*class\b/.test(code)) return 'it is a class';
  if (usesSuper(code)) return 'it uses `super`';
  if (/\bimport\s*\.\s*meta\b|\b__vite_ssr_import_meta__\b/.test(code)) return 'it uses `import.meta`';
  // Strings are blanked in `code`, at the same positions.
  for (const call of code.matchAll(/\b(?:import|__vite_ssr_dynamic_import__)\s*\(/g)) {
    const argument = source.slice(call.index + call[0].length).replace(COMMENTS, '');
    if (/^['"`](?:\.{1,2}(?:\/|['"`])|\/)/.test(argument)) return 'it imports a module by a relative path';
  }
  return undefined;
}

/** Whether it uses `super` outside a class of its own, where it is fine. */
function usesSuper(code: string): boolean {
  return /\bsuper\s*[.([]/.test(code) && !/\bclass\b/.test(code);
}
