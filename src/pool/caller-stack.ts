/** Where in the program a call was made, for the stacks of its errors. */

/** The frames of a place; V8 formats them only when `stack` is read. */
export interface CallSite {
  readonly stack: string;
}

/** So many calls of one turn have frames of their own: taking them costs some µs each. */
const ownPerTurn = 32;

/** A function or class that is being called. */
type Running = ((...args: never[]) => unknown) | (new (...args: never[]) => unknown);

const frameStart = '\n    at ';

/**
 * Where `method`, which runs, was called. Its own frame must not be among those that are kept: until a
 * stack is read V8 holds the `this` of each frame, and so a pending call would hold its pool, which could
 * then never be collected.
 */
export function newSite(method: Running): CallSite {
  const site = {};
  Error.captureStackTrace(site, method as () => unknown);
  return site as CallSite;
}

/**
 * Takes call sites. In a burst of more than 32 calls in one turn of the event loop, which is
 * a loop in nearly every case, the later ones share the frames of the last that has its own.
 */
export class CallSites {
  #taken = 0;
  #last: CallSite | undefined;
  readonly #reset = (): void => {
    this.#taken = 0;
    this.#last = undefined;
  };

  /** Where `method` was called, which calls this. */
  take(method: Running): CallSite {
    if (this.#taken >= ownPerTurn && this.#last !== undefined) return this.#last;
    const site = newSite(method);
    this.#last = site;
    if (this.#taken++ === 0) queueMicrotask(this.#reset);
    return site;
  }
}

/**
 * Adds the caller's frames to an error's stack, after those that it has. A value that is no
 * error, or whose stack cannot be changed, stays as it is.
 */
export function withCaller(error: unknown, site: CallSite | undefined): unknown {
  const frames = framesOf(site);
  if (frames === '' || !(error instanceof Error)) return error;
  try {
    const { stack } = error;
    if (typeof stack === 'string' && !stack.endsWith(frames)) setStack(error, stack + frames);
  } catch {
    // A frozen error: its own frames must do.
  }
  return error;
}

/**
 * An error of allcores' own about a call. The frames of the dispatcher would tell the user
 * nothing, so the caller's are all that it has; without frames to take and to format, ten
 * thousands of pending calls can be rejected in an instant.
 */
export function errorAt<E extends Error>(site: CallSite | undefined, make: () => E): E {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  let error: E;
  try {
    error = make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  setStack(error, `${error.name}: ${error.message}${framesOf(site)}`);
  return error;
}

/** The caller's frames, each with a line break before it; empty when there is none. */
export function framesOf(site: CallSite | undefined): string {
  if (site === undefined) return '';
  const start = site.stack.indexOf(frameStart);
  return start < 0 ? '' : site.stack.slice(start);
}

function setStack(error: Error, stack: string): void {
  Object.defineProperty(error, 'stack', {
    value: stack,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
