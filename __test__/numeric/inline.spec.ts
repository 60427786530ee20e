import { expect, test } from 'vitest';
import { report, runFixture } from '../addon/child.js';
import { everyKernel } from './every-kernel.ts';

test('up to the length that its documentation names, every kernel works on the calling thread alone', async () => {
  const ended = await runFixture('numeric-inline.mjs', { env: { ALLCORES_THREADS: '3' } });
  const { used, beyond } = report<{ used: Record<string, number>; beyond: number }>(ended);
  expect(used).toEqual(Object.fromEntries(everyKernel.map(({ name }) => [name, 0])));
  expect(beyond).toBeGreaterThan(0);
});
