/** The filters that a pipeline has as methods: all that make one image of one. */

import type { FilterKernel, FilterKernelWithDefaults } from '../filter.ts';
import { gaussianBlur } from '../gaussian-blur.ts';
import { grayscale } from '../grayscale.ts';
import { flip, flop } from '../mirror.ts';
import { resize } from '../resize.ts';

/** The kernels by the names of the methods. */
export const filters = {
  // blur, sharpen
  gaussianBlur,
  // rank, morphology, convolve
  // colour
  grayscale,
  // geometry, alpha
  flip,
  flop,
  // resize
  resize,
} as const;

/** A method of a pipeline for each filter: the filter's options without the raster and without `out`. */
export type FilterMethods<P> = {
  readonly [Name in keyof typeof filters]: Method<(typeof filters)[Name], P>;
};

type Method<Kernel, P> =
  Kernel extends FilterKernelWithDefaults<infer Options>
    ? (options?: Options) => P
    : Kernel extends FilterKernel<infer Options>
      ? (options: Options) => P
      : never;
