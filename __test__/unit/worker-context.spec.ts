import { expect, test } from 'vitest';
import { WorkerCell } from '#dist/internal/protocol.js';
import { WorkerState } from '#dist/worker/context.js';

test.each([
  { cell: 0, none: [0, 1, 2 ** 31, 2 ** 32 - 1], all: [] },
  { cell: 8, none: [8, 9, 1000], all: [0, 1, 7] },
  // The cell counts modulo 2^32, numbers of items do not.
  { cell: 2 ** 31 + 8, none: [2 ** 31 + 8], all: [2 ** 31 - 2, 2 ** 31 + 7] },
  { cell: 2 ** 32 + 8, none: [2 ** 32 + 8], all: [2 ** 32 - 5, 2 ** 32 + 7] },
])('a cancel cell of $cell cancels the items up to it and no later one', ({ cell, none, all }) => {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  cells[WorkerCell.cancelled] = cell | 0;
  const cancelled = (seq: number) => {
    const state = new WorkerState(1, 'tester', cells, () => {});
    state.seq = seq;
    return state.context()?.cancelled;
  };
  expect(none.map(cancelled)).toEqual(none.map(() => false));
  expect(all.map(cancelled)).toEqual(all.map(() => true));
});
