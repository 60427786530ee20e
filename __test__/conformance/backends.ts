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

/** Child processes as they are where no memory can be shared with them. */
export const blindProcesses: BackendUnderTest = {
  name: 'child processes without shared cells',
  kind: 'process',
  sharesMemory: false,
  open: (options = {}) => {
    process.env['ALLCORES_SHM'] = 'off';
    try {
      return new Pool({ workers: 2, ...options, kind: 'process' });
    } finally {
      delete process.env['ALLCORES_SHM'];
    }
  },
};

/** For tests of what only workers with shared memory can do. */
export const sharingBackends = backends.filter(({ sharesMemory }) => sharesMemory);
