import { describe, expect, test } from 'vitest';
import { report, runFixture } from '../addon/child.js';

const MEGABYTE = 1_000_000;
const types = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];
const lines = ['sum', 'prod', 'mean', 'variance', 'std', 'min', 'max', 'ptp', 'argmin', 'argmax'];
const flat = ['minmax', 'any', 'all', 'countNonzero', 'describe', 'norm', 'sumOfSquares'];
const pairs = ['dot', 'covariance', 'correlation'];
const kernels = { where: [...lines, ...flat, ...pairs], omit: [...lines, ...flat, ...pairs], axis: lines };

interface Row {
  readonly type: string;
  readonly name: string;
  readonly form: string;
  readonly bytes: number;
}

// The peak of the resident memory can be read and reset on Linux only.
describe.runIf(process.platform === 'linux')('two million elements of every type', () => {
  test('are reduced with where, with omit and along each axis in less than a megabyte', async () => {
    const ended = await runFixture('numeric-memory.mjs', {
      args: [JSON.stringify({ types, kernels })],
      execArgv: ['--expose-gc'],
      // Memory that is freed leaves the process at once, so that no call lives on what an earlier one left.
      env: { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536', MALLOC_TOP_PAD_: '0' },
      timeout: 240_000,
    });
    const rows = report<Row[]>(ended);
    const calls = kernels.where.length + kernels.omit.length + 3 * kernels.axis.length;
    expect(rows).toHaveLength(types.length * calls + 1);
    const copy = rows.find(({ form }) => form === 'copy');
    expect(copy?.bytes, 'what a copy of the bytes takes').toBeGreaterThanOrEqual(1.9 * MEGABYTE);
    const greedy = rows.filter(({ form, bytes }) => form !== 'copy' && bytes >= MEGABYTE);
    expect(greedy).toEqual([]);
  }, 300_000);
});
