/** Chains of point filters in a pipeline, on a photograph of 12 megapixels, from raster to raster. */

import { pipeline, type Raster } from 'allcores/image';
import type { Case, Context, Suite } from '../harness/case.ts';
import { blocking } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { oursOn } from './numeric-setup.ts';
import { photo } from './photo.ts';

/** The cases of the suite `image` with point filters, each against one filter alone; `n` is the number of pixels. */
export const pointCases: Suite = (context: Context): Case[] => {
  const [width, height] = context.quick ? [600, 450] : [4000, 3000];
  const raster = lazy(() => photo(width, height));

  const gamma = pipeline().gamma({ gamma: 1.8 });
  const saturation = pipeline().saturation({ factor: 1.3 });
  const contrast = pipeline().contrast({ factor: 0.9 });
  const chain = (task: string, five: (input: Raster) => Raster, one: (input: Raster) => Raster): Case => ({
    task,
    n: width * height,
    unit: 'ms',
    open: async () => ({
      ours: blocking(
        'allcores',
        () => five(raster()),
        () => five(raster()).data as Uint8Array,
      ),
      rivals: [oursOn('ours, one of them', () => one(raster()))],
    }),
  });

  return [
    chain(
      'five curves in a pipeline',
      gamma.brightness({ factor: 1.1 }).invert().gamma({ gamma: 0.7 }).brightness({ factor: 1.2 }),
      gamma,
    ),
    chain(
      'four curves and saturation in a pipeline',
      saturation.gamma({ gamma: 1.8 }).brightness({ factor: 1.1 }).invert().gamma({ gamma: 0.7 }),
      saturation,
    ),
    chain(
      'three curves, saturation and contrast in a pipeline',
      contrast.saturation({ factor: 1.3 }).gamma({ gamma: 1.8 }).brightness({ factor: 1.1 }).invert(),
      contrast,
    ),
  ];
};
