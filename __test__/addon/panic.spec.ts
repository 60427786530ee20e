import { exercise, threadActivity } from 'allcores/diagnostics';
import { sum } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { runFixture } from './child.js';

const panicked = {
  name: 'KernelPanicError',
  code: 'ALLCORES_ERR_PANIC',
  message: 'A native kernel panicked: the exercise panics as asked',
};
const large = new Float64Array(400_000).fill(0.25);

describe('a panic in a native kernel', () => {
  test('is a KernelPanicError of a blocking call, split or not', () => {
    expect(() => exercise(1, { panic: true })).toThrow(expect.objectContaining(panicked));
    expect(() => exercise(16, { panic: true })).toThrow(expect.objectContaining(panicked));
  });

  test('is a KernelPanicError of an asynchronous call, which is settled and forgotten', async () => {
    await expect(exercise.async(1, { panic: true })).rejects.toMatchObject(panicked);
    await expect(exercise.async(16, { panic: true })).rejects.toMatchObject(panicked);
    expect(threadActivity(0).jobs).toBe(0);
  });

  test('rejects as such also when a signal was given that nobody aborted', async () => {
    const { signal } = new AbortController();
    await expect(exercise.async(4, { panic: true, signal })).rejects.toMatchObject(panicked);
  });

  test('leaves the kernels that run beside it and after it alone', async () => {
    const beside = [exercise.async(30), sum.async(large)];
    const bad = Array.from({ length: 8 }, () => exercise.async(4, { panic: true }));
    for (const result of await Promise.allSettled(bad)) expect(result.status).toBe('rejected');
    expect(await Promise.all(beside)).toEqual([30, 100_000]);
    expect(exercise(16)).toBe(16);
    expect(await exercise.async(16)).toBe(16);
    expect(sum(large)).toBe(100_000);
  });

  test('in a worker leaves the process alive', async () => {
    const ended = await runFixture('addon-panic.mjs');
    expect(ended).toMatchObject({ code: 0, signal: null, stdout: 'KernelPanicError KernelPanicError 8 8\n' });
  });
});
