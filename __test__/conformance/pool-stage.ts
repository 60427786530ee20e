/** Pools whose tasks speak with their test through a scratch folder. */

import type { Pool, PoolOptions } from 'allcores';
import { endedAfterEach } from '../ended-after-each.js';
import { type Scratch, scratchForEach } from '../parity/scratch.js';
import type { BackendUnderTest } from './backends.js';
import { parityJobs } from './jobs.js';

/** What the tests of a suite have. */
export interface PoolStage {
  /** Opens a pool that is ended after the test. */
  readonly open: (options?: PoolOptions) => Pool;
  readonly scratch: Scratch;
  /** A call that holds a worker until `scratch.open()`; resolves once it has begun. */
  holding(pool: Pool, text?: string): Promise<{ call: Promise<string> }>;
}

/** To be called in the suite. */
export function poolStage(create: BackendUnderTest['open']): PoolStage {
  const scratch = scratchForEach();
  const open = endedAfterEach(create, (pool) => pool.terminate());
  return {
    open,
    scratch,
    async holding(pool, text = 'holding') {
      const before = scratch.lines().length;
      const call = pool.apply(parityJobs.hold, [scratch.log, scratch.gate, text]);
      await Promise.race([scratch.until(before + 1), call]);
      return { call };
    },
  };
}
