/**
 * The same work on one thread: run as a child process with ALLCORES_THREADS=1, so that the
 * kernels cannot split. Sends one message for each step.
 */

import { factorial } from 'allcores/factorial';
import { sumOfSquares } from 'allcores/numeric';
import { develop, type Photo } from './develop.ts';
import { digestOf } from './digest.ts';
import { FACTORIALS, medianMs, randomDoubles } from './numbers.ts';

/** What a step took, and a digest of its result. */
export interface SequentialStep {
  readonly step: string;
  readonly ms: number;
  readonly digest: string;
}

process.on('SIGINT', () => {}); // the parent decides
process.on('disconnect', () => process.exit(1));
process.once('message', (order: { photos: Photo[]; doubles: number }) => void work(order));

async function work({ photos, doubles }: { photos: Photo[]; doubles: number }): Promise<void> {
  await timed('photographs', async () => {
    for (const photo of photos) await develop(photo).catch(() => undefined); // the parallel run reports it
  });
  await timed('factorials', async () => FACTORIALS.map((n) => factorial(n)), digestOf);
  const numbers = randomDoubles(doubles);
  const digest = digestOf(sumOfSquares(numbers));
  const ms = await medianMs(() => sumOfSquares(numbers));
  process.send?.({ step: 'sum of squares', ms, digest } satisfies SequentialStep);
  process.disconnect();
}

async function timed<R>(step: string, run: () => Promise<R>, digest: (result: R) => string = () => '') {
  const begun = performance.now();
  const result = await run();
  const ms = performance.now() - begun;
  process.send?.({ step, ms, digest: digest(result) } satisfies SequentialStep);
}
