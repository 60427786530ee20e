/** Filters that look at neighbours, on a photograph of 12 megapixels, each into an array that is there already. */

import { cpuCount } from 'allcores';
import { convolve, erode, median, type Raster, sobel } from 'allcores/image';
import { closeBytes, identical } from '../harness/agreement.ts';
import type { Case, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { OneThread } from '../peers/one-thread.ts';
import { OpenCV } from '../peers/opencv.ts';
import { openSharp, type Sharp, sharpRival } from '../peers/sharp.ts';
import { photo } from './photo.ts';

/** Whole weights that are no column times a row. */
const sharpen = Array.from({ length: 25 }, (_, i) => (i === 12 ? 25 : -1));

/** Weights as they come out of a calculation. */
const uneven = Array.from({ length: 25 }, (_, i) => (1 + ((i * 7) % 13)) / 163);

/** The cases of the suite `image` that look at neighbours; `n` is the number of pixels. */
export const neighbourCases: Suite = (context: Context): Case[] => {
  const [width, height] = context.quick ? [600, 450] : [4000, 3000];
  const cores = cpuCount();
  const { resources } = context;
  const raster = lazy(() => photo(width, height));
  const out = lazy(() => new Uint8Array(raster().data.length));
  const sharp = lazy(openSharp);
  const opencv = lazy(async () => {
    const peer = new OpenCV(resources, cores);
    await peer.load('photo', raster().data, [height, width, 3]);
    return peer;
  });
  const oneThread = lazy(async () => {
    const peer = new OneThread(resources);
    await peer.load('photo', raster());
    return peer;
  });
  const raw = (from: Sharp) => from(raster().data, { raw: { width, height, channels: 3 } });

  /** A row for a filter, against OpenCV's and what else there is. */
  const filter = (
    task: string,
    run: () => Raster<Uint8Array>,
    baseline: () => Promise<Rival>,
    opencvRival: (peer: OpenCV) => Rival,
    others: () => Promise<Rival[]> = async () => [],
  ): Case => ({
    task,
    n: width * height,
    unit: 'ms',
    open: async () => ({
      ours: blocking('allcores', run, () => run().data),
      rivals: [
        await baseline(),
        ...(context.peers ? [opencvRival(await opencv()), ...(await others())] : []),
      ],
    }),
  });

  const medianOf = (size: number, others?: () => Promise<Rival[]>) =>
    filter(
      `median ${size}×${size}`,
      () => median(raster(), { size, out: out() }),
      async () => (await oneThread()).filterRival('median', 'photo', { size }),
      (peer) => peer.rival('median', { x: 'photo', size }, identical),
      others,
    );
  const convolveBy = (name: string, kernel: readonly number[], levels: number) =>
    filter(
      `convolve 5×5, ${name}`,
      () => convolve(raster(), { kernel, scale: 1, border: 'reflect101', out: out() }),
      async () =>
        (await oneThread()).filterRival('convolve', 'photo', { kernel, scale: 1, border: 'reflect101' }),
      (peer) => peer.rival('filter', { x: 'photo', kernel }, levels === 0 ? identical : closeBytes(levels)),
    );

  return [
    medianOf(3, async () => {
      const from = await sharp();
      // The windows of libvips repeat the edge pixels too, so the bytes are the same.
      return [
        sharpRival(from, cores, { 'median(3)': { start: () => raw(from).median(3).raw() } }, identical),
      ];
    }),
    medianOf(5),
    medianOf(15),
    medianOf(61),
    filter(
      'erode 15×15',
      () => erode(raster(), { size: 15, out: out() }),
      async () => (await oneThread()).filterRival('erode', 'photo', { size: 15 }),
      (peer) => peer.rival('erode', { x: 'photo', size: 15 }, identical),
    ),
    filter(
      'sobel, along rows',
      () => sobel(raster(), { dx: 1, dy: 0, out: out() }),
      async () => (await oneThread()).filterRival('sobel', 'photo', { dx: 1, dy: 0 }),
      (peer) => peer.rival('sobel', { x: 'photo', dx: 1, dy: 0 }, identical),
    ),
    convolveBy('whole weights', sharpen, 0),
    // Sums that fall on a half may be rounded either way.
    convolveBy('uneven weights', uneven, 0.01),
  ];
};
