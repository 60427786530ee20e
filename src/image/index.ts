/** Native image kernels: `allcores/image`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type DecodeKernel, type DecodeOptions, decode } from './decode.ts';
export { type EncodeOptions, encode } from './encode.ts';
export type { FilterKernel, FilterKernelWithDefaults, OutOption } from './filter.ts';
export { type GaussianBlurOptions, gaussianBlur } from './gaussian-blur.ts';
export { grayscale } from './grayscale.ts';
export { type Metadata, metadata } from './metadata.ts';
export { flip, flop } from './mirror.ts';
export type { Bytes, Pixels, Raster } from './raster.ts';
export { type Fit, type ResizeOptions, resize } from './resize.ts';
