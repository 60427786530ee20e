/** One worker's part in a map over a typed array. */

import { isBigIntArray, type NumericArray } from '../internal/array.ts';
import { show } from '../internal/check.ts';
import { BlockCell, type BlocksMessage } from '../internal/protocol.ts';
import type { WorkerFunction } from './functions.ts';
import { typedLoop } from './typed-loop.ts';

/**
 * Claims blocks until none is left or the map was stopped, and gives how many it ran. Whoever fails
 * stops the map for all.
 *
 * @throws {TypeError} when a result is no number (no bigint, for a BigInt output), with its index.
 */
export function runBlocks(fn: WorkerFunction, map: BlocksMessage): number {
  const { input, output, cells, blockSize } = map;
  const loop = typedLoop(fn, input, output);
  const length = input.length;
  const bad: unknown[] = [undefined];
  let ran = 0;
  try {
    while (Atomics.load(cells, BlockCell.stop) === 0) {
      const from = Atomics.add(cells, BlockCell.next, 1) * blockSize;
      if (from >= length) break;
      const index = loop(input, output, from, Math.min(from + blockSize, length), bad);
      if (index !== -1) throw badResult(index, bad[0], output);
      Atomics.add(cells, BlockCell.done, 1);
      ran++;
    }
  } catch (error) {
    Atomics.store(cells, BlockCell.stop, 1);
    throw error;
  }
  return ran;
}

function badResult(index: number, result: unknown, output: NumericArray): TypeError {
  const what = isBigIntArray(output) ? 'a bigint' : 'a number';
  const got = isPromise(result)
    ? 'a promise (a map over a typed array takes a function that is not async)'
    : show(result);
  return Object.assign(
    new TypeError(`Expected the function to return ${what} for the element at index ${index}, got ${got}`),
    { code: 'ERR_INVALID_RETURN_VALUE' },
  );
}

function isPromise(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
