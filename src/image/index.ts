/** Native image kernels: `allcores/image`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type BoxBlurOptions, boxBlur } from './box-blur.ts';
export { type DecodeOptions, decode } from './decode.ts';
export { type EncodeOptions, encode } from './encode.ts';
export type { FilterKernel, FilterKernelWithDefaults, OutOption } from './filter.ts';
export {
  type BlurBorder,
  type GaussianBlurMode,
  type GaussianBlurOptions,
  gaussianBlur,
} from './gaussian-blur.ts';
export { grayscale } from './grayscale.ts';
export { flip, flop } from './mirror.ts';
export type { Radius } from './radius.ts';
export type { Bytes, Pixels, Raster } from './raster.ts';
export { type Fit, type ResizeOptions, resize } from './resize.ts';
export { type SharpenOptions, sharpen } from './sharpen.ts';
export { type UnsharpMaskOptions, unsharpMask } from './unsharp-mask.ts';
