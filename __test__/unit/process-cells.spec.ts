/** What a pool sees of a child process through the memory that they share. */

import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { processDrivers } from './process-driver.js';

const start = processDrivers();

describe('cells that a child shares', () => {
  test('tell from outside what synchronous code has begun, and stop what is recalled', async () => {
    const driver = start();
    driver.run(
      (x: number) => {
        const until = performance.now() + (x === 0 ? 200 : 0);
        while (performance.now() < until);
        return x;
      },
      [0, 1, 2, 3],
      0,
      { announce: true },
    );
    await driver.until(({ type }) => type === 'begin');
    expect(driver.backend.begun()).toBe(1);
    expect(driver.backend.recall(2, 4)).toBe(1);
    await driver.until(({ type }) => type === 'dropped');
    driver.backend.post({ type: 'stop' });
    expect(await driver.exited).toMatchObject({ exitCode: 0 });
    expect(driver.results()).toEqual(
      new Map([
        [0, 0],
        [1, 1],
      ]),
    );
  });

  test('tell synchronous code that it was cancelled', async () => {
    const driver = start();
    driver.run(
      () => {
        const state = (globalThis as Record<symbol, { context(): { cancelled: boolean } }>)[
          Symbol.for('allcores.worker')
        ];
        while (state?.context().cancelled !== true);
        return 'seen';
      },
      [0],
      0,
      { announce: true },
    );
    await driver.until(({ type }) => type === 'begin');
    driver.backend.flagCancelled(0);
    await driver.until(({ type }) => type === 'done');
    expect(driver.results().get(0)).toBe('seen');
  });

  test('keep the results that lie in the ring when the child is killed', async () => {
    const driver = start();
    driver.run(
      (x: number) => {
        if (x === 50) process.kill(process.pid, 'SIGKILL');
        return x;
      },
      Array.from({ length: 100 }, (_, x) => x),
    );
    expect(await driver.exited).toMatchObject({ begun: 51, signal: 'SIGKILL' });
    expect([...driver.results().keys()]).toEqual(Array.from({ length: 50 }, (_, x) => x));
  });

  test('keep no descriptor open here', async () => {
    const open = () => {
      const paths = readdirSync('/proc/self/fd').map((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`);
        } catch {
          return '';
        }
      });
      return paths.filter((path) => path.includes('memfd:allcores')).length;
    };
    const before = open();
    const driver = start();
    expect(open()).toBe(before);
    await driver.until(({ type }) => type === 'ready');
    expect(open()).toBe(before);
  });

  test('keep a result in the ring that the child could not tell of any more', async () => {
    const driver = start();
    driver.run(async () => {
      const { closeSync, openSync } = await import('node:fs');
      closeSync(5);
      // The signal goes nowhere.
      return openSync('/dev/null', 'w');
    }, [0]);
    await driver.exited;
    expect(driver.results()).toEqual(new Map([[0, 5]]));
  });

  test('do not exist without shared memory: the backend does not pretend', async () => {
    const driver = start({ sharesCells: false });
    await driver.until(({ type }) => type === 'ready');
    expect([driver.backend.begun(), driver.backend.recall(0, 1)]).toEqual([undefined, undefined]);
    // Each item announces itself, after the results before it.
    driver.run(
      (x: number) => {
        if (x === 3) process.kill(process.pid, 'SIGKILL');
        return x;
      },
      [0, 1, 2, 3, 4],
      0,
      { gather: true },
    );
    expect(await driver.exited).toMatchObject({ begun: 4, signal: 'SIGKILL' });
    expect([...driver.results().keys()]).toEqual([0, 1, 2]);
  });
});
