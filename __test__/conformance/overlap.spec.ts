/** Cancelling one of several tasks that overlap in a worker, on every kind of worker. */

import { tasks } from 'allcores';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { backends } from './backends.js';

const jobs = tasks<typeof import('../fixtures/pool-overlap.mjs')>(
  new URL('../fixtures/pool-overlap.mjs', import.meta.url),
);

describe.each(backends)('overlapping tasks on $name', ({ open }) => {
  test.each([0, 1, 2])('cancelling number %i of three is not seen by the others', async (which) => {
    await using pool = open({ workers: 1, tasksPerWorker: 4 });
    const stop = new AbortController();
    let begun = 0;
    let allBegun = () => {};
    const waiting = new Promise<void>((resolve) => {
      allBegun = resolve;
    });
    const onReport = () => {
      if (++begun === 3) allBegun();
    };
    const calls = [0, 1, 2].map((index) =>
      pool.apply(jobs.poll, [], { onReport, ...(index === which && { signal: stop.signal }) }),
    );
    const cancelled = failureOf(calls[which] as Promise<string>);
    await waiting;
    stop.abort();
    expect((await cancelled).name).toBe('AbortError');
    await pool.apply(jobs.release);
    const others = calls.filter((_, index) => index !== which);
    expect(await Promise.all(others)).toEqual(['released', 'released']);
  });
});
