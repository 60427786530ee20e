/**
 * sharp 0.35 (libvips 8.18) on many files, from file to file.
 *
 * Why this is its best: sharp's own advice for many images is one libvips thread for each and several images at
 * a time; as many as cores and as many as libuv has threads (4) are tried, and its default, all cores for each
 * image, too. The fastest counts. Its cache is off, so that no result is kept between runs. Without scaled
 * decoding `fastShrinkOnLoad` is off, which at the factor of this job means that none is done.
 */

import type { Agreement } from '../harness/agreement.ts';
import type { Contender, Rival } from '../harness/case.ts';
import { promised } from '../harness/contenders.ts';
import { importPeer } from './installed.ts';

interface Chain {
  resize(width: number, options: { kernel: 'lanczos3'; fastShrinkOnLoad: boolean }): Chain;
  blur(options: number | { sigma: number; precision: 'float'; minAmplitude: number }): Chain;
  jpeg(options: { quality: number; chromaSubsampling: '4:2:0' }): Chain;
  raw(): Chain;
  toFile(path: string): Promise<unknown>;
  toBuffer(): Promise<Uint8Array>;
}

interface Sharp {
  (path: string): Chain;
  cache(on: boolean): unknown;
  concurrency(threads: number): unknown;
}

/** What is done with each photograph. */
export interface SharpJob {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Pixels across, or none to keep the size. */
  readonly width: number | undefined;
  readonly sigma: number;
  readonly quality: number;
  readonly shrinkOnLoad: boolean;
}

/** A row for the job with the sigma that ours has, and one with the blur as its users write it. */
export async function sharpFileRivals(job: SharpJob, cores: number, agreement: Agreement): Promise<Rival[]> {
  const { default: sharp } = (await importPeer('sharp')) as { readonly default: Sharp };
  sharp.cache(false);
  const blurs = {
    sharp: { sigma: job.sigma, precision: 'float', minAmplitude: 0.001 },
    'sharp as written': job.sigma,
  } as const;
  return Object.entries(blurs).map(([peer, blur]) => ({
    peer,
    agreement,
    settings: [
      { inFlight: cores, threads: 1 },
      { inFlight: 4, threads: 1 },
      { inFlight: cores, threads: cores },
    ].map((setting) => contender(sharp, job, blur, setting)),
  }));
}

function contender(
  sharp: Sharp,
  job: SharpJob,
  blur: Parameters<Chain['blur']>[0],
  { inFlight, threads }: { inFlight: number; threads: number },
): Contender {
  const { inputs, outputs, width, quality, shrinkOnLoad } = job;
  const one = (index: number) => {
    const start = sharp(inputs[index] as string);
    const sized =
      width === undefined
        ? start
        : start.resize(width, { kernel: 'lanczos3', fastShrinkOnLoad: shrinkOnLoad });
    return sized
      .blur(blur)
      .jpeg({ quality, chromaSubsampling: '4:2:0' })
      .toFile(outputs[index] as string);
  };
  const run = async () => {
    sharp.concurrency(threads);
    let next = 0;
    const lane = async () => {
      while (next < inputs.length) await one(next++);
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  };
  return promised(
    `${inFlight} at a time, concurrency ${threads}`,
    run,
    async () => {
      await run();
      return sharp(outputs[0] as string)
        .raw()
        .toBuffer();
    },
    { items: inputs.length },
  );
}
