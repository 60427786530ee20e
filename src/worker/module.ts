/** Task modules, imported once, and the exports that tasks name. */

import { TaskNotFoundError } from '../errors.ts';
import { importModule } from '../internal/import-module.ts';
import { whileImporting } from '../internal/importing.ts';
import { explainLoad } from './load-error.ts';
import { enableTsx } from './tsx.ts';

/** What a task's reference leads to. */
export interface LoadedTask {
  readonly call: (...args: unknown[]) => unknown;
  /** The exports of its module. */
  readonly exports: object;
}

/**
 * Imports the module (Node keeps it, so every later task finds it loaded) and finds the export.
 *
 * @throws {TaskNotFoundError} when there is no such module or it exports no such function.
 * @throws whatever the module itself throws as it loads.
 */
export async function loadTask(module: string, name: string): Promise<LoadedTask> {
  const exports = await importTaskModule(module);
  const found: unknown = Object.hasOwn(exports, name)
    ? (exports as Record<string, unknown>)[name]
    : undefined;
  if (typeof found !== 'function') {
    throw new TaskNotFoundError(`${module} ${describeExport(exports, name, found)}`);
  }
  return { call: found as LoadedTask['call'], exports };
}

/**
 * Imports a module that a worker was given, after what makes TypeScript work here.
 *
 * @throws {TaskNotFoundError} when there is no such module.
 * @throws whatever the module itself throws as it loads.
 */
export async function importTaskModule(module: string): Promise<object> {
  await enableTsx();
  try {
    return await whileImporting(() => importModule(module));
  } catch (error) {
    throw explainLoad(error, module);
  }
}

function describeExport(exports: object, name: string, found: unknown): string {
  if (Object.hasOwn(exports, name)) return `exports \`${name}\`, but it is no function (${typeof found})`;
  const names = Object.keys(exports).filter(
    (known) => typeof (exports as Record<string, unknown>)[known] === 'function',
  );
  const list = names.length === 0 ? 'no function at all' : names.map((known) => `\`${known}\``).join(', ');
  return `exports no \`${name}\`; it exports ${list}`;
}
