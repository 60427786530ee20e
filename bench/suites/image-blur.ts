/** Blurs and what sharpens, on a photograph of 12 megapixels, from raster to raster. */

import { cpuCount } from 'allcores';
import { boxBlur, gaussianBlur, type Raster, sharpen, unsharpMask } from 'allcores/image';
import { closeBytes, identical } from '../harness/agreement.ts';
import type { Case, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { OpenCV } from '../peers/opencv.ts';
import { Pillow } from '../peers/pillow.ts';
import { deeper } from './deeper.ts';
import { oursOn } from './numeric-setup.ts';
import { photo } from './photo.ts';

/** The cases of the suite `image` that blur or sharpen; `n` is the number of pixels. */
export const blurCases: Suite = (context: Context): Case[] => {
  const [width, height] = context.quick ? [600, 450] : [4000, 3000];
  const { resources } = context;
  const raster = lazy(() => photo(width, height));
  const words = lazy(() => deeper(raster(), Uint16Array, 257));
  const floats = lazy(() => deeper(raster(), Float32Array, 1 / 255));
  const pillow = lazy(() => loaded(new Pillow(resources)));
  const opencv = lazy(() => loaded(new OpenCV(resources, cpuCount())));

  async function loaded<P extends Pillow | OpenCV>(peer: P): Promise<P> {
    await peer.load('photo', raster().data, [height, width, 3]);
    return peer;
  }

  const item = (
    task: string,
    run: () => Raster,
    baselines: () => readonly Rival[],
    peers: () => Promise<readonly Rival[]>,
  ): Case => ({
    task,
    n: width * height,
    unit: 'ms',
    open: async () => {
      const answer = () => {
        const { data } = run();
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      };
      return {
        ours: blocking('allcores', run, answer),
        rivals: [...baselines(), ...(context.peers ? await peers() : [])],
      };
    },
  });
  const none = async () => [];
  const radius15 = () => gaussianBlur(raster(), { radius: 15 });

  return [
    ...[2, 100].map((radius) =>
      item(
        `gaussianBlur(${radius})`,
        () => gaussianBlur(raster(), { radius }),
        () => [oursOn('ours at radius 15', radius15)],
        async () => [(await pillow()).rival('gaussianBlur', { x: 'photo', radius }, identical)],
      ),
    ),
    ...[2, 15].map((radius) =>
      item(
        `gaussianBlur(${radius}), mode opencv`,
        () => gaussianBlur(raster(), { radius, mode: 'opencv' }),
        () => [],
        async () => [(await opencv()).rival('gaussianBlur', { x: 'photo', sigma: radius }, identical)],
      ),
    ),
    ...[2, 15, 100].flatMap((radius) => [
      item(
        `gaussianBlur(${radius}) of 16 bits`,
        () => gaussianBlur(words(), { radius }),
        () => [oursOn('ours on 8 bits at radius 15', radius15)],
        none,
      ),
      item(
        `gaussianBlur(${radius}) of floats`,
        () => gaussianBlur(floats(), { radius }),
        () => [oursOn('ours on 8 bits at radius 15', radius15)],
        none,
      ),
    ]),
    item(
      'boxBlur(15)',
      () => boxBlur(raster(), { radius: 15 }),
      () => [],
      async () => [
        (await pillow()).rival('boxBlur', { x: 'photo', radius: 15 }, identical),
        (await opencv()).rival('boxBlur', { x: 'photo', radius: 15 }, closeBytes(1)),
      ],
    ),
    item(
      'boxBlur(15) of floats',
      () => boxBlur(floats(), { radius: 15 }),
      () => [oursOn('ours on 8 bits', () => boxBlur(raster(), { radius: 15 }))],
      none,
    ),
    item(
      'unsharpMask',
      () => unsharpMask(raster()),
      () => [],
      async () => [
        (await pillow()).rival(
          'unsharpMask',
          { x: 'photo', radius: 2, percent: 150, threshold: 3 },
          identical,
        ),
      ],
    ),
    item(
      'sharpen',
      () => sharpen(raster()),
      () => [oursOn('ours unsharpMask', () => unsharpMask(raster()))],
      none,
    ),
  ];
};
