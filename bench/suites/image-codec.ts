/** Files in memory: JPEG, PNG and WebP of a photograph, one image at a time. */

import { cpuCount } from 'allcores';
import { decode, type EncodeOptions, encode } from 'allcores/image';
import { closeBytes, identical } from '../harness/agreement.ts';
import type { Answer, Case, Context, Rival, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { OpenCV } from '../peers/opencv.ts';
import { Pillow } from '../peers/pillow.ts';
import { openSharp, type Sharp, type SharpWork, sharpRival } from '../peers/sharp.ts';
import { photo } from './photo.ts';

/** The cases of the suite `image` that read or write files; `n` is the number of pixels. */
export const codecCases: Suite = (context: Context): Case[] => {
  if (!context.peers) return []; // there is no codec in Node to compare with
  const [width, height] = context.quick ? [600, 450] : [4000, 3000];
  const cores = cpuCount();
  const { resources } = context;
  const raster = lazy(() => photo(width, height));
  const made = (options: EncodeOptions) => lazy(() => encode(raster(), options));
  const files = {
    jpeg: made({ format: 'jpeg', quality: 90 }),
    png: made({ format: 'png', level: 6 }),
    webp: made({ format: 'webp' }),
  };
  const sharp = lazy(openSharp);
  const pillow = lazy(() => loaded(new Pillow(resources)));
  const opencv = lazy(() => loaded(new OpenCV(resources, cores)));

  async function loaded<P extends Pillow | OpenCV>(peer: P): Promise<P> {
    await peer.load('photo', raster().data, [height, width, 3]);
    for (const [name, file] of Object.entries(files)) await peer.load(name, file());
    return peer;
  }
  const raw = (from: Sharp) => from(raster().data, { raw: { width, height, channels: 3 } });

  const item = (
    task: string,
    run: () => unknown,
    answer: () => Answer,
    peers: () => Promise<Rival[]>,
  ): Case => ({
    task,
    n: width * height,
    unit: 'ms',
    open: async () => ({ ours: blocking('allcores', run, answer), rivals: await peers() }),
  });

  const reading = (name: keyof typeof files, distance: number) =>
    item(
      `decode ${name}`,
      () => decode(files[name]()),
      () => decode(files[name](), { depth: 8 }).data,
      async () => {
        const from = await sharp();
        const agreement = distance === 0 ? identical : closeBytes(distance);
        return [
          (await pillow()).rival('decode', { x: name }, agreement),
          (await opencv()).rival('decode', { x: name }, agreement),
          sharpRival(from, cores, { raw: { start: () => from(files[name]()).raw() } }, agreement),
        ];
      },
    );

  const jpegRow = (quality: number) =>
    item(
      `encode jpeg, quality ${quality}, 4:2:0`,
      () => encode(raster(), { format: 'jpeg', quality }),
      () => decode(encode(raster(), { format: 'jpeg', quality }), { depth: 8 }).data,
      async () => {
        const from = await sharp();
        const as = (optimizeCoding: boolean): SharpWork => ({
          start: () => raw(from).jpeg({ quality, chromaSubsampling: '4:2:0', optimizeCoding }),
          answer: (bytes) => from(bytes).raw().toBuffer(),
        });
        const close = closeBytes(2);
        return [
          (await pillow()).rival('encode', { x: 'photo', quality }, close),
          (await opencv()).rival('encode', { x: 'photo', quality }, close),
          sharpRival(from, cores, { 'optimised tables': as(true), 'fixed tables': as(false) }, close),
        ];
      },
    );

  return [
    reading('jpeg', 0),
    jpegRow(80),
    jpegRow(90),
    reading('png', 0),
    reading('webp', 2),
    item(
      'encode webp, quality 80',
      () => encode(raster(), { format: 'webp' }),
      () => decode(encode(raster(), { format: 'webp' }), { depth: 8 }).data,
      async () => {
        const from = await sharp();
        const work = {
          start: () => raw(from).webp({ quality: 80 }),
          answer: (bytes: Uint8Array) => from(bytes).raw().toBuffer(),
        };
        return [sharpRival(from, cores, { 'effort 4': work }, closeBytes(3))];
      },
    ),
  ];
};
