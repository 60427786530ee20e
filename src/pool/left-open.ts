/** The warning about a pool that was left open with work in it. */

/** What is known of a pool that may be left open. */
export interface OpenPool {
  readonly name: string;
  /** Where it was made: frames, each with a line break before it. */
  readonly createdAt: string;
  /** How many calls are pending, and whether it takes more: one that was closed will end by itself. */
  readonly pending: number;
  readonly open: boolean;
}

/** The pools that have work now: asked when the program ends. */
const busy = new Set<OpenPool>();
let watching = false;

// A held pool would never be collected: this holds what it stands on, which must not hold it.
const dropped = new FinalizationRegistry<OpenPool>((pool) => {
  if (!pool.open || pool.pending === 0) return;
  // Once is enough: the program's end need not say it again.
  busy.delete(pool);
  process.emitWarning(warningOf(pool, 'and nothing refers to it any more'));
});

/** Warns when `owner` is collected while its pool is open and has work. */
export function watchOwner(owner: object, pool: OpenPool): void {
  dropped.register(owner, pool);
}

/** Notes whether a pool has work, for the end of the program. */
export function watchPending(pool: OpenPool, some: boolean): void {
  if (!some) {
    busy.delete(pool);
    return;
  }
  busy.add(pool);
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const left of busy) {
      if (!left.open || left.pending === 0) continue;
      // `process.emitWarning` speaks in the next turn, and there is none.
      process.emit('warning', warningOf(left, 'when the program ended'));
    }
  });
}

function warningOf({ name, createdAt, pending }: OpenPool, when: string): Error {
  const calls = pending === 1 ? '1 call' : `${pending} calls`;
  const warning = new Error(
    `The pool '${name}' was left open with ${calls} in it ${when}. Await its calls, then \`close()\` and ` +
      `\`join()\` it (or \`await using\`), or \`terminate()\` it. It was made here:${createdAt}`,
  );
  warning.name = 'AllcoresWarning';
  warning.stack = `AllcoresWarning: ${warning.message}`;
  return Object.assign(warning, { code: 'ALLCORES_WARN_POOL_LEFT_OPEN' });
}
