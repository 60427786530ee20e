/** What the frames of allcores' own code in a worker look like, so that a user's stack can go without them. */

/**
 * The folder above this file's own, as stacks name it now: a bundle spreads this code over several folders,
 * and source maps, where a worker runs with them, put the sources in the place of what was loaded.
 */
export function machinery(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const place = /(?:\(|at )((?:file:\/\/|[A-Za-z]:)?[\\/][^()]*[\\/])[^\\/]*[\\/][^\\/]*\)?$/.exec(
    String(stack),
  );
  return place?.[1] ?? new URL('..', import.meta.url).href;
}
