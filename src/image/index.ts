/** Native image kernels: `allcores/image`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type ConvolveOptions, convolve } from './convolve.ts';
export { type DecodeOptions, decode } from './decode.ts';
export { type EncodeOptions, encode } from './encode.ts';
export type { FilterKernel, FilterKernelWithDefaults, OutOption } from './filter.ts';
export { type GaussianBlurOptions, gaussianBlur } from './gaussian-blur.ts';
export { grayscale } from './grayscale.ts';
export { type MedianOptions, median } from './median.ts';
export { flip, flop } from './mirror.ts';
export { dilate, erode, type MorphologyOptions } from './morphology.ts';
export { type RankFilterOptions, rankFilter } from './rank-filter.ts';
export type { Bytes, Pixels, Raster } from './raster.ts';
export { type Fit, type ResizeOptions, resize } from './resize.ts';
export { type SobelOptions, sobel } from './sobel.ts';
