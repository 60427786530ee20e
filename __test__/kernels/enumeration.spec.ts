import { cancelThreadKernels, machine, readMemory, threadActivity } from 'allcores/diagnostics';
import { describe, expect, test } from 'vitest';
import { arrayTypes } from '../fixtures/kernel-data.mjs';
import { raster } from './image-rows.js';
import type { Code } from './rows.js';
import { modules } from './table.js';

type Callable = ((...args: unknown[]) => unknown) & {
  readonly async: (...args: unknown[]) => Promise<unknown>;
};

const kernels = modules.flatMap(({ name: module, exported, rows }) =>
  Object.entries(rows).map(([name, row]) => ({ module, name, row, kernel: exported[name] as Callable })),
);

/** The options that a kernel says it takes, from the error for one that it does not know. */
function documented(
  kernel: (...args: unknown[]) => unknown,
  args: unknown[],
  required: object | undefined,
): string[] {
  try {
    kernel(...args, { ...required, nonsense: 1 });
  } catch (error) {
    return namesIn(error);
  }
  throw new Error('an unknown option was accepted');
}

function namesIn(error: unknown): string[] {
  const { code, message } = error as Error & { code: string };
  expect({ error: (error as Error).name, code }).toEqual({
    error: 'TypeError',
    code: 'ERR_INVALID_ARG_VALUE',
  });
  expect(message).toMatch(/^Unknown option `nonsense` of /);
  const [, list = ''] = message.split('; ');
  return [...list.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
}

async function refused(kernel: Callable, args: readonly unknown[], code: Code): Promise<void> {
  const name = code === 'ERR_OUT_OF_RANGE' ? 'RangeError' : 'TypeError';
  let thrown: unknown;
  try {
    kernel(...args);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name, code, message: expect.stringMatching(/^(Expected|Unknown|The) /) });
  // The asynchronous form never throws: it rejects, with the same error.
  const promise = kernel.async(...args);
  // (Which names it takes differs by `signal`.)
  const [message] = (thrown as Error).message.split('; it takes ');
  await expect(promise).rejects.toMatchObject({
    name,
    code,
    message: expect.stringContaining(message as string),
  });
}

/** Both forms of a valid call; they agree. */
async function both(kernel: Callable, args: () => unknown[]): Promise<unknown> {
  const plain = snapshot(kernel(...args()));
  expect(snapshot(await kernel.async(...args()))).toEqual(plain);
  return plain;
}

/** A copy, because an `out` is written again by the next call. */
function snapshot(value: unknown): unknown {
  return structuredClone(value);
}

describe.each(modules)('$name', ({ exported, rows, plain }) => {
  test('has a row in the table for every export', () => {
    expect(Object.keys(exported).sort()).toEqual([...Object.keys(rows), ...plain].sort());
  });

  test('exports kernels: functions with an async form', () => {
    for (const name of Object.keys(rows)) {
      expect(exported[name], name).toBeTypeOf('function');
      expect((exported[name] as Callable).async, name).toBeTypeOf('function');
    }
  });
});

describe.each(kernels)('$name of $module', ({ kernel, row, name }) => {
  const { args, required, options, bad } = row;

  test('has a row in the table for every option that it names', async () => {
    expect(documented(kernel, args(), required).sort()).toEqual(Object.keys(options).sort());
    const error: unknown = await kernel
      .async(...args(), { ...required, nonsense: 1 })
      .catch((reason) => reason);
    const names = [...Object.keys(options), 'signal', ...(row.asyncOptions ?? [])];
    expect(namesIn(error).sort()).toEqual(names.sort());
  });

  test('gives the same plainly and asynchronously, with every good value of every option', async () => {
    const result = await both(kernel, () => (required ? [...args(), required] : args()));
    for (const empty of required ? [] : [undefined, {}, Object.create(null)]) {
      expect(await both(kernel, () => [...args(), empty])).toEqual(result);
    }
    for (const [option, { good, beside }] of Object.entries(options)) {
      for (const value of good) {
        const given = option === 'out' && value === undefined ? {} : { [option]: value };
        await both(kernel, () => [...args(), { ...required, ...beside, ...given }]);
      }
    }
  });

  test('refuses every bad value of every option', async () => {
    for (const [option, { bad: values, beside }] of Object.entries(options)) {
      for (const [value, code] of values) {
        await refused(kernel, [...args(), { ...required, ...beside, [option]: value }], code);
      }
    }
  });

  test('refuses every bad argument', async () => {
    for (const [list, code] of bad) await refused(kernel, required ? [...list, required] : list, code);
  });

  test('refuses options that are no object or not its own', async () => {
    for (const value of [1, 'text', true, null, () => ({}), Symbol('x')]) {
      await refused(kernel, [...args(), value], 'ERR_INVALID_ARG_TYPE');
    }
    await refused(kernel, [...args(), { ...required, [`${name}s`]: 1 }], 'ERR_INVALID_ARG_VALUE');
    await refused(kernel, [...args(), { ...required, __proto__x: 1 }], 'ERR_INVALID_ARG_VALUE');
  });

  test('reads no option from a prototype', async () => {
    const result = await both(kernel, () => (required ? [...args(), required] : args()));
    const polluted = {
      ...Object.fromEntries(Object.keys(options).map((key) => [key, Symbol('bad')])),
      signal: 1,
      nonsense: 1,
    };
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    const given = Object.assign(Object.create(polluted) as object, required);
    expect(await both(kernel, () => [...args(), given])).toEqual(result);
    const keys = Object.keys(polluted).filter((key) => !(key in prototype));
    let outcome: unknown;
    try {
      for (const key of keys) prototype[key] = polluted[key as keyof typeof polluted];
      outcome = [kernel(...args(), { ...required }), await kernel.async(...args(), { ...required })];
    } catch (error) {
      outcome = error;
    } finally {
      for (const key of keys) delete prototype[key];
    }
    expect(outcome).toEqual([result, result]);
  });

  test('passes on what a getter of its options throws', async () => {
    const reason = new Error('thrown by a getter');
    const [option = 'signal'] = Object.keys(options);
    const given = Object.defineProperty({}, option, {
      enumerable: true,
      get: () => {
        throw reason;
      },
    });
    await expect(kernel.async(...args(), given)).rejects.toBe(reason);
  });
});

const types = arrayTypes.map((type) => ({ type, name: type.name }));
// Those of one raster.
const imageKernels = kernels.filter(({ module, row }) => {
  const [first, ...rest] = row.args();
  const raster = typeof first === 'object' && first !== null && 'channels' in first;
  return module === 'allcores/image' && raster && rest.length === 0;
});

describe.each(types)('pixels in a $name', ({ type, name }) => {
  test('are taken by every image kernel that has a meaning for them, and refused else', async () => {
    const bytes = name === 'Uint8Array' || name === 'Uint8ClampedArray';
    for (const { kernel, row } of imageKernels) {
      const taken = row.samples ?? ['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Float32Array'];
      const { data } = raster();
      const converted = name.startsWith('Big') ? Array.from(data, BigInt) : data;
      const given = raster({ data: new type(converted as never) });
      if (bytes) {
        const expected = kernel(raster(), row.required) as { data: Uint8Array } | Uint8Array;
        const result = kernel(given, row.required) as typeof expected;
        const pixels = (value: typeof expected) =>
          Array.from('data' in value ? value.data : value, (part: unknown) =>
            typeof part === 'object' && part !== null && 'data' in part
              ? Array.from(part.data as Uint8Array)
              : part,
          );
        expect(pixels(result)).toEqual(pixels(expected));
        if ('data' in result) expect(result.data.constructor.name).toBe(name);
      } else if (taken.includes(name)) {
        const result = kernel(given, row.required) as { data?: Uint8Array };
        if (result.data !== undefined) expect(result.data.constructor.name).toBe(name);
      } else {
        await refused(kernel, [given, row.required], row.otherSamples?.[name] ?? 'ERR_INVALID_ARG_TYPE');
      }
    }
  });

  test('or anything else are read byte by byte by readMemory', async () => {
    const x = new type(1000);
    const bytes = new Uint8Array(x.buffer).map((_, i) => (i * 31) % 256);
    new Uint8Array(x.buffer).set(bytes);
    let expected = 0n;
    for (let i = 0; i < bytes.length; i += 8) {
      const word = Buffer.alloc(8);
      word.set(bytes.subarray(i, i + 8));
      expected ^= word.readBigUInt64LE();
    }
    expect(readMemory(x)).toBe(expected);
    expect(await readMemory.async(x)).toBe(expected);
  });
});

describe('the plain functions of allcores/diagnostics', () => {
  test('machine() says what the native side found', () => {
    const { cores, threads, usedThreads, level, levels } = machine();
    expect(cores).toBeGreaterThanOrEqual(1);
    expect(threads).toBeGreaterThanOrEqual(1);
    expect(usedThreads).toBeLessThanOrEqual(threads);
    expect(levels).toContain(level);
    expect(levels[0]).toBe('scalar');
  });

  test.each([
    ['threadActivity', threadActivity],
    ['cancelThreadKernels', cancelThreadKernels],
  ] as const)('%s refuses what is no thread number', (_, fn) => {
    for (const value of [undefined, null, '1', 1n]) {
      expect(() => fn(value as unknown as number)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
      );
    }
    for (const value of [-1, 0.5, Number.NaN, 2 ** 32]) {
      expect(() => fn(value)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }));
    }
  });
});
