/** The filters that a pipeline has as methods: all that make one image of one. */

import { boxBlur } from '../box-blur.ts';
import { colorMatrix, hue, sepia } from '../color-matrix.ts';
import { convolve } from '../convolve.ts';
import { brightness, contrast, saturation } from '../enhance.ts';
import type { FilterKernel, FilterKernelWithDefaults } from '../filter.ts';
import { crop, pad } from '../frame.ts';
import { gaussianBlur } from '../gaussian-blur.ts';
import { grayscale } from '../grayscale.ts';
import { gamma, invert, lut, threshold } from '../levels.ts';
import { median } from '../median.ts';
import { flip, flop } from '../mirror.ts';
import { dilate, erode } from '../morphology.ts';
import { flatten, premultiply, unpremultiply } from '../premultiply.ts';
import { rankFilter } from '../rank-filter.ts';
import { reduce } from '../reduce.ts';
import { resize } from '../resize.ts';
import { sharpen } from '../sharpen.ts';
import { sobel } from '../sobel.ts';
import { autocontrast, equalize, normalize } from '../stretch.ts';
import { rotate90, rotate180, rotate270, transpose } from '../turn.ts';
import { unsharpMask } from '../unsharp-mask.ts';

/** The kernels by the names of the methods. (`autoOrient` is a method of its own: a file knows how it lies.) */
export const filters = {
  // blur, sharpen
  gaussianBlur,
  boxBlur,
  unsharpMask,
  sharpen,
  // rank, morphology, convolve
  median,
  rankFilter,
  erode,
  dilate,
  convolve,
  sobel,
  // colour
  grayscale,
  invert,
  threshold,
  gamma,
  lut,
  brightness,
  contrast,
  saturation,
  hue,
  sepia,
  colorMatrix,
  autocontrast,
  normalize,
  equalize,
  // geometry, alpha
  flip,
  flop,
  rotate90,
  rotate180,
  rotate270,
  transpose,
  crop,
  pad,
  reduce,
  premultiply,
  unpremultiply,
  flatten,
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
