/** How far an imap runs ahead of its reader, on every kind of worker. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ImapOptions } from 'allcores';
import { describe, expect, test } from 'vitest';
import { endedAfterEach } from '../ended-after-each.js';
import { upTo } from '../up-to.js';
import { turn, until } from '../waits.js';
import { backends } from './backends.js';
import { drain, inputKinds, marks, methods, sorted, source, square } from './imap-stage.js';
import { fixture, imapJobs as jobs } from './jobs.js';

/** Runs a program to its end and gives its last line; a program that hangs is killed and fails the test. */
async function run(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(fixture(name)), ...args], {
    timeout: 25_000,
  });
  return stdout.trim();
}

describe.each(backends)('imap on $name', ({ open: create, kind }) => {
  const open = endedAfterEach(create, (pool) => pool.terminate());

  describe.each(methods)('$method', ({ method, ordered }) => {
    const inOrder = (values: number[]) => (ordered ? values : sorted(values));

    test('starts at the call, and nobody who reads means no more than bufferSize items', async () => {
      const pool = open();
      for (const kind of inputKinds) {
        const { folder, ran } = marks();
        const { state, items } = source(kind);
        async function* named() {
          for await (const index of items) yield { folder, index };
        }
        const results = pool[method](jobs.hold, named(), { bufferSize: 5 });
        await until(() => ran() === 5);
        // Everything that could run has run; what comes later than this would have come before it.
        await pool.apply(() => 0);
        await turn();
        expect(state.pulled).toBe(5);
        await results.next();
        await until(() => ran() === 6);
        await results.return?.();
      }
    });

    // With chunks of more than one the buffer may have room for less than a chunk.
    const buffers: { options: ImapOptions; least: number; most: number }[] = [
      { options: { bufferSize: 1 }, least: 1, most: 1 },
      { options: { bufferSize: 5 }, least: 5, most: 5 },
      { options: { bufferSize: 9, chunkSize: 3 }, least: 7, most: 9 },
      { options: { bufferSize: 2, chunkSize: 10 }, least: 1, most: 2 },
      { options: { chunkSize: 5 }, least: 16, most: 20 },
      { options: {}, least: 7, most: 8 },
    ];
    test.each(inputKinds.flatMap((kind) => buffers.map((buffer) => ({ kind, ...buffer }))))(
      'never pulls a $kind more than $most items ahead of its reader with $options',
      async ({ kind, options, least, most }) => {
        const pool = open({ workers: 2 });
        let consumed = 0;
        let ahead = 0;
        const look = () => {
          ahead = Math.max(ahead, state.pulled - consumed);
        };
        const { state, items } = source(kind, { onPull: look });
        for await (const _ of pool[method](square, items as Iterable<number>, options)) {
          consumed++;
          if (consumed % 50 === 0) await until(() => state.pulled - consumed >= least);
          if (consumed === 400) break;
        }
        expect(ahead).toBeLessThanOrEqual(most);
        await until(() => state.closed === 1);
      },
    );

    test('an infinite bufferSize pulls everything at the call, where an error of the input is thrown', async () => {
      const pool = open();
      const bufferSize = Number.POSITIVE_INFINITY;
      let pulled = 0;
      function* items() {
        for (; pulled < 100; pulled++) yield pulled;
      }
      const results = pool[method](square, items(), { bufferSize });
      expect(pulled).toBe(100);
      pool.close();
      await pool.join();
      expect(inOrder((await drain(results)).values)).toEqual(upTo(100).map(square));
      const failing = source('generator', { failAt: 3 }).items as Iterable<number>;
      expect(() => open()[method](square, failing, { bufferSize })).toThrow(new RangeError('the input'));
      const later = source('async generator', { failAt: 30 });
      const { values } = await drain(
        open()[method](square, later.items as AsyncIterable<number>, { bufferSize }),
      );
      expect(values).toHaveLength(30);
    });
  });

  describe('a program', () => {
    test.each(methods)(
      '$method over endless 1 MB buffers pulls within bufferSize, closes the input once, and the program ends by itself',
      async ({ method }) => {
        const state = JSON.parse(await run('imap-endless-program', kind, method, '100'));
        expect(state).toMatchObject({ consumed: 100, closed: 1 });
        expect(state.ahead).toBe(6);
        expect(state.pulled).toBeLessThanOrEqual(106);
      },
    );

    test('that brings 600 MB through an imap never holds a third of it', async () => {
      const state = JSON.parse(await run('imap-endless-program', kind, 'imap', '600'));
      expect(state).toMatchObject({ consumed: 600, closed: 1 });
      expect(state.rss).toBeLessThan(200 * 2 ** 20);
    });

    test('ends although it left imaps unread', async () => {
      expect(await run('imap-left-program', kind)).toBe('6');
    });
  });
});
