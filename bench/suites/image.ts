/** Filters on a photograph of 12 megapixels, from raster to raster, and files in memory. */

import { cpuCount } from 'allcores';
import { gaussianBlur, grayscale } from 'allcores/image';
import { closeBytes, identical } from '../harness/agreement.ts';
import type { Answer, Case, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { OneThread } from '../peers/one-thread.ts';
import { OpenCV } from '../peers/opencv.ts';
import { Pillow } from '../peers/pillow.ts';
import { openSharp, type Sharp, sharpRival } from '../peers/sharp.ts';
import { gaussianBlurLoop, grayscaleLoop } from '../peers/v8-image.ts';
import { blurCases } from './image-blur.ts';
import { codecCases } from './image-codec.ts';
import { neighbourCases } from './image-neighbour.ts';
import { pointCases } from './image-points.ts';
import { resizeCases } from './image-resize.ts';
import { photo } from './photo.ts';

const SIGMA = 15;

/** The suite `image`; `n` is the number of pixels. */
export const image: Suite = (context: Context): Case[] => {
  const [width, height] = context.quick ? [600, 450] : [4000, 3000];
  const cores = cpuCount();
  const { resources } = context;
  const raster = lazy(() => photo(width, height));
  const shape = [height, width, 3];
  const pillow = lazy(() => loaded(new Pillow(resources)));
  const opencv = lazy(() => loaded(new OpenCV(resources, cores)));
  const oneThread = lazy(async () => {
    const peer = new OneThread(resources);
    await peer.load('photo', raster());
    return peer;
  });
  const sharp = lazy(openSharp);

  async function loaded<P extends Pillow | OpenCV>(peer: P): Promise<P> {
    await peer.load('photo', raster().data, shape);
    return peer;
  }
  const raw = (from: Sharp) => from(raster().data, { raw: { width, height, channels: 3 } });

  const item = (
    task: string,
    run: () => unknown,
    answer: () => Answer,
    baselines: () => Promise<Rival[]>,
    peers: () => Promise<Rival[]>,
  ): Case => ({
    task,
    n: width * height,
    unit: 'ms',
    open: async () => ({
      ours: blocking('allcores', run, answer),
      rivals: [...(await baselines()), ...(context.peers ? await peers() : [])],
    }),
  });
  /** A kernel from raster to raster. */
  const filter = (
    task: string,
    run: () => { readonly data: Uint8Array },
    baselines: () => Promise<Rival[]>,
    peers: () => Promise<Rival[]>,
  ) => item(task, run, () => run().data, baselines, peers);

  const rasterCases = [
    filter(
      `gaussianBlur(${SIGMA})`,
      () => gaussianBlur(raster(), { radius: SIGMA }),
      async () => [
        loop('running sums', () => gaussianBlurLoop(raster(), SIGMA)),
        (await oneThread()).filterRival('gaussianBlur', 'photo', { radius: SIGMA }),
      ],
      async () => {
        const from = await sharp();
        const equal = { sigma: SIGMA, precision: 'float', minAmplitude: 0.001 } as const;
        return [
          (await pillow()).rival('gaussianBlur', { x: 'photo', radius: SIGMA }, identical),
          (await opencv()).rival('gaussianBlur', { x: 'photo', sigma: SIGMA }, closeBytes(2)),
          sharpRival(
            from,
            cores,
            { 'same sigma': { start: () => raw(from).blur(equal).raw() } },
            closeBytes(2),
          ),
          sharpRival(
            from,
            cores,
            { 'blur(15), effective sigma 12.4': { start: () => raw(from).blur(SIGMA).raw() } },
            closeBytes(6),
            'sharp as written',
          ),
        ];
      },
    ),
    filter(
      'grayscale',
      () => grayscale(raster()),
      async () => [
        loop('fixed point', () => grayscaleLoop(raster())),
        (await oneThread()).filterRival('grayscale', 'photo', {}),
      ],
      async () => {
        const from = await sharp();
        return [
          (await pillow()).rival('grayscale', { x: 'photo' }, identical),
          (await opencv()).rival('grayscale', { x: 'photo' }, closeBytes(1)),
          sharpRival(
            from,
            cores,
            { 'linear light': { start: () => raw(from).grayscale().toColourspace('b-w').raw() } },
            closeBytes(12),
          ),
        ];
      },
    ),
  ];
  const families = [blurCases, resizeCases, neighbourCases, pointCases, codecCases];
  return [...rasterCases, ...families.flatMap((cases) => cases(context))];
};

/** A plain loop that gives the samples. */
function loop(name: string, run: () => Uint8Array): Rival {
  return { peer: 'v8', agreement: identical, settings: [blocking(name, run, run)] };
}
