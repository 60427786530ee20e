/** Whether a worker is importing a module just now, so that what the module does at its top level is known as such. */

const key = Symbol.for('allcores.importing');

/** Shared by all copies of this package in one thread. */
type Global = { [key]?: number };

/** Runs the import of a module that a worker was told to import. */
export async function whileImporting<T>(run: () => Promise<T>): Promise<T> {
  count(1);
  try {
    return await run();
  } finally {
    count(-1);
  }
}

/** Whether such an import is going on. */
export function isImporting(): boolean {
  return ((globalThis as Global)[key] ?? 0) > 0;
}

function count(change: number): void {
  const value = ((globalThis as Global)[key] ?? 0) + change;
  Object.defineProperty(globalThis, key, { value, configurable: true });
}
