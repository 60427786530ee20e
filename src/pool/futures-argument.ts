/** The futures that `wait` and `asCompleted` are given. */

import { argumentError, expected } from '../internal/check.ts';
import { type Future, isFuture } from './future.ts';

/**
 * The futures of an argument, each once, in order.
 *
 * @throws {TypeError} for anything that is no iterable of futures.
 */
export function futuresOf(futures: unknown): Set<Future<unknown>> {
  const given = futures as Iterable<unknown> | null | undefined;
  if (typeof given?.[Symbol.iterator] !== 'function') {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('futures', 'an iterable of Futures', futures));
  }
  const found = new Set<Future<unknown>>();
  let index = 0;
  for (const one of given) {
    if (!isFuture(one)) {
      throw argumentError('ERR_INVALID_ARG_TYPE', expected(`futures[${index}]`, 'a Future', one));
    }
    found.add(one);
    index++;
  }
  return found;
}
