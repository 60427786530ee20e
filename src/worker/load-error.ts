/** Why a task's module could not be loaded, with the remedy where there is one. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TaskNotFoundError } from '../errors.ts';

/**
 * A TaskNotFoundError when there is no such module, or this Node cannot run what it is written in;
 * whatever the module itself threw is given back as it is.
 */
export function explainLoad(error: unknown, module: string): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (isMissing(error, module)) {
    return new TaskNotFoundError(`There is no module ${module}${siblingAdvice(module)}`, { cause: error });
  }
  const remedy = remedyFor(code, String(message));
  if (remedy === undefined) return error;
  return new TaskNotFoundError(`${module} cannot be loaded: ${message}. ${remedy}`, { cause: error });
}

/** Whether it is the module itself that is missing, and not one that it imports. */
function isMissing(error: object, module: string): boolean {
  const { code, url } = error as { code?: unknown; url?: unknown };
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return false;
  if (!module.startsWith('file:')) return String((error as Error).message).includes(`'${module}'`);
  // Node tells the missing URL; loaders such as tsx do not, so the file itself is asked.
  return url === module || !existsSync(fileURLToPath(module));
}

const SIBLINGS = [
  ['.js', '.ts'],
  ['.mjs', '.mts'],
  ['.cjs', '.cts'],
  ['.js', '.tsx'],
  ['.ts', '.js'],
] as const;

function siblingAdvice(module: string): string {
  if (!module.startsWith('file:')) return '';
  const path = fileURLToPath(module);
  for (const [from, to] of SIBLINGS) {
    if (!path.endsWith(from)) continue;
    const sibling = path.slice(0, -from.length) + to;
    if (existsSync(sibling)) return `; beside it is ${sibling}: name that one, or build it first`;
  }
  return '';
}

const LOADER =
  'Start the program with a loader (`node --import tsx`), or give the workers one (the option ' +
  "`execArgv: ['--import', 'tsx']`)";

function remedyFor(code: unknown, message: string): string | undefined {
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'Node runs no TypeScript below node_modules: use the package’s JavaScript';
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return `Node only strips types. ${LOADER}, or name a built JavaScript file`;
  }
  if (code !== 'ERR_UNKNOWN_FILE_EXTENSION' || !/\.[cm]?[tj]sx?\b/.test(message)) return undefined;
  return (
    `Node ${process.versions.node} cannot run this file as it is. ${LOADER}, use a Node that strips types ` +
    '(22.18 or later; not for `.tsx`), or name a built JavaScript file'
  );
}
