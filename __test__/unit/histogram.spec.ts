import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { DurationHistogram } from '#dist/pool/histogram.js';
import { PoolMeter, type PoolState, PoolStats } from '#dist/pool/stats.js';

/** Pseudo-random numbers from 0 to 1, the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a histogram of durations', () => {
  test('gives the exact count, extremes and mean, and percentiles within 1 %', () => {
    const random = numbers(7);
    for (const spread of [1, 8, 20]) {
      const histogram = new DurationHistogram();
      const values = Array.from({ length: 10_000 }, () => Math.exp((random() - 0.5) * spread));
      for (const value of values) histogram.record(value);
      const sorted = [...values].sort((a, b) => a - b);
      const { count, min, mean, max, ...percentiles } = histogram.snapshot();
      expect({ count, min, max }).toEqual({ count: 10_000, min: sorted[0], max: sorted.at(-1) });
      expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 10_000, 6);
      for (const [name, part] of [
        ['p50', 0.5],
        ['p95', 0.95],
        ['p99', 0.99],
      ] as const) {
        const exact = sorted[Math.ceil(part * 10_000) - 1] as number;
        expect(Math.abs(percentiles[name] / exact - 1), name).toBeLessThan(0.01);
      }
    }
  });

  test('is right within 1 % for every single duration from nanoseconds to days', () => {
    for (let exponent = -19.5; exponent < 30; exponent += 0.37) {
      const histogram = new DurationHistogram();
      const ms = 2 ** exponent;
      histogram.record(ms);
      // Two more on both sides, so that the extremes do not help.
      histogram.record(ms / 2);
      histogram.record(ms * 2);
      expect(Math.abs(histogram.snapshot().p50 / ms - 1)).toBeLessThan(0.01);
    }
  });

  test('counts many of one duration at once', () => {
    const [one, many] = [new DurationHistogram(), new DurationHistogram()];
    many.record(3, 99);
    many.record(50, 1);
    for (let i = 0; i < 99; i++) one.record(3);
    one.record(50);
    expect(many.snapshot()).toEqual(one.snapshot());
    expect(many.snapshot()).toMatchObject({ count: 100, min: 3, max: 50, mean: 3.47 });
    expect(many.snapshot().p99).toBeLessThan(3.1);
  });

  test('takes what no clock should give', () => {
    const histogram = new DurationHistogram();
    for (const ms of [0, -1, Number.NaN, 1e-12, 1e15, Number.POSITIVE_INFINITY]) histogram.record(ms);
    const { count, min, p50, p99 } = histogram.snapshot();
    expect({ count, min }).toEqual({ count: 6, min: 0 });
    expect(p50).toBeLessThan(1e-5);
    expect(p99).toBeGreaterThan(1e8);
  });

  test('of nothing is all zeros, and one duration is all of them', () => {
    const histogram = new DurationHistogram();
    expect(histogram.snapshot()).toEqual({ count: 0, min: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 });
    histogram.record(0.3);
    expect(histogram.snapshot()).toEqual({
      count: 1,
      min: 0.3,
      mean: 0.3,
      p50: 0.3,
      p95: 0.3,
      p99: 0.3,
      max: 0.3,
    });
  });
});

describe('statistics of a pool', () => {
  const state: PoolState = {
    workers: 2,
    busy: 1,
    queued: 12_345,
    running: 3,
    utilization: 0.876,
    perWorker: [
      { id: 1, name: 'pool-1', pid: 77, threadId: 1, state: 'busy', tasks: 1234, memory: 32_400_000 },
      { id: 2, name: 'pool-2', pid: 78, state: 'idle', tasks: 0, memory: 0 },
    ],
  };

  test('join what was counted and how the pool stands', () => {
    const meter = new PoolMeter();
    meter.sent(10, 100, 102.5);
    meter.sent(4, 100, 103);
    meter.succeeded(10, 20);
    meter.succeeded(3, 12);
    meter.failedAfter(5);
    meter.failedAfter(undefined);
    meter.cancelled++;
    meter.deaths++;
    meter.bytesSent += 100;
    meter.bytesReceived += 7;
    const stats = new PoolStats(state, meter);
    expect(stats).toMatchObject({
      ...state,
      completed: 13,
      failed: 2,
      cancelled: 1,
      deaths: 1,
      bytesSent: 100,
      bytesReceived: 7,
      chunkSize: 4,
    });
    expect(stats.wait).toMatchObject({ count: 14, min: 2.5, max: 3 });
    expect(stats.run).toMatchObject({ count: 14, min: 2, max: 5 });
    // A snapshot: what comes later does not change it.
    meter.succeeded(1, 1);
    expect(stats.completed).toBe(13);
    expect(Object.keys(stats)).toEqual([
      'workers',
      'busy',
      'queued',
      'running',
      'completed',
      'failed',
      'cancelled',
      'deaths',
      'utilization',
      'wait',
      'run',
      'bytesSent',
      'bytesReceived',
      'chunkSize',
      'perWorker',
    ]);
  });

  test('are printed as a table', () => {
    const meter = new PoolMeter();
    meter.sent(1000, 0, 12.3456);
    meter.succeeded(1000, 250);
    meter.bytesSent = 1_234_567;
    const lines = inspect(new PoolStats(state, meter)).split('\n');
    expect(lines).toEqual([
      'PoolStats: 1 of 2 workers busy, 3 items there, 12,345 calls waiting',
      '  completed 1,000, failed 0, cancelled 0, workers died 0',
      '  utilization 88 %, chunk size 1,000, sent 1.23 MB, received 0 B',
      '  ms    count   min  mean   p50   p95   p99   max',
      '  wait  1,000  12.3  12.3  12.3  12.3  12.3  12.3',
      '  run   1,000  0.25  0.25  0.25  0.25  0.25  0.25',
      '  worker  pid  thread  state  items   memory',
      '  pool-1   77       1   busy  1,234  32.4 MB',
      '  pool-2   78           idle      0',
    ]);
    expect(inspect({ deep: { deeper: { stats: new PoolStats(state, meter) } } })).toContain('[PoolStats]');
  });
});
