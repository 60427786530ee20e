/** Imports a module that the user named, by URL or by package name. */

import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import vm from 'node:vm';

type Import = (specifier: string, options?: ImportCallOptions) => Promise<object>;

let fromWorkingDirectory: Import | undefined;

/**
 * Imports a module. A package is looked for from the working directory, because this file's own place
 * says nothing about what the program has installed.
 */
export function importModule(specifier: string, options?: ImportCallOptions): Promise<object> {
  if (isBuiltin(specifier) || /^[a-z][a-z0-9+.-]+:/i.test(specifier)) return import(specifier, options);
  return silently(() => {
    fromWorkingDirectory ??= compileImport();
    return fromWorkingDirectory(specifier, options);
  });
}

function compileImport(): Import {
  return vm.compileFunction('return import(specifier, options)', ['specifier', 'options'], {
    filename: join(process.cwd(), 'allcores-import.js'),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Import;
}

/**
 * Without the ExperimentalWarning that Node prints when the loader constant is first used, which no
 * user can act on. It is printed before `run` returns.
 */
function silently<T>(run: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}
