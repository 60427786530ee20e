/** Resizing a photograph of 12 megapixels, from raster to raster. */

import { cpuCount } from 'allcores';
import { type Raster, type ResizeOptions, resize } from 'allcores/image';
import { type Agreement, closeBytes, identical } from '../harness/agreement.ts';
import type { Case, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { OneThread } from '../peers/one-thread.ts';
import { OpenCV } from '../peers/opencv.ts';
import { Pillow } from '../peers/pillow.ts';
import { openSharp, sharpRival } from '../peers/sharp.ts';
import { deeper } from './deeper.ts';
import { oursOn } from './numeric-setup.ts';
import { photo } from './photo.ts';

/** The cases of the suite `image` that bring an image to another size; `n` is the number of source pixels. */
export const resizeCases: Suite = (context: Context): Case[] => {
  const [width, height] = context.quick ? [600, 450] : [4000, 3000];
  const small = context.quick ? { width: 120, height: 90 } : { width: 800, height: 600 };
  const cores = cpuCount();
  const { resources } = context;
  const raster = lazy(() => photo(width, height));
  const words = lazy(() => deeper(raster(), Uint16Array, 257));
  const floats = lazy(() => deeper(raster(), Float32Array, 1 / 255));
  const sharp = lazy(openSharp);
  const pillow = lazy(() => loaded(new Pillow(resources)));
  const opencv = lazy(() => loaded(new OpenCV(resources, cores)));
  const oneThread = lazy(async () => {
    const peer = new OneThread(resources);
    await peer.load('photo', raster());
    return peer;
  });

  async function loaded<P extends Pillow | OpenCV>(peer: P): Promise<P> {
    await peer.load('photo', raster().data, [height, width, 3]);
    return peer;
  }

  const item = (
    task: string,
    run: () => Raster,
    baselines: () => Promise<readonly Rival[]>,
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
        rivals: [...(await baselines()), ...(context.peers ? await peers() : [])],
      };
    },
  });

  const lanczos = { ...small, fit: 'fill', filter: 'lanczos3' } as const;
  const ours = (options: ResizeOptions) => () => resize(raster(), options);
  const alone = async (options: object) => (await oneThread()).filterRival('resize', 'photo', { ...options });
  const bilinear = { ...small, fit: 'fill', filter: 'bilinear' } as const;
  const name = `${small.width}×${small.height}`;

  async function sharpRivals(agreement: Agreement): Promise<readonly Rival[]> {
    const from = await sharp();
    const raw = () => from(raster().data, { raw: { width, height, channels: 3 } });
    const start = () => raw().resize(small.width, small.height, { fit: 'fill', kernel: 'lanczos3' }).raw();
    return [sharpRival(from, cores, { 'kernel lanczos3': { start } }, agreement)];
  }
  const withOpencv = async (interpolation: string, agreement: Agreement) =>
    (await opencv()).rival('resize', { x: 'photo', ...small, interpolation }, agreement);

  return [
    item(
      `resize to ${name}, lanczos3`,
      ours(lanczos),
      async () => [await alone(lanczos)],
      async () => [
        (await pillow()).rival('resize', { x: 'photo', ...small, filter: 'lanczos3' }, identical),
        ...(await sharpRivals(closeBytes(1.5))),
      ],
    ),
    item(
      `resize to ${name}, lanczos3, mode fast`,
      ours({ ...lanczos, mode: 'fast' }),
      async () => [
        await alone({ ...lanczos, mode: 'fast' }),
        // Other bytes, at most 2 apart.
        oursOn('ours in mode pillow', ours(lanczos)),
      ],
      async () => [
        (await pillow()).rival('resize', { x: 'photo', ...small, filter: 'lanczos3' }, closeBytes(0.5)),
        ...(await sharpRivals(closeBytes(1.5))),
      ],
    ),
    item(
      `resize to ${name}, box`,
      ours({ ...lanczos, filter: 'box' }),
      async () => [],
      async () => [
        (await pillow()).rival('resize', { x: 'photo', ...small, filter: 'box' }, identical),
        await withOpencv('INTER_AREA', closeBytes(1)),
      ],
    ),
    item(
      `resize to ${name}, bilinear`,
      ours(bilinear),
      async () => [],
      async () => [
        (await pillow()).rival('resize', { x: 'photo', ...small, filter: 'bilinear' }, identical),
        // These look at 2 and 8 source pixels in each direction, ours at 10: less work, and aliasing.
        await withOpencv('INTER_LINEAR', closeBytes(12)),
        await withOpencv('INTER_LANCZOS4', closeBytes(12)),
      ],
    ),
    item(
      `resize to ${name} of 16 bits`,
      () => resize(words(), lanczos),
      async () => [oursOn('ours on 8 bits', ours(lanczos))],
      async () => [],
    ),
    item(
      `resize to ${name} of 16 bits, mode fast`,
      () => resize(words(), { ...lanczos, mode: 'fast' }),
      async () => [oursOn('ours in mode pillow', () => resize(words(), lanczos))],
      async () => [],
    ),
    item(
      `resize to ${name} of floats`,
      () => resize(floats(), lanczos),
      async () => [oursOn('ours on 8 bits', ours(lanczos))],
      async () => [],
    ),
  ];
};
