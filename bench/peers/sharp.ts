/**
 * sharp 0.35 (libvips 8.18): raw pixels in, raw pixels out, one image at a time.
 *
 * Why this is its best: libvips works on one image with `sharp.concurrency()` threads, tried with
 * one and with all cores; the fastest counts. Its cache of operations is off, so that no result is
 * kept between calls. Blur is measured twice: `blur({ sigma, precision: 'float', minAmplitude:
 * 0.001 })` is the same effective blur as Pillow's; `blur(15)`, as users write it, cuts the
 * Gaussian at 20 % of its height and has an effective sigma of 12.4, less work. Its JPEG encoder is
 * tried with and without optimised Huffman tables.
 */

import type { Agreement } from '../harness/agreement.ts';
import type { Contender, Rival } from '../harness/case.ts';
import { promised } from '../harness/contenders.ts';
import { importPeer } from './installed.ts';

/** The methods of sharp that are used here. */
export interface Image {
  blur(options: number | { sigma: number; precision: 'float'; minAmplitude: number }): Image;
  resize(width: number, height: number, options: { fit: 'fill'; kernel: 'lanczos3' }): Image;
  median(size: number): Image;
  grayscale(): Image;
  toColourspace(name: 'b-w'): Image;
  jpeg(options: { quality: number; chromaSubsampling: '4:2:0'; optimizeCoding: boolean }): Image;
  webp(options: { quality: number }): Image;
  raw(): Image;
  toBuffer(): Promise<Uint8Array>;
}

interface Raw {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** sharp itself. */
export interface Sharp {
  (input: Uint8Array, options?: { raw: Raw }): Image;
  cache(on: boolean): unknown;
  concurrency(threads: number): unknown;
}

/** Imports sharp and switches its cache off. */
export async function openSharp(): Promise<Sharp> {
  const { default: sharp } = (await importPeer('sharp')) as { readonly default: Sharp };
  sharp.cache(false);
  return sharp;
}

/** What sharp is asked to do. */
export interface SharpWork {
  /** The chain up to its output. */
  start(): Image;
  /** Turns the timed result into what is compared; as it is when left out. */
  answer?(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A row for a chain (or the fastest of several), with one thread and with all cores. */
export function sharpRival(
  sharp: Sharp,
  cores: number,
  work: Readonly<Record<string, SharpWork>>,
  agreement: Agreement,
  peer = 'sharp',
): Rival {
  const settings = Object.entries(work).flatMap(([name, { start, answer }]) =>
    [...new Set([1, cores])].map((threads): Contender => {
      const run = () => {
        sharp.concurrency(threads);
        return start().toBuffer();
      };
      const label = `${name}, concurrency ${threads}`;
      return promised(label, run, async () => {
        const bytes = await run();
        return answer === undefined ? bytes : answer(bytes);
      });
    }),
  );
  return { peer, agreement, settings };
}
