/** Which worker runs a call, and when, on every kind of worker. */

import { PoolClosedError, WorkerDiedError } from 'allcores';
import { factorial } from 'allcores/factorial';
import { sum } from 'allcores/numeric';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../failure-of.js';
import { upTo } from '../up-to.js';
import { backends } from './backends.js';
import { parityJobs as jobs } from './jobs.js';
import { poolStage } from './pool-stage.js';

describe.each(backends)('the features of Pool on $name', ({ open: create }) => {
  const { open, scratch, holding } = poolStage(create);

  describe('priority', () => {
    test('calls with a higher number begin first, those with the same in their order', async () => {
      const pool = open({ workers: 1 });
      const { call } = await holding(pool);
      const order = [0, 5, -1, 5, 0, 0.5];
      const calls = order.map((priority, place) =>
        pool.apply(jobs.note, [scratch.log, `${priority} at ${place}`], { priority }),
      );
      scratch.open();
      await Promise.all([call, ...calls]);
      expect(scratch.lines()).toEqual([
        'holding',
        ...['5 at 1', '5 at 3', '0.5 at 5', '0 at 0', '0 at 4', '-1 at 2'],
      ]);
    });

    test('a call overtakes the items of a map that have not been sent', async () => {
      const pool = open({ workers: 1 });
      const lists = upTo(40).map((x): [string, string, string] => [scratch.log, scratch.gate, `item ${x}`]);
      const mapped = pool.starmap(jobs.hold, lists, { chunkSize: 1 });
      await scratch.until(1);
      const urgent = pool.apply(jobs.note, [scratch.log, 'urgent'], { priority: 1 });
      scratch.open();
      await Promise.all([mapped, urgent]);
      expect(scratch.lines().slice(0, 3)).toEqual(['item 0', 'urgent', 'item 1']);
    });

    test('a map can wait for everything else', async () => {
      const pool = open({ workers: 1 });
      const { call } = await holding(pool);
      const lists = upTo(5).map((x): [string, string] => [scratch.log, `map ${x}`]);
      const mapped = pool.starmap(jobs.note, lists, { priority: -1 });
      const calls = upTo(5).map((x) => pool.apply(jobs.note, [scratch.log, `call ${x}`]));
      scratch.open();
      await Promise.all([call, mapped, ...calls]);
      expect(scratch.lines().slice(1)).toEqual([
        ...upTo(5).map((x) => `call ${x}`),
        ...upTo(5).map((x) => `map ${x}`),
      ]);
    });

    test('kernels keep it too', async () => {
      const pool = open({ workers: 1 });
      const ended: number[] = [];
      const run = (n: number, priority: number) =>
        pool.apply(factorial, [n], { priority }).then(() => ended.push(priority));
      const calls = [run(60_000, 9), ...[1, 3, 2, 3].map((priority) => run(2000, priority))];
      await Promise.all(calls);
      expect(ended).toEqual([9, 3, 3, 2, 1]);
    });
  });

  describe('affinity', () => {
    test('calls with the same key run in the same worker', async () => {
      const pool = open({ workers: 4 });
      const keys = ['a', 'b', 'c', 7, 'a long key', -1, 0.5];
      const names = await Promise.all(
        upTo(70).map((call) => pool.apply(jobs.me, [], { affinity: keys[call % 7] as string })),
      );
      for (let key = 0; key < 7; key++) {
        expect(new Set(names.filter((_, call) => call % 7 === key)).size).toBe(1);
      }
    });

    test('numbers go round the workers', async () => {
      const pool = open({ workers: 3 });
      const names = await Promise.all(upTo(9).map((key) => pool.apply(jobs.me, [], { affinity: key })));
      expect(new Set(names).size).toBe(3);
      expect(names.slice(3, 6)).toEqual(names.slice(0, 3));
      expect(names.slice(6)).toEqual(names.slice(0, 3));
    });

    test('a call waits for its worker while others are idle', async () => {
      const pool = open({ workers: 2 });
      const held = pool.apply(jobs.hold, [scratch.log, scratch.gate, 'held'], { affinity: 'key' });
      await scratch.until(1);
      const second = pool.apply(jobs.note, [scratch.log, 'second'], { affinity: 'key' });
      expect(await pool.apply(jobs.note, [scratch.log, 'elsewhere'])).toBe('elsewhere');
      expect(await pool.apply(jobs.note, [scratch.log, 'elsewhere'])).toBe('elsewhere');
      scratch.open();
      await Promise.all([held, second]);
      expect(scratch.lines()).toEqual(['held', 'elsewhere', 'elsewhere', 'second']);
    });

    test('after the end of the worker its calls go to the one that follows it', async () => {
      const pool = open({ workers: 2 });
      await pool.broadcast(jobs.me);
      const ask = () => pool.apply(jobs.me, [], { affinity: 'key' });
      const before = await ask();
      await expect(pool.apply(jobs.die, [3], { affinity: 'key' })).rejects.toThrow(WorkerDiedError);
      const after = await ask();
      expect(after).not.toBe(before);
      expect(await Promise.all(upTo(10).map(ask))).toEqual(Array(10).fill(after));
    });

    test('calls that were behind one that ended the worker run in its successor', async () => {
      const pool = open({ workers: 3 });
      await pool.broadcast(jobs.me);
      const deadly = failureOf(pool.apply(jobs.die, [4], { affinity: 1 }));
      const names = upTo(6).map(() => pool.apply(jobs.napping, [15], { affinity: 1 }));
      expect(await deadly).toBeInstanceOf(WorkerDiedError);
      expect(new Set(await Promise.all(names)).size).toBe(1);
    });
  });

  describe('broadcast', () => {
    test('runs once in every worker that there may be, in the order of the workers', async () => {
      const pool = open({ workers: 3 });
      const names = await pool.broadcast(jobs.noteWorker, [scratch.log, 'here']);
      expect(new Set(names).size).toBe(3);
      expect(scratch.lines().sort()).toEqual(names.map((name) => `here ${name}`).sort());
      expect(await pool.broadcast(jobs.me)).toEqual(names);
      expect(await pool.broadcast((a: number, b: number) => a + b, [1, 2])).toEqual([3, 3, 3]);
    });

    test('reaches busy workers when they are done', async () => {
      const pool = open({ workers: 2 });
      const { call } = await holding(pool);
      const names = pool.broadcast(jobs.me);
      scratch.open();
      expect(await call).toBe('holding');
      expect(new Set(await names).size).toBe(2);
    });

    test('rejects with the first failure, and the others run nevertheless', async () => {
      const pool = open({ workers: 3 });
      const file = scratch.file('once');
      const error = await failureOf(pool.broadcast(jobs.onlyOnce, [file]));
      expect(error).toMatchObject({ name: 'RangeError', message: 'not the first' });
      await expect(pool.broadcast(jobs.die, [6])).rejects.toThrow(WorkerDiedError);
      expect(new Set(await pool.broadcast(jobs.me)).size).toBe(3);
    });

    test('refuses a kernel and what is no function', async () => {
      const pool = open();
      await expect(pool.broadcast(sum as never, [new Float64Array(1)])).rejects.toThrow(TypeError);
      await expect(pool.broadcast('me' as never)).rejects.toThrow(TypeError);
      await expect(pool.broadcast(jobs.me, 1 as never)).rejects.toThrow(TypeError);
      pool.close();
      await expect(pool.broadcast(jobs.me)).rejects.toThrow(PoolClosedError);
    });
  });

  describe('fair chunks', () => {
    // A worker of four sleeps at a time; one after the other the 8 would take 1,200 ms, spread 300 ms.
    const long = Array(8).fill(150);
    const sequentialMs = 8 * 150;

    test('after 5,000 tiny items, 8 long ones spread over all workers', async () => {
      const pool = open({ workers: 4 });
      await pool.broadcast(jobs.me);
      await pool.map(jobs.napping, Array(5000).fill(0));
      const since = performance.now();
      const names = await pool.map(jobs.napping, long);
      const elapsed = performance.now() - since;
      expect(new Set(names).size).toBe(4);
      expect(elapsed).toBeLessThan(0.75 * sequentialMs);
    });

    test('also when they are the last of one map', async () => {
      const pool = open({ workers: 4 });
      await pool.broadcast(jobs.me);
      const since = performance.now();
      const names = await pool.map(jobs.napping, [...Array(5000).fill(0), ...long]);
      const elapsed = performance.now() - since;
      expect(new Set(names.slice(5000)).size).toBe(4);
      expect(elapsed).toBeLessThan(0.75 * sequentialMs + 300);
    });

    test('also when they are calls of their own', async () => {
      const pool = open({ workers: 4 });
      await pool.broadcast(jobs.me);
      await Promise.all(upTo(2000).map(() => pool.apply(jobs.napping, [0])));
      const since = performance.now();
      const names = await Promise.all(long.map((ms) => pool.apply(jobs.napping, [ms])));
      const elapsed = performance.now() - since;
      expect(new Set(names).size).toBe(4);
      expect(elapsed).toBeLessThan(0.75 * sequentialMs);
    });

    test('items that came back from a busy worker run once', async () => {
      const pool = open({ workers: 3 });
      const lists = (ms: number[]) =>
        ms.map((one, item): [string, string, number] => [scratch.log, `${item}`, one]);
      await pool.starmap(jobs.noteWorker, lists(Array(1000).fill(0)));
      const mixed = upTo(300).map((item) => (item % 40 === 39 ? 30 : 0));
      await pool.starmap(jobs.noteWorker, lists(mixed));
      const ran = scratch.lines().slice(1000);
      expect(ran.map((line) => Number(line.split(' ')[0])).sort((a, b) => a - b)).toEqual(upTo(300));
    });
  });
});
