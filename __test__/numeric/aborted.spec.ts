import { threadActivity } from 'allcores/diagnostics';
import { describe, expect, test } from 'vitest';
import { numericRows } from '../kernels/table-numeric.ts';
import { everyKernel } from './every-kernel.ts';

/** Some milliseconds of work for the lightest kernel, and a few for the others. */
const LENGTH = 4_000_000;
const ones = new Float64Array(LENGTH).fill(1);
const whole = new Int32Array(LENGTH).fill(1);
const zeros = new Float64Array(LENGTH);

/** What a kernel has most work with. */
const given: Readonly<Record<string, unknown>> = { any: zeros, bincount: whole, unique: whole };

describe.each(everyKernel)('an abort of $name', ({ name, kernel, args }) => {
  const call = args(given[name] ?? ones);

  test('before the call rejects with its reason and starts nothing', async () => {
    const out = { sort: new Float64Array(LENGTH), argsort: new Uint32Array(LENGTH) }[name]?.fill(7);
    const before = threadActivity(0).blocks;
    const promise = kernel.async(...call, { signal: AbortSignal.abort('early'), ...(out && { out }) });
    await expect(promise).rejects.toBe('early');
    expect(threadActivity(0)).toMatchObject({ jobs: 0, blocks: before });
    expect(out?.every((value) => value === 7) ?? true).toBe(true);
  });

  test('during the call rejects with its reason, and no job is left', async () => {
    const controller = new AbortController();
    const promise = kernel.async(...call, { signal: controller.signal });
    expect(threadActivity(0).jobs).toBe(1);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(promise).rejects.toBe(reason);
    expect(threadActivity(0).jobs).toBe(0);
  });
});

test('the kernels that are called here are all that there are', () => {
  expect(everyKernel.map(({ name }) => name).sort()).toEqual(Object.keys(numericRows).sort());
});
