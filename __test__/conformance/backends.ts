/** Every kind of worker that a pool can have: the conformance and crash tests run on each. */

import { Pool, type PoolOptions } from 'allcores';

/** One kind of worker. */
export interface BackendUnderTest {
  readonly name: string;
  readonly kind: NonNullable<PoolOptions['kind']>;
  /** Whether its workers can take arrays on shared memory. */
  readonly sharesMemory: boolean;
  readonly open: (options?: PoolOptions) => Pool;
}

/** The kinds. */
export const backends: readonly BackendUnderTest[] = [
  {
    name: 'threads',
    kind: 'thread',
    sharesMemory: true,
    open: (options = {}) => new Pool({ workers: 2, ...options, kind: 'thread' }),
  },
  {
    name: 'child processes',
    kind: 'process',
    sharesMemory: false,
    open: (options = {}) => new Pool({ workers: 2, ...options, kind: 'process' }),
  },
];

/** For tests of what only workers with shared memory can do. */
export const sharingBackends = backends.filter(({ sharesMemory }) => sharesMemory);

/** What a promise rejects with. A promise that resolves fails the test. */
export async function failureOf<E = Error>(promise: Promise<unknown>): Promise<E> {
  const value = await promise.catch((reason: unknown) => ({ reason }));
  if (typeof value !== 'object' || value === null || !('reason' in value)) {
    throw new Error(`Expected a rejection, got ${String(value)}`);
  }
  return value.reason as E;
}
