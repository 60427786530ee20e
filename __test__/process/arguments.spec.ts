import { chmodSync, openSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { activeChildren, Process, SerializationError, sharedArray, tasks } from 'allcores';
import { describe, expect, test } from 'vitest';
import { jobs, kinds, newFile, run, told } from './told.js';

/** A server that listens, and its port. */
async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}

/** What comes from a connection until its end. */
async function receive(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/** Both ends of a connection. */
async function connection(): Promise<{ server: Server; here: Socket; there: Socket }> {
  const { server, port } = await listening();
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const here = connect(port, '127.0.0.1');
  return { server, here, there: await accepted };
}

describe.each(kinds)('the arguments of a Process of kind %s', (kind) => {
  test('arrive with exactly their values', async () => {
    const file = newFile();
    const date = new Date(86_400_000);
    const holes = [date];
    holes[3] = date;
    const cyclic: { self?: unknown; list: unknown[] } = { list: holes };
    cyclic.self = cyclic;
    const pooled = Buffer.from('a part of a pool');
    const args = [
      undefined,
      null,
      -0,
      2n ** 70n,
      'text',
      pooled,
      new Map([[{ a: 1 }, new Set([Number.NaN])]]),
    ];
    const all = [...args, cyclic, new RangeError('sent').message, new Float32Array([1.5, 2.5]).subarray(1)];
    await run({ target: jobs.show, args: [file, ...all], kind }).join();
    expect(await told(file)).toBe(inspect(all, { depth: 9 }));
  });

  test('that cannot cross are refused by start(), with their path, and nothing was started', async () => {
    const child = new Process({ target: jobs.show, args: [newFile(), { list: [1, () => 1] }], kind });
    const before = activeChildren();
    expect(() => child.start()).toThrow(SerializationError);
    expect(() => child.start()).toThrow(expect.objectContaining({ path: 'args[1].list[1]' }));
    expect([child.isAlive(), child.pid, activeChildren()]).toEqual([false, undefined, before]);
  });

  test('of fifty megabytes arrive', async () => {
    const target = (bytes: Uint8Array) => process.exit(bytes.length === 5e7 && bytes[4e7] === 7 ? 0 : 1);
    const bytes = new Uint8Array(5e7);
    bytes[4e7] = 7;
    expect(await run({ target, args: [bytes], kind }).exited).toBe(0);
  });
});

test('on threads a shared array arrives as the same memory', async () => {
  const cells = sharedArray(Int32Array, 4);
  const children = [0, 1, 1].map((index) =>
    run({ target: jobs.addOne, args: [cells, index], kind: 'thread' }),
  );
  await Promise.all(children.map((child) => child.join()));
  expect([...cells]).toEqual([1, 2, 0, 0]);
});

test('on child processes a shared array is refused with its path, for it would be a copy', () => {
  const child = new Process({
    target: jobs.show,
    args: [newFile(), [{ cells: sharedArray(Int32Array, 1) }]],
  });
  expect(() => child.start()).toThrow(SerializationError);
  expect(() => child.start()).toThrow(expect.objectContaining({ path: 'args[1][0].cells' }));
  expect(() => child.start()).toThrow(/shared memory/);
});

describe('sockets and servers among the arguments', () => {
  test('a server accepts connections in the child, and keeps those that last until the target listens', async () => {
    const { server, port } = await listening();
    const mark = newFile();
    const slow = tasks<typeof import('../fixtures/process-slow.mjs')>(
      new URL('../fixtures/process-slow.mjs', import.meta.url),
    );
    const env = { ...process.env, ALLCORES_TEST_MARK: mark };
    const child = run({ target: slow.serve, args: [server, 'hello from the child'], env });
    server.close();
    await told(`${mark}.loading`);
    const broken = connect(port, '127.0.0.1');
    await new Promise((resolve) => broken.once('connect', resolve));
    broken.resetAndDestroy();
    const here = connect(port, '127.0.0.1');
    await new Promise((resolve) => here.once('connect', resolve));
    writeFileSync(`${mark}.go`, '');
    expect(await receive(here)).toBe('hello from the child 1');
    await child.join();
    expect(child.exitCode).toBe(0);
  });

  test('a socket arrives open, at any depth and twice as the same, with everything beside it', async () => {
    const { server, here, there } = await connection();
    const holder: { socket: Socket; words: string[]; self?: unknown } = {
      socket: there,
      words: ['one', 'two'],
    };
    holder.self = holder;
    const child = run({ target: jobs.speak, args: [{ deep: [holder] }, there, server] });
    expect(await receive(here)).toBe('one two true true true');
    await child.join();
    expect([child.exitCode, holder.socket, holder.words]).toEqual([0, there, ['one', 'two']]);
    server.close();
  });

  test('those that cannot be sent are refused with their path', async () => {
    const refused = [new Socket(), createServer(), Object.assign(new Socket(), { encrypted: true })];
    for (const handle of refused) {
      const child = new Process({ target: jobs.show, args: [newFile(), [handle]] });
      expect(() => child.start()).toThrow(expect.objectContaining({ path: 'args[1][0]' }));
    }
  });

  test('threads take none', async () => {
    const { server } = await listening();
    const child = new Process({ target: jobs.show, args: [newFile(), { server }], kind: 'thread' });
    expect(() => child.start()).toThrow(SerializationError);
    expect(() => child.start()).toThrow(expect.objectContaining({ path: 'args[1].server' }));
    server.close();
  });
});

describe('the program of a child process', () => {
  test('can be another one, named by a path or a file URL', async () => {
    const program = newFile();
    writeFileSync(
      program,
      `#!/bin/sh\nALLCORES_TEST_MARK=wrapped exec ${JSON.stringify(process.execPath)} "$@"\n`,
    );
    chmodSync(program, 0o755);
    for (const execPath of [program, pathToFileURL(program), pathToFileURL(program).href]) {
      const file = newFile();
      await run({ target: jobs.environment, args: [file, 'ALLCORES_TEST_MARK'], execPath }).join();
      expect(await told(file)).toMatchObject({ value: 'wrapped' });
    }
  });

  test.each([
    ['is not there', () => newFile(), 'ENOENT'],
    ['is not found in the PATH', () => 'no-such-program', 'ENOENT'],
    ['is a folder', () => import.meta.dirname, 'EACCES'],
    ['is no program', () => import.meta.filename, 'EACCES'],
  ])('that %s is the system’s error from start(), and nothing was started', (_title, path, code) => {
    const child = new Process({ target: () => {}, execPath: path() });
    expect(() => child.start()).toThrow(expect.objectContaining({ code }));
    expect([child.isAlive(), activeChildren().includes(child)]).toEqual([false, false]);
  });
});

describe('the descriptors of a child process', () => {
  test('are no more in the twentieth child than in the first, and none is a file of the parent', async () => {
    const mine = newFile();
    openSync(mine, 'w');
    const found: string[][] = [];
    for (let wave = 0; wave < 4; wave++) {
      const files = Array.from({ length: 5 }, newFile);
      // All five live at the same time.
      await Promise.all(files.map((file) => run({ target: jobs.descriptors, args: [file] }).join()));
      for (const file of files) found.push(await told<string[]>(file));
    }
    expect(found[19]?.length).toBe(found[0]?.length);
    expect(found.flat()).not.toContain(mine);
  });
});

test('a task that is not there ends the child with exit code 1', async () => {
  const missing = tasks<{ nothing(): void }>(new URL('../fixtures/process-tasks.mjs', import.meta.url));
  expect(await run({ target: missing.nothing }).exited).toBe(1);
});
