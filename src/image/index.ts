/** Native image kernels: `allcores/image`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type DecodeOptions, decode } from './decode.ts';
export { type EncodeOptions, encode } from './encode.ts';
export type { FilterKernel, FilterKernelWithDefaults, OutOption } from './filter.ts';
export type { Fit } from './fit.ts';
export { type GaussianBlurOptions, gaussianBlur } from './gaussian-blur.ts';
export { grayscale } from './grayscale.ts';
export type { Pixels, Raster } from './raster.ts';
export { type ResizeOptions, resize } from './resize.ts';
