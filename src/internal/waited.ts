/** The children that this process (or thread) waits for before it ends. */

const key = Symbol.for('allcores.waited');

/** Shared by all copies of this package in one thread. */
type Global = { [key]?: Set<Promise<unknown>> };

/** Adds a child by the promise of its end, which never rejects. */
export function waitForAtEnd(ended: Promise<unknown>): void {
  const waited = set();
  waited.add(ended);
  void ended.then(() => waited.delete(ended));
}

/** Resolves when none is left. */
export async function waitedEnded(): Promise<void> {
  while (set().size > 0) await Promise.all(set());
}

function set(): Set<Promise<unknown>> {
  const waited = (globalThis as Global)[key] ?? new Set();
  Object.defineProperty(globalThis, key, { value: waited, configurable: true });
  return waited;
}
