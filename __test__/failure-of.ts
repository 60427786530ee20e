import { inspect } from 'node:util';

/** What a promise, or a future, rejects with. One that resolves fails the test. */
export async function failureOf<E = Error>(promise: PromiseLike<unknown>): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error(`Expected a rejection, got ${inspect(value)}`);
}
