/** Whether a module is the program itself. */

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const workerKey = Symbol.for('allcores.worker');

/**
 * True in the program's entry module on the main thread of the main process, false everywhere else:
 * in every module that was imported, and in every worker. Python's `__name__ == '__main__'`.
 *
 * A module that starts a pool and whose functions the pool's workers import needs it, or each worker
 * would start a pool of its own.
 *
 * @param meta The module's `import.meta`.
 * @example
 * import { isMain, Pool, tasks } from 'allcores';
 *
 * export function square(x: number): number {
 *   return x * x;
 * }
 * if (isMain(import.meta)) {
 *   const pool = new Pool();
 *   const own = tasks<{ square: typeof square }>(import.meta.url);
 *   console.log(await pool.map(own.square, [1, 2, 3])); // [ 1, 4, 9 ]
 *   await pool.terminate();
 * }
 */
export function isMain(meta: ImportMeta): boolean {
  if (!isMainThread || Object.hasOwn(globalThis, workerKey)) return false;
  const entry = process.argv[1];
  const url = meta.url;
  if (entry === undefined || typeof url !== 'string' || !url.startsWith('file:')) return false;
  return entryFile(entry) === fileURLToPath(url);
}

/**
 * The file that Node runs for `node entry`: links are followed as Node follows them, the ending may be
 * left out, and a folder means its index.
 */
function entryFile(entry: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(entry);
  } catch {
    return undefined;
  }
}
