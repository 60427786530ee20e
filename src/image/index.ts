/** Native image kernels: `allcores/image`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type BoxBlurOptions, boxBlur } from './box-blur.ts';
export { joinChannels, splitChannels } from './channels.ts';
export {
  type ColorMatrixOptions,
  colorMatrix,
  type HueOptions,
  hue,
  type SepiaOptions,
  sepia,
} from './color-matrix.ts';
export { type ConvolveOptions, convolve } from './convolve.ts';
export { type DecodeKernel, type DecodeOptions, decode } from './decode.ts';
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
export { type MedianOptions, median } from './median.ts';
export { type Metadata, metadata } from './metadata.ts';
export { flip, flop } from './mirror.ts';
export { dilate, erode, type MorphologyOptions } from './morphology.ts';
export {
  type BlendMode,
  type BlendOptions,
  blend,
  type CompositeOptions,
  composite,
  type PairKernel,
  type PairKernelWithDefaults,
} from './pair.ts';
export type { BatchProgress } from './pipeline/batch.ts';
export type { JpegOptions, PngOptions, WebpOptions } from './pipeline/encoders.ts';
export {
  type AnyPipeline,
  type EncodingPipeline,
  type Pipeline,
  type PipelineOptions,
  pipeline,
} from './pipeline/pipeline.ts';
export type { RunAllDone, RunAllFailed, RunAllOptions, RunAllResult } from './pipeline/run-all.ts';
export type { ImageInput } from './pipeline/source.ts';
export type { Position } from './position.ts';
export { type FlattenOptions, flatten, premultiply, unpremultiply } from './premultiply.ts';
export type { Radius } from './radius.ts';
export { type RankFilterOptions, rankFilter } from './rank-filter.ts';
export type { Bytes, Pixels, Raster } from './raster.ts';
export { type ReduceOptions, reduce } from './reduce.ts';
export { type Fit, type ResizeOptions, resize } from './resize.ts';
export { type SharpenOptions, sharpen } from './sharpen.ts';
export { type SobelOptions, sobel } from './sobel.ts';
export {
  type AutocontrastOptions,
  autocontrast,
  equalize,
  type NormalizeOptions,
  normalize,
} from './stretch.ts';
export { type AutoOrientOptions, autoOrient, rotate90, rotate180, rotate270, transpose } from './turn.ts';
export { type UnsharpMaskOptions, unsharpMask } from './unsharp-mask.ts';
