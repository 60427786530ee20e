/** Native image kernels: `allcores/image`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type DecodeOptions, decode } from './decode.ts';
export { type EncodeOptions, encode } from './encode.ts';
export type { FilterKernel, FilterKernelWithDefaults, OutOption } from './filter.ts';
export { type GaussianBlurOptions, gaussianBlur } from './gaussian-blur.ts';
export { grayscale } from './grayscale.ts';
export { flip, flop } from './mirror.ts';
export type { BatchProgress } from './pipeline/batch.ts';
export type { JpegOptions, PngOptions } from './pipeline/encoders.ts';
export {
  type AnyPipeline,
  type EncodingPipeline,
  type Pipeline,
  type PipelineOptions,
  pipeline,
} from './pipeline/pipeline.ts';
export type { RunAllDone, RunAllFailed, RunAllOptions, RunAllResult } from './pipeline/run-all.ts';
export type { ImageInput } from './pipeline/source.ts';
export type { Bytes, Pixels, Raster } from './raster.ts';
export { type Fit, type ResizeOptions, resize } from './resize.ts';
