/** A child process, driven as a pool drives it. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { encodeFrame } from '#dist/internal/frames.js';
import { allGone, isRunning } from '../crash/is-running.js';
import { plainSetup } from './plain-setup.js';
import { processDrivers } from './process-driver.js';

const start = processDrivers();

const kinds = [
  { name: 'with shared cells', sharesCells: true },
  { name: 'without', sharesCells: false },
];

describe.each(kinds)('a child $name', ({ sharesCells }) => {
  test('runs items in order, with its own process and name, and ends when it is told to', async () => {
    const driver = start({ sharesCells });
    driver.run((x: number) => [x * 2, process.pid, process.argv.length], [1, 2, 3]);
    await driver.until(() => driver.results().size === 3);
    driver.backend.post({ type: 'stop' });
    const { pid } = driver.backend;
    expect(await driver.exited).toEqual({ begun: 3, exitCode: 0, signal: undefined, reason: 'exit' });
    expect(pid).not.toBe(process.pid);
    expect([...driver.results().values()]).toEqual([1, 2, 3].map((x) => [x * 2, pid, 2]));
  });

  test.each([
    ['exit 0', () => process.exit(0), { exitCode: 0, reason: 'exit' }],
    ['exit 3', () => process.exit(3), { exitCode: 3, reason: 'exit' }],
    ['SIGKILL', () => process.kill(process.pid, 'SIGKILL'), { signal: 'SIGKILL', reason: 'signal' }],
    ['SIGTERM', () => process.kill(process.pid, 'SIGTERM'), { signal: 'SIGTERM', reason: 'signal' }],
    ['SIGSEGV', () => process.kill(process.pid, 'SIGSEGV'), { signal: 'SIGSEGV', reason: 'signal' }],
    ['abort()', () => process.abort(), { signal: 'SIGABRT', reason: 'abort' }],
    [
      'an error that nobody catches',
      () => {
        setTimeout(() => {
          throw new RangeError('nobody');
        });
        return new Promise(() => {});
      },
      { exitCode: 1, reason: 'abort', cause: new RangeError('nobody') },
    ],
    [
      'a rejection that nobody handles',
      () => {
        Promise.reject(new TypeError('nobody'));
        return new Promise(() => {});
      },
      { exitCode: 1, reason: 'abort', cause: new TypeError('nobody') },
    ],
    [
      'undefined, thrown',
      () => {
        setTimeout(() => {
          throw undefined;
        });
        return new Promise(() => {});
      },
      { exitCode: 1, reason: 'abort', cause: undefined },
    ],
    [
      'a heap that is full',
      () => {
        const kept: unknown[] = [];
        for (;;) kept.push(new Array(1000).fill(Math.random()));
      },
      { signal: 'SIGABRT', reason: 'oom' },
    ],
  ])('that ends by %s says so, once, and which item it was', async (_, fn, expected) => {
    const limits = { maxOldGenerationSizeMb: 20, maxYoungGenerationSizeMb: 3 };
    const driver = start({ sharesCells, resourceLimits: limits });
    driver.run((x: number) => x, ['before']);
    await driver.until(({ type }) => type === 'done');
    driver.run(fn, [1, 2], 1);
    const exit = await driver.exited;
    expect(exit).toEqual({ exitCode: undefined, signal: undefined, ...expected, begun: 2 });
    expect(driver.results()).toEqual(new Map([[0, 'before']]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(driver.exits).toBe(1);
  });

  test('that handles an error itself goes on', async () => {
    const driver = start({ sharesCells });
    driver.run(() => {
      process.on('uncaughtException', () => {});
      setTimeout(() => {
        throw new Error('handled');
      });
      return new Promise((resolve) => setTimeout(resolve, 30, 'alive'));
    }, [0]);
    await driver.until(({ type }) => type === 'done');
    driver.run(() => process.exit(4), [0], 1);
    expect(await driver.exited).toEqual({ begun: 2, exitCode: 4, signal: undefined, reason: 'exit' });
  });

  test('that is stopped is terminated, in the middle of synchronous code', async () => {
    const driver = start({ sharesCells });
    driver.run(
      (x: number) => {
        if (x === 1) for (;;);
        return x;
      },
      [0, 1, 2],
      0,
      { announce: true },
    );
    await driver.until((message) => message.type === 'begin' && message.seq === 1);
    driver.backend.stop();
    expect(await driver.exited).toEqual({
      begun: 2,
      exitCode: undefined,
      signal: undefined,
      reason: 'terminated',
    });
    expect(driver.results()).toEqual(new Map([[0, 0]]));
    driver.backend.stop();
    driver.backend.post({ type: 'stop' });
  });

  test('that is asked to end may do so in its own way', async () => {
    const driver = start({ sharesCells });
    driver.run(() => {
      process.on('SIGTERM', () => process.exit(5));
    }, [0]);
    await driver.until(({ type }) => type === 'done');
    driver.backend.terminate?.();
    expect(await driver.exited).toMatchObject({ exitCode: 5, reason: 'exit' });
    const other = start({ sharesCells });
    await other.until(({ type }) => type === 'ready');
    other.backend.terminate?.();
    expect(await other.exited).toMatchObject({ exitCode: undefined, reason: 'terminated' });
  });

  test('ignores SIGINT', async () => {
    const driver = start({ sharesCells });
    await driver.until(({ type }) => type === 'ready');
    process.kill(driver.backend.pid, 'SIGINT');
    driver.run(() => 'alive', [0]);
    await driver.until(({ type }) => type === 'done');
    expect(driver.results().get(0)).toBe('alive');
  });

  test('that exits right after a result of 50 MB has delivered it, and what it wrote', async () => {
    const driver = start({ sharesCells });
    driver.run(
      (x: number) => {
        const exit = () => process.exit(6);
        setImmediate(exit);
        return new Uint8Array(50 << 20).fill(x);
      },
      [9],
    );
    expect(await driver.exited).toEqual({ begun: 1, exitCode: 6, signal: undefined, reason: 'exit' });
    const result = driver.results().get(0) as Uint8Array;
    expect(result.length).toBe(50 << 20);
    expect(result.every((byte) => byte === 9)).toBe(true);
  });

  test('that dies in the middle of a result loses that result and none before it', async () => {
    const driver = start({ sharesCells });
    driver.run(
      async (x: number) => {
        if (x < 2) return 'x'.repeat(1000);
        const { writeSync } = await import('node:fs');
        // A frame that promises more than comes.
        writeSync(5, new Uint8Array([0, 0, 0, 1, 0xff]));
        process.kill(process.pid, 'SIGKILL');
        return 0;
      },
      [0, 1, 2],
    );
    expect(await driver.exited).toMatchObject({ begun: 3, signal: 'SIGKILL' });
    expect([...driver.results().keys()]).toEqual([0, 1]);
  });

  test('refuses what cannot cross before anything was sent, and goes on', async () => {
    const driver = start({ sharesCells });
    for (const bad of [() => 1, new SharedArrayBuffer(8)]) {
      expect(() => driver.run((x: number) => x, [bad])).toThrow(
        expect.objectContaining({ name: 'DataCloneError' }),
      );
    }
    driver.run((x: number) => x, ['good']);
    await driver.until(({ type }) => type === 'done');
    expect(driver.results()).toEqual(new Map([[0, 'good']]));
  });

  test('that writes what is no message is ended', async () => {
    const driver = start({ sharesCells });
    driver.run(async () => {
      const { writeSync } = await import('node:fs');
      writeSync(5, new Uint8Array([3, 0, 0, 0, 0xff, 0x0f, 0x99]));
      for (;;);
    }, [0]);
    expect(await driver.exited).toMatchObject({ reason: 'abort', begun: 1, cause: expect.any(Error) });
  });

  test('that closes its pipe is ended', async () => {
    const driver = start({ sharesCells });
    driver.run(async () => {
      const { closeSync } = await import('node:fs');
      closeSync(5);
      return new Promise(() => {});
    }, [0]);
    expect(await driver.exited).toMatchObject({ begun: 1, signal: 'SIGKILL' });
  });

  test('whose pipe a process of its own holds open has ended all the same, and what comes is not lost', async () => {
    const driver = start({ sharesCells });
    const late = encodeFrame({ type: 'memory', bytes: 1 }).toString('base64');
    driver.run(
      async (frame: string) => {
        const { spawn } = await import('node:child_process');
        const script = `sleep 0.3; echo ${frame} | base64 -d >&3; exec sleep 60`;
        const { pid } = spawn('sh', ['-c', script], {
          stdio: ['ignore', 'ignore', 'ignore', 5],
          detached: true,
        });
        setImmediate(() => process.exit(2));
        return pid;
      },
      [late],
    );
    expect(await driver.exited).toMatchObject({ begun: 1, exitCode: 2, reason: 'exit' });
    process.kill(driver.results().get(0) as number, 'SIGKILL');
    expect(driver.messages).toContainEqual({ type: 'memory', bytes: 1 });
  });

  test('that cannot be started ends at once, with the reason', async () => {
    const driver = start({ sharesCells, execArgv: ['--no-such-option'] });
    expect(await driver.exited).toEqual({ begun: 0, exitCode: 9, signal: undefined, reason: 'exit' });
  });
});

test('an idle child holds nothing of the program, a busy one holds it', async () => {
  const url = new URL('../../dist/backend/process.js', import.meta.url).href;
  const program = (busy: boolean) => `
    import { processBackend } from ${JSON.stringify(url)};
    const backend = processBackend({})(1, 'one');
    backend.onExit = () => console.log('exit');
    backend.onMessage = ({ type }) => {
      if (type === 'ready') {
        console.log('ready');
        backend.setBusy(${busy});
        if (${busy}) setTimeout(() => backend.stop(), 200).unref();
      }
    };
    backend.start();
    backend.post(${JSON.stringify({ ...plainSetup, maxMemory: 0 })});`;
  const run = async (busy: boolean) => {
    const args = ['--input-type=module', '-e', program(busy)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    return stdout;
  };
  expect(await run(true)).toBe('ready\nexit\n');
  expect(await run(false)).toBe('ready\n');
});

test('children belong to the thread that started them', async () => {
  const url = new URL('../../dist/backend/process.js', import.meta.url).href;
  const script = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(url)}).then(({ processBackend }) => {
      const backend = processBackend({})(1, 'one');
      backend.onMessage = ({ type }) => { if (type === 'ready') parentPort.postMessage(backend.pid); };
      backend.start();
      backend.post(${JSON.stringify({ ...plainSetup, maxMemory: 0 })});
    });`;
  const worker = new Worker(script, { eval: true });
  const [pid] = (await once(worker, 'message')) as [number];
  expect(isRunning(pid)).toBe(true);
  await worker.terminate();
  await allGone([pid]);
});
