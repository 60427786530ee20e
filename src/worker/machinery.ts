/** What the frames of allcores' own code in a worker look like, so that a user's stack can go without them. */

/**
 * The folder of this file as stacks name it now: source maps, where a worker runs with them, put the
 * sources in the place of what was loaded.
 */
export function machinery(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const place = /(?:\(|at )((?:file:\/\/|[A-Za-z]:)?[\\/][^()]*[\\/])[^\\/]*\)?$/.exec(stack)?.[1];
  return place ?? new URL('.', import.meta.url).href;
}
