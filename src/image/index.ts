/** Native image kernels: `allcores/image`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type BoxBlurOptions, boxBlur } from './box-blur.ts';
export {
  type ColorMatrixOptions,
  colorMatrix,
  type HueOptions,
  hue,
  type SepiaOptions,
  sepia,
} from './color-matrix.ts';
export { type DecodeOptions, decode } from './decode.ts';
export { type EncodeOptions, encode } from './encode.ts';
export { brightness, contrast, type EnhanceOptions, saturation } from './enhance.ts';
export type { FilterKernel, FilterKernelWithDefaults, OutOption } from './filter.ts';
export { type CropOptions, crop, type PadOptions, pad } from './frame.ts';
export {
  type BlurBorder,
  type GaussianBlurMode,
  type GaussianBlurOptions,
  gaussianBlur,
} from './gaussian-blur.ts';
export { grayscale } from './grayscale.ts';
export { histogram } from './histogram.ts';
export {
  type GammaOptions,
  gamma,
  invert,
  type LutOptions,
  lut,
  type ThresholdOptions,
  threshold,
} from './levels.ts';
export { flip, flop } from './mirror.ts';
export type { Radius } from './radius.ts';
export type { Bytes, Pixels, Raster } from './raster.ts';
export { type ReduceOptions, reduce } from './reduce.ts';
export { type Fit, type ResizeOptions, resize } from './resize.ts';
export { type SharpenOptions, sharpen } from './sharpen.ts';
export {
  type AutocontrastOptions,
  autocontrast,
  equalize,
  type NormalizeOptions,
  normalize,
} from './stretch.ts';
export { type AutoOrientOptions, autoOrient, rotate90, rotate180, rotate270, transpose } from './turn.ts';
export { type UnsharpMaskOptions, unsharpMask } from './unsharp-mask.ts';
