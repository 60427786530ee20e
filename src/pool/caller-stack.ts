/** Where in the program a call was made, for the stacks of its errors. */

/** The frames of a place; V8 formats them only when `stack` is read. */
export interface CallSite {
  readonly stack: string;
}

/** So many calls of one turn have frames of their own: taking them costs 2 to 4 µs each. */
const ownPerTurn = 32;

/**
 * Takes call sites. In a burst of more than 32 calls in one turn of the event loop, which is
 * a loop in nearly every case, the later ones share the frames of the last that has its own.
 */
export class CallSites {
  #taken = 0;
  #last: CallSite | undefined;

  /** The frames above the function `entry`. */
  take(entry: (...args: never[]) => unknown): CallSite {
    if (this.#taken >= ownPerTurn && this.#last !== undefined) return this.#last;
    const site = { stack: '' };
    Error.captureStackTrace(site, entry);
    this.#last = site;
    if (this.#taken++ === 0) {
      queueMicrotask(() => {
        this.#taken = 0;
        this.#last = undefined;
      });
    }
    return site;
  }
}

/**
 * Adds the caller's frames to an error's stack, after those that it has. A value that is no
 * error, or whose stack cannot be changed, stays as it is.
 */
export function withCaller(error: unknown, site: CallSite | undefined): unknown {
  if (site === undefined || !(error instanceof Error)) return error;
  const frames = site.stack.slice(site.stack.indexOf('\n    at ') + 1);
  if (!frames.startsWith('    at ')) return error;
  try {
    const { stack } = error;
    if (typeof stack === 'string' && !stack.endsWith(frames)) {
      Object.defineProperty(error, 'stack', {
        value: `${stack}\n${frames}`,
        writable: true,
        configurable: true,
        enumerable: false,
      });
    }
  } catch {
    // A frozen error: its own frames must do.
  }
  return error;
}
