/** Every kind of worker that a pool can have: the conformance and crash tests run on each. */

import { Pool, type PoolOptions } from 'allcores';

/** One kind of worker. */
export interface BackendUnderTest {
  readonly name: string;
  readonly kind: 'thread' | 'process';
  /** Whether its workers take shared arrays. */
  readonly sharesMemory: boolean;
  readonly open: (options?: PoolOptions) => Pool;
}

/** The kinds. Child processes join here. */
export const backends: readonly BackendUnderTest[] = [
  {
    name: 'threads',
    kind: 'thread',
    sharesMemory: true,
    open: (options = {}) => new Pool({ workers: 2, ...options, kind: 'thread' }),
  },
];

/** What a promise rejects with. A promise that resolves fails the test. */
export async function failureOf<E = Error>(promise: Promise<unknown>): Promise<E> {
  const value = await promise.catch((reason: unknown) => ({ reason }));
  if (typeof value !== 'object' || value === null || !('reason' in value)) {
    throw new Error(`Expected a rejection, got ${String(value)}`);
  }
  return value.reason as E;
}
