/** The modules whose functions the workers under test run. */

import { tasks } from 'allcores';

/** Where a fixture is. */
export function fixture(name: string): URL {
  return new URL(`../fixtures/${name}.mjs`, import.meta.url);
}

/** For what every pool does; they tell their test through a board. */
export const poolJobs = tasks<typeof import('../fixtures/pool-jobs.mjs')>(fixture('pool-jobs'));

/** They tell their test through a scratch folder. */
export const parityJobs = tasks<typeof import('../fixtures/parity-jobs.mjs')>(fixture('parity-jobs'));

/** For executors. */
export const executorJobs = tasks<typeof import('../fixtures/executor-jobs.mjs')>(fixture('executor-jobs'));

/** For `imap` and `imapUnordered`. */
export const imapJobs = tasks<typeof import('../fixtures/imap-jobs.mjs')>(fixture('imap-jobs'));
