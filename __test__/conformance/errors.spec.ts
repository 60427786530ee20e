/** What arrives of whatever a task throws, on every kind of worker. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type MapError, type Pool, type SerializationError, tasks } from 'allcores';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { values } from '../fixtures/error-jobs.mjs';
import { backends } from './backends.js';

const jobs = tasks<typeof import('../fixtures/error-jobs.mjs')>(
  new URL('../fixtures/error-jobs.mjs', import.meta.url),
);
const program = fileURLToPath(new URL('../fixtures/error-classes-program.mjs', import.meta.url));
const run = promisify(execFile);

/** The names of the classes of an error, from its own on. */
function classesOf(error: object): string[] {
  const names: string[] = [];
  for (
    let level = Object.getPrototypeOf(error);
    level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    names.push(level.constructor.name);
  }
  return names;
}

describe.each(backends)('errors on $name', ({ open, kind }) => {
  let pool: Pool;
  beforeAll(() => {
    pool = open({ workers: 2 });
  });
  afterAll(() => pool.terminate());

  test.each(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError'])(
    'a %s keeps its class, message and name',
    async (name) => {
      const error = await failureOf(pool.apply(jobs.throwBuiltin, [name, 'what happened']));
      expect(Object.getPrototypeOf(error)).toBe(
        (globalThis as unknown as Record<string, { prototype: object }>)[name]?.prototype,
      );
      expect(error.message).toBe('what happened');
      expect(Object.keys(error)).toEqual([]);
    },
  );

  test("classes of the task's module arrive as themselves, whatever they extend", async () => {
    const error = await failureOf(pool.apply(jobs.throwDuty, ['late']));
    expect(classesOf(error)).toEqual(['DutyError', 'TariffError', 'RangeError', 'Error']);
    expect(error).toMatchObject({ name: 'DutyError', message: 'late', rate: 19, duty: 'paid' });
    expect(classesOf(error.cause as Error)).toEqual(['TariffError', 'RangeError', 'Error']);
  });

  test('a class that is not exported arrives as its nearest known base, with its name', async () => {
    const error = await failureOf(pool.apply(jobs.throwUnexported, ['u']));
    expect(classesOf(error)).toEqual(['DutyError', 'TariffError', 'RangeError', 'Error']);
    expect(error).toMatchObject({ name: 'UnexportedError', duty: 'paid' });
    const hidden = await failureOf(pool.apply(jobs.throwHidden, ['h']));
    expect(classesOf(hidden)).toEqual(['SyntaxError', 'Error']);
    expect(hidden.name).toBe('HiddenError');
  });

  test('a program sees instances of the classes that it imports itself', async () => {
    const { stdout } = await run(process.execPath, [program, kind]);
    expect(stdout).toBe('all of their own classes\n');
  });

  test('own properties arrive as they were; what cannot cross is left behind alone', async () => {
    const error = await failureOf<Error & Record<string, unknown>>(pool.apply(jobs.throwFull));
    expect(Object.keys(error)).toEqual(['rows', 'url', 'nothing', 'self']);
    expect(error['rows']).toEqual([1, { bytes: Buffer.from('b') }]);
    expect(error['url']).toEqual(new URL('https://example.org/'));
    expect(error['self']).toBe(error);
    expect(Object.getOwnPropertyDescriptor(error, 'code')).toMatchObject({
      value: 'E_FULL',
      enumerable: false,
    });
  });

  test('the chain of causes arrives, with a cause that is no error', async () => {
    const error = await failureOf(pool.apply(jobs.throwCauses));
    const middle = error.cause as Error;
    const root = middle.cause as Error;
    expect(classesOf(middle)[0]).toBe('DutyError');
    expect(root).toBeInstanceOf(EvalError);
    expect(root.cause).toEqual({ plain: [1, 2] });
    expect(Object.keys(error)).toEqual([]);
    expect(root.stack).toContain('error-jobs.mjs');
  });

  test('causes that lead back to the error still do', async () => {
    const error = await failureOf(pool.apply(jobs.throwCycle));
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).cause).toBe(error);
  });

  test('an AggregateError keeps its errors and its cause', async () => {
    const error = await failureOf<AggregateError>(pool.apply(jobs.throwAggregate));
    expect(error).toBeInstanceOf(AggregateError);
    expect(classesOf(error.errors[0])[0]).toBe('DutyError');
    expect(error.errors.slice(1)).toEqual(['two', null]);
    expect(error.cause).toBe(0);
  });

  test('a frozen error arrives with its properties and both stacks', async () => {
    const error = await failureOf<Error & { code: string; stack: string }>(pool.apply(jobs.throwFrozen));
    expect(error.code).toBe('E_ICE');
    expect(error.stack).toContain('error-jobs.mjs');
    expect(error.stack).toContain('errors.spec');
  });

  test('getters of an error that throw cost their properties only', async () => {
    const error = await failureOf(pool.apply(jobs.throwWithGetters));
    expect(error.message).toBe('with getters');
    expect(error.stack).toContain('throwWithGetters');
    expect(error.cause).toBeUndefined();
  });

  test('a stack of thousands of frames arrives whole', async () => {
    const error = await failureOf<Error & { stack: string }>(pool.apply(jobs.throwDeep, [3000]));
    expect(error.stack.match(/at down/g)).toHaveLength(3001);
    expect(error.stack).toContain('errors.spec');
  });

  test('a stack that the program formatted to no text is replaced by the message and the caller', async () => {
    const error = await failureOf<Error & { stack: string }>(pool.apply(jobs.throwOddStack));
    expect(error.stack).toMatch(/^Error: odd\n\s+at .*errors\.spec/);
  });

  test.each(Object.keys(values))('a thrown value that is no error arrives as it is: %s', async (name) => {
    const outcome = await pool.apply(jobs.throwValue, [name]).then(
      () => 'it did not fail',
      (reason: unknown) => [reason],
    );
    expect(outcome).toStrictEqual([values[name]]);
    const { errors } = await failureOf<MapError>(
      pool.map(jobs.throwValue, [name, name], { errors: 'collect' }),
    );
    expect(errors).toStrictEqual([
      { index: 0, reason: values[name] },
      { index: 1, reason: values[name] },
    ]);
  });

  test.each(['a function', 'a symbol'])(
    'a thrown value that cannot cross is a SerializationError: %s',
    async (name) => {
      const error = await failureOf<SerializationError>(pool.apply(jobs.throwValue, [name]));
      expect(error).toMatchObject({ name: 'SerializationError', path: 'error' });
    },
  );

  test('an error that holds shared memory is not lost for it', async () => {
    const error = await failureOf(pool.apply(jobs.throwWithShared));
    expect(error).toMatchObject({
      name: 'DutyError',
      message: 'shared',
      duty: 'paid',
      cause: { message: 'why' },
    });
  });

  test('the uncaught error that ended a worker is the cause of its calls’ failure', async () => {
    await using own = open({ workers: 1 });
    const error = await failureOf(own.apply(jobs.throwUncaught));
    expect(error).toMatchObject({ name: 'WorkerDiedError', reason: 'abort' });
    expect(error.cause).toMatchObject({ name: 'RangeError', message: 'nobody catches it' });
  });

  test("errors of allcores' own arrive as themselves from a task, and from a pool in a task", async () => {
    const error = await failureOf(pool.apply(jobs.throwOwn, ['TimeoutError']));
    expect(error).toMatchObject({
      name: 'TimeoutError',
      code: 'ALLCORES_ERR_TIMEOUT',
      message: 'made by the task',
    });
    const nested = await failureOf(pool.apply(jobs.throwOwn, ['nested']));
    expect(nested).toMatchObject({ code: 'ALLCORES_ERR_WORKER_DIED', exitCode: 3, reason: 'exit' });
  });

  test("the stack has the task's frames, then the caller's, and none of the worker's own", async () => {
    for (const call of [
      async function theCaller() {
        return await failureOf(pool.apply(jobs.throwDuty, ['sync']));
      },
      async function theCaller() {
        return await failureOf(pool.apply(jobs.rejectLater, ['async']));
      },
      async function theCaller() {
        return await failureOf(pool.map(jobs.throwDuty, ['item']));
      },
    ]) {
      const { stack = '' } = await call();
      const [task, caller] = [stack.indexOf('error-jobs.mjs'), stack.indexOf('theCaller')];
      expect(task).toBeGreaterThan(0);
      expect(caller).toBeGreaterThan(task);
      expect(stack).not.toMatch(/Loop|[\\/](?:dist|lib|src)[\\/](?:worker|chunks)[\\/]/);
    }
  });

  test("frames of allcores' own code that the task has called are kept", async () => {
    const { stack = '' } = await failureOf(pool.apply(jobs.throwFromKernel));
    expect(stack).toMatch(/Expected[^\n]*\n(?:.*[\\/]allcores|.*[\\/]lib[\\/]|.*[\\/]dist[\\/])/s);
    expect(stack).toContain('throwFromKernel');
  });

  describe('with source maps', () => {
    let folder: string;
    let mapped: { boom(x: number): never; later(x: number): Promise<never> } & object;
    const source = [
      'interface Item { x: number }',
      '',
      'export function boom(x: number): never {',
      '  const item: Item = { x };',
      "  throw new RangeError('mapped ' + item.x);",
      '}',
      'export async function later(x: number): Promise<never> {',
      '  await undefined;',
      '  return boom(x);',
      '}',
    ].join('\n');
    const references = () => tasks<typeof mapped>(pathToFileURL(join(folder, 'mapped.mjs')));

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'allcores-maps-'));
      const { code } = await transform(source, {
        loader: 'ts',
        minify: true,
        sourcemap: 'inline',
        sourcefile: 'original.ts',
      });
      await writeFile(join(folder, 'mapped.mjs'), code);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    test.each([
      ['execArgv', { execArgv: ['--enable-source-maps'] }],
      ['NODE_OPTIONS', { env: { ...process.env, NODE_OPTIONS: '--enable-source-maps' } }],
    ])(
      'in %s the frames are those of the source, and the worker’s own are still left out',
      async (_name, options) => {
        await using mapping = open({ workers: 1, ...options });
        const { boom, later } = references();
        for (const fn of [boom, later]) {
          const { stack = '' } = await failureOf(mapping.apply(fn, [1]));
          expect(stack).toMatch(/RangeError: mapped 1\n\s+at boom \(.*original\.ts:5:9\)/);
          expect(stack).toContain('errors.spec');
          expect(stack).not.toMatch(/Loop|[\\/](?:dist|lib|src)[\\/](?:worker|chunks)[\\/]/);
        }
      },
    );

    test('without the option they are those of the file that ran', async () => {
      const { stack } = await failureOf(pool.apply(references().boom, [1]));
      expect(stack).toMatch(/at .*mapped\.mjs:1:\d+/);
    });
  });
});
