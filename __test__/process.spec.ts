import { constants } from 'node:os';
import { activeChildren, InvalidStateError, Process, type ProcessOptions } from 'allcores';
import { factorial } from 'allcores/factorial';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { collectGarbage } from './collect-garbage.js';
import { jobs, kinds, newFile, run, runUntilTold, told } from './process/told.js';

const { SIGINT, SIGKILL, SIGTERM } = constants.signals;

describe.each(kinds)('a Process of kind %s', (kind) => {
  test('goes through its whole life: before start, alive, ended', async () => {
    const file = newFile();
    const child = new Process({ target: jobs.whoAmI, args: [file], kind, name: 'Ada' });
    expect([child.isAlive(), child.exitCode, child.pid]).toEqual([false, undefined, undefined]);
    expect(activeChildren()).not.toContain(child);
    child.start();
    expect([child.isAlive(), child.exitCode, activeChildren().includes(child)]).toEqual([
      true,
      undefined,
      true,
    ]);
    expect(child.pid === process.pid).toBe(kind === 'thread');
    expect(await child.join()).toBe(true);
    expect([child.isAlive(), child.exitCode, activeChildren().includes(child)]).toEqual([false, 0, false]);
    expect([await child.exited, await child.join(), await child.join({ timeout: 5 })]).toEqual([
      0,
      true,
      true,
    ]);
    expect(await told(file)).toMatchObject({
      current: { name: 'Ada', pid: child.pid, daemon: false, alive: true },
      pid: child.pid,
      children: 0,
    });
  });

  test('knows the number and the name of its parent', async () => {
    const file = newFile();
    await run({ target: jobs.whoAmI, args: [file], kind }).join();
    const parent = { name: 'MainProcess', pid: process.pid, daemon: false, alive: true };
    expect(await told(file)).toMatchObject({ parent });
  });

  test('runs an inline function', async () => {
    const target = async (file: string, text: string) => {
      const { writeFileSync } = await import('node:fs');
      writeFileSync(file, JSON.stringify(text));
    };
    const file = newFile();
    const child = run({ target, args: [file, 'inline'], kind });
    await child.join();
    expect([child.exitCode, await told(file)]).toEqual([0, 'inline']);
  });

  test('join with a timeout of 0 or less only looks, and one above waits so long at most', async () => {
    const child = run({ target: jobs.stay, args: [newFile()], kind });
    const begin = performance.now();
    expect(await child.join({ timeout: 0 })).toBe(false);
    expect(await child.join({ timeout: -1 })).toBe(false);
    expect(performance.now() - begin).toBeLessThan(100);
    expect(await child.join({ timeout: 50 })).toBe(false);
    expect(performance.now() - begin).toBeGreaterThan(45);
    child.kill();
    expect(await child.join()).toBe(true);
    expect(await child.join({ timeout: 0 })).toBe(true);
  });

  test('every one who joins it is told of its end', async () => {
    const child = run({ target: jobs.stay, args: [newFile()], kind });
    const joined = [child.join(), child.join({ timeout: 20_000 }), child.join()];
    child.terminate();
    expect(await Promise.all(joined)).toEqual([true, true, true]);
  });

  test('interrupt() ends it with exit code 1 when it does not handle that', async () => {
    const file = newFile();
    const child = await runUntilTold({ target: jobs.stay, args: [file], kind }, file);
    child.interrupt();
    await child.join();
    expect(child.exitCode).toBe(1);
  });

  test('interrupt() ends it by the signal when the system handles that', async () => {
    const file = newFile();
    const child = await runUntilTold({ target: jobs.stayWithSystemHandler, args: [file], kind }, file);
    child.interrupt();
    await child.join();
    expect(child.exitCode).toBe(-SIGINT);
  });

  test('interrupt() reaches its own listeners', async () => {
    const file = newFile();
    const child = await runUntilTold({ target: jobs.listenToInterrupt, args: [file], kind }, file);
    child.interrupt();
    await child.join();
    expect([child.exitCode, await told(`${file}.heard`)]).toEqual([22, true]);
  });

  test.each([
    ['terminate', SIGTERM],
    ['kill', SIGKILL],
  ] as const)('%s() ends a loop that never returns, and the exit code tells', async (method, signal) => {
    const file = newFile();
    const child = await runUntilTold({ target: jobs.spin, args: [file], kind }, file);
    child[method]();
    expect(await child.join({ timeout: 10_000 })).toBe(true);
    expect([child.exitCode, child.isAlive()]).toEqual([-signal, false]);
    child[method]();
    child.interrupt();
    expect(child.exitCode).toBe(-signal);
  });

  test('process.exit(n) in it, and process.exitCode, are its exit code', async () => {
    const codes = [3, 0, 255, 256 + 4, -1];
    const ended = codes.map((code) => run({ target: jobs.exit, args: [code], kind }).exited);
    expect(await Promise.all(ended)).toEqual([3, 0, 255, 4, 255]);
    expect(await run({ target: jobs.setExitCode, args: [9], kind }).exited).toBe(9);
  });

  test('an error gives exit code 1: thrown, rejected, or caught by nobody', async () => {
    const children = [
      run({ target: jobs.fail, args: ['expected in the output'], kind }),
      run({ target: jobs.failLater, args: ['expected in the output, no error'], kind }),
      run({ target: jobs.failInTimer, kind }),
      run({ target: jobs.reject, kind }),
    ];
    expect(await Promise.all(children.map((child) => child.exited))).toEqual([1, 1, 1, 1]);
  });

  test('a target that waits for what cannot come is no success', async () => {
    expect(await run({ target: jobs.waitForever, kind }).exited).toBe(13);
  });

  test('it ends only when its event loop is empty', async () => {
    const file = newFile();
    const child = run({ target: jobs.lateWork, args: [file], kind });
    await child.join();
    expect([child.exitCode, await told(file)]).toEqual([0, 'done']);
  });

  test('listeners of `exit` run in it, also after process.exit()', async () => {
    const file = newFile();
    await run({ target: jobs.atExit, args: [file], kind }).join();
    expect(await told(file)).toBe(0);
  });

  test('has `exited`: an error before the start, pending while it runs, then its exit code', async () => {
    const child = new Process({ target: jobs.stay, args: [newFile()], kind });
    expect(() => child.exited).toThrow(InvalidStateError);
    child.start();
    expect(await Promise.race([child.exited, Promise.resolve('pending')])).toBe('pending');
    child.kill();
    expect(await child.exited).toBe(-SIGKILL);
  });

  test('starts only once', async () => {
    const child = run({ target: () => {}, kind });
    expect(() => child.start()).toThrow(InvalidStateError);
    await child.join();
    expect(() => child.start()).toThrow(InvalidStateError);
  });

  test('cannot be joined, signalled or waited for before it was started', async () => {
    const child = new Process({ target: () => {}, kind });
    await expect(child.join()).rejects.toThrow(InvalidStateError);
    for (const method of ['terminate', 'kill', 'interrupt'] as const) {
      expect(() => child[method](), method).toThrow(InvalidStateError);
    }
  });

  test('close() is an error while it is alive; after it everything is, but the name and another close()', async () => {
    const child = run({ target: jobs.stay, args: [newFile()], kind, name: 'closed' });
    expect(() => child.close()).toThrow(InvalidStateError);
    child.kill();
    await child.join();
    child.close();
    child.close();
    const uses = [
      () => child.start(),
      () => child.terminate(),
      () => child.kill(),
      () => child.interrupt(),
      () => child.isAlive(),
      () => child.pid,
      () => child.exitCode,
      () => child.exited,
    ];
    for (const use of uses) expect(use, String(use)).toThrow(InvalidStateError);
    await expect(child.join()).rejects.toThrow(InvalidStateError);
    expect([child.name, child.daemon]).toEqual(['closed', false]);
  });

  test('is forgotten when it has ended', async () => {
    const forgotten = await (async () => {
      const child = new Process({ target: () => {}, kind });
      child.start();
      await child.join();
      return new WeakRef(child);
    })();
    for (let round = 0; round < 20 && forgotten.deref() !== undefined; round++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collectGarbage();
    }
    expect(forgotten.deref()).toBeUndefined();
  });

  test('disposal ends it, waits and closes it, whatever its state', async () => {
    const file = newFile();
    const alive = await runUntilTold({ target: jobs.stay, args: [file], kind }, file);
    const { exited } = alive;
    const [created, ended] = [new Process({ target: () => {}, kind }), run({ target: () => {}, kind })];
    await ended.join();
    for (const child of [alive, created, ended]) {
      await child[Symbol.asyncDispose]();
      await child[Symbol.asyncDispose]();
      expect(() => child.isAlive()).toThrow(InvalidStateError);
    }
    expect(await exited).toBe(-SIGTERM);
  });

  test('the arguments are those of the call: options of later changes and other instances do not matter', async () => {
    const [one, two] = [newFile(), newFile()];
    const args = [one, 1];
    const child = new Process({ target: jobs.show, args, kind });
    args.push(2);
    const other = new Process({ target: jobs.show, args: [two], kind });
    for (const each of [child, other]) {
      each.start();
      await each.join();
    }
    expect([await told(one), await told(two)]).toEqual(['[ 1 ]', '[]']);
    const none = (...given: unknown[]) => process.exit(given.length);
    expect(await run({ target: none, kind }).exited).toBe(0);
  });

  test('a name can be given, is checked, and is Process-<number> otherwise', async () => {
    const [first, second] = [
      new Process({ target: () => {}, kind }),
      new Process({ target: () => {}, kind }),
    ];
    const [, number] = /^Process-(\d+)$/.exec(first.name) as unknown as [string, string];
    expect(second.name).toBe(`Process-${Number(number) + 1}`);
    const file = newFile();
    const child = new Process({ target: jobs.whoAmI, args: [file], kind });
    child.name = 'renamed';
    expect(() => {
      child.name = 5 as never;
    }).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
    child.start();
    await child.join();
    expect(await told(file)).toMatchObject({ current: { name: 'renamed' } });
  });

  test('a subclass is named after itself, and brings its own target', async () => {
    class Greeter extends Process {
      readonly file: string;
      constructor(file: string) {
        super({ target: jobs.whoAmI, args: [file], kind });
        this.file = file;
      }
    }
    const child = new Greeter(newFile());
    child.start();
    await child.join();
    expect(await told(child.file)).toMatchObject({
      current: { name: expect.stringMatching(/^Greeter-\d+$/) },
    });
  });

  test('its environment and options of Node can be set, and are inherited otherwise', async () => {
    process.env['ALLCORES_TEST_MARK'] = 'inherited';
    try {
      const read = async (options: Partial<ProcessOptions>) => {
        const file = newFile();
        await run({ target: jobs.environment, args: [file, 'ALLCORES_TEST_MARK'], kind, ...options }).join();
        return told(file);
      };
      expect(await read({})).toMatchObject({ value: 'inherited' });
      expect(await read({ env: { ALLCORES_TEST_MARK: 'given' } })).toMatchObject({ value: 'given' });
      const execArgv = ['--conditions=tested'];
      expect(await read({ execArgv })).toMatchObject({ execArgv });
    } finally {
      delete process.env['ALLCORES_TEST_MARK'];
    }
  });

  test('join goes on when signals arrive', async () => {
    let heard = 0;
    const listener = () => void heard++;
    process.on('SIGUSR2', listener);
    try {
      const child = run({ target: jobs.lateWork, args: [newFile()], kind });
      const timer = setInterval(() => process.kill(process.pid, 'SIGUSR2'), 10);
      expect(await child.join()).toBe(true);
      clearInterval(timer);
      expect([child.exitCode, heard > 0]).toEqual([0, true]);
    } finally {
      process.off('SIGUSR2', listener);
    }
  });
});

describe('a Process', () => {
  test('that handles SIGTERM ends as it likes, and disposal does not wait for ever', async () => {
    const [handled, ignored] = [newFile(), newFile()];
    const child = await runUntilTold({ target: jobs.exitOnTerm, args: [handled] }, handled);
    child.terminate();
    await child.join();
    expect(child.exitCode).toBe(21);
    const stubborn = await runUntilTold({ target: jobs.ignoreTerm, args: [ignored] }, ignored);
    const { exited } = stubborn;
    await stubborn[Symbol.asyncDispose]();
    expect(await exited).toBe(-SIGKILL);
  });

  test('gives its exit code whatever becomes of its output', async () => {
    const codes = [false, true].map((fails) => run({ target: jobs.withoutOutput, args: [fails] }).exited);
    expect(await Promise.all(codes)).toEqual([0, 1]);
  });

  const bad: [string, unknown, string][] = [
    ['no options', undefined, 'ERR_INVALID_ARG_TYPE'],
    ['no target', {}, 'ERR_INVALID_ARG_TYPE'],
    ['a target that is text', { target: 'run' }, 'ERR_INVALID_ARG_TYPE'],
    ['a native function', { target: Math.max }, 'ERR_INVALID_ARG_VALUE'],
    ['a kernel', { target: factorial }, 'ERR_INVALID_ARG_VALUE'],
    ['an unknown option', { target: () => {}, deamon: true }, 'ERR_INVALID_ARG_VALUE'],
    ['arguments that are no list', { target: () => {}, args: 5 }, 'ERR_INVALID_ARG_TYPE'],
    ['a name that is no text', { target: () => {}, name: 5 }, 'ERR_INVALID_ARG_TYPE'],
    ['a daemon that is a number', { target: () => {}, daemon: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['a kind that is none', { target: () => {}, kind: 'fork' }, 'ERR_INVALID_ARG_VALUE'],
    ['an environment that is text', { target: () => {}, env: 'A=1' }, 'ERR_INVALID_ARG_TYPE'],
    ['options of Node that are text', { target: () => {}, execArgv: '-r x' }, 'ERR_INVALID_ARG_TYPE'],
    ['an option of Node that is a number', { target: () => {}, execArgv: [1] }, 'ERR_INVALID_ARG_TYPE'],
    ['a program that is a number', { target: () => {}, execPath: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['a program on the web', { target: () => {}, execPath: new URL('http://x/') }, 'ERR_INVALID_ARG_TYPE'],
    ['a program for a thread', { target: () => {}, execPath: '/x', kind: 'thread' }, 'ERR_INVALID_ARG_VALUE'],
  ];
  test.each(bad)('refuses %s when it is made', (_title, options, code) => {
    expect(() => new Process(options as ProcessOptions)).toThrow(
      expect.objectContaining({ name: 'TypeError', code }),
    );
  });

  test('join refuses a timeout that is no whole number of milliseconds', async () => {
    const child = run({ target: () => {} });
    const codes = await Promise.all(
      [Number.NaN, 0.5, 2 ** 31, '5', null].map((timeout) =>
        child.join({ timeout: timeout as number }).catch((error: { code: string }) => error.code),
      ),
    );
    const [type, range] = ['ERR_INVALID_ARG_TYPE', 'ERR_OUT_OF_RANGE'];
    expect(codes).toEqual([range, range, range, type, type]);
    await expect(child.join({ wait: 5 } as never)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });

  test('reads its own options only', async () => {
    const polluted = Object.prototype as Record<string, unknown>;
    Object.assign(polluted, { daemon: true, kind: 'thread', name: 'polluted', timeout: 0 });
    try {
      const child = run({ target: () => process.exit(5) });
      expect([child.daemon, child.name === 'polluted', child.pid === process.pid]).toEqual([
        false,
        false,
        false,
      ]);
      expect([await child.join({}), child.exitCode]).toEqual([true, 5]);
    } finally {
      for (const name of ['daemon', 'kind', 'name', 'timeout']) delete polluted[name];
    }
  });

  test('has the types of the documentation', () => {
    const options: ProcessOptions = { target: (a: number, b: string) => b.repeat(a), args: [1, 'x'] };
    expectTypeOf({ target: jobs.whoAmI }).toExtend<ProcessOptions>();
    expectTypeOf(new Process(options)).toExtend<AsyncDisposable>();
    expectTypeOf<Process['exited']>().toEqualTypeOf<Promise<number>>();
    expectTypeOf<Process['exitCode']>().toEqualTypeOf<number | undefined>();
  });
});
