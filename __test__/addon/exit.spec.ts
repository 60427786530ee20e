import { describe, expect, test } from 'vitest';
import { runFixture } from './child.js';

// The kernels of the fixture would run for ten minutes.
const WIDE_BOUND = 10_000;

describe('the end of the process in mid-kernel', () => {
  test.each([
    ['process.exit() with a blocking call in a worker', 'worker-sync'],
    ['process.exit() with an asynchronous call of the main thread', 'main-async'],
    ['process.exit() with an asynchronous call in a worker', 'worker-async'],
    ['process.exit() with all of them', 'both'],
    ['the natural end with a blocking call in an unreferenced worker', 'natural'],
    ['the natural end with an asynchronous call in an unreferenced worker', 'natural-async'],
  ])('%s is clean and quick', async (_, mode) => {
    const { code, signal, stdout, stderr, afterExiting } = await runFixture('addon-exit.mjs', {
      args: [mode],
    });
    expect({ code, signal, stdout, stderr }).toEqual({
      code: 0,
      signal: null,
      stdout: 'exiting\n',
      stderr: '',
    });
    expect(afterExiting).toBeLessThan(WIDE_BOUND);
  });

  test('an uncaught error ends the process with code 1 and its message', async () => {
    const { code, signal, stderr, afterExiting } = await runFixture('addon-exit.mjs', { args: ['uncaught'] });
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).toContain('nobody catches this');
    expect(afterExiting).toBeLessThan(WIDE_BOUND);
  });
});

describe('a program that has nothing more to do', () => {
  test.each([
    ['after it imported kernels', 'import'],
    ['after blocking and asynchronous calls, one of them aborted', 'after-calls'],
  ])('ends by itself %s: an idle addon keeps nothing alive', async (_, mode) => {
    const ended = await runFixture('addon-idle.mjs', { args: [mode], timeout: 20_000 });
    expect(ended).toMatchObject({ code: 0, signal: null, stdout: 'exiting\n', stderr: '' });
    expect(ended.afterExiting).toBeLessThan(WIDE_BOUND);
  });

  test('stays alive until an asynchronous call that it started has settled', async () => {
    const ended = await runFixture('addon-idle.mjs', { args: ['pending'], timeout: 30_000 });
    expect(ended).toMatchObject({ code: 0, signal: null, stdout: 'settled 200\n', stderr: '' });
  });

  test('burns no processor time while the addon is idle', async () => {
    const { code, stdout } = await runFixture('addon-idle.mjs', { args: ['busy'], timeout: 30_000 });
    expect(code).toBe(0);
    // Of a second; the pool's threads sleep.
    expect(Number(stdout)).toBeLessThan(200);
  });
});

// Threads are counted in /proc, which only Linux has.
if (process.platform === 'linux') {
  describe('importing a module of kernels', () => {
    test.each([
      'allcores/numeric',
      'allcores/factorial',
      'allcores/image',
      'allcores/diagnostics',
      'allcores',
    ])('%s starts no thread', async (name) => {
      const { code, stdout, stderr } = await runFixture('addon-threads.mjs', { args: [name] });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { before, imported, used } = JSON.parse(stdout);
      expect(imported).toEqual(before);
      // The measure sees threads: the first kernel above the threshold starts the pool.
      if (name === 'allcores/numeric') expect(used.length).toBe(before.length + 3);
    });
  });
}
