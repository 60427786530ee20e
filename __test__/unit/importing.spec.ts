import { expect, test } from 'vitest';
import { whileImporting } from '#dist/internal/importing.js';
import { refuseDuringImport } from '#dist/process/importing.js';
import { becomeWorker } from '#dist/worker/context.js';

const refuse = () => refuseDuringImport('A test cannot be run');
const global = globalThis as Record<symbol, unknown>;

test('what a module does while it is imported is refused, before and after it is not', async () => {
  refuse();
  const outcome = await whileImporting(async () => {
    expect(refuse).toThrow(expect.objectContaining({ name: 'InvalidStateError' }));
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(refuse).toThrow(/^A test cannot be run while a worker imports the module that does it/);
    return 'imported';
  });
  expect(outcome).toBe('imported');
  refuse();
});

test('an import that fails, and one that ends before another, leave nothing behind', async () => {
  const failed = whileImporting(() => Promise.reject(new Error('broken module')));
  const slow = whileImporting(() => new Promise((resolve) => setTimeout(resolve, 20)));
  await expect(failed).rejects.toThrow('broken module');
  expect(refuse).toThrow();
  await slow;
  refuse();
});

test('a task that runs meanwhile is free to do it', async () => {
  const state = becomeWorker(1, 'worker', new Int32Array(8), () => {});
  try {
    await whileImporting(async () => {
      expect(refuse).toThrow();
      state.seq = 0;
      refuse();
      state.seq = -1;
    });
  } finally {
    delete global[Symbol.for('allcores.worker')];
  }
});
