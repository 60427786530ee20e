/** Native kernels over typed arrays: `allcores/numeric`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type BincountOptions, bincount } from './bincount.ts';
export { type DescribeKernel, type Description, describe } from './describe.ts';
export { type DotKernel, dot } from './dot.ts';
export { type Element, type ElementKernel, max, min, ptp } from './extremes.ts';
export type { FilterOptions, NanPolicy } from './filter.ts';
export { type Histogram, type HistogramOptions, histogram } from './histogram.ts';
export type { NumericInput } from './input.ts';
export { type MeanOptions, mean } from './mean.ts';
export { median } from './median.ts';
export { type Extremes, type ExtremesKernel, minmax } from './minmax.ts';
export { type NormOptions, norm } from './norm.ts';
export {
  type QuantileKernel,
  type QuantileMethod,
  type QuantileOptions,
  type QuantileResult,
  type Quantiles,
  quantile,
} from './quantile.ts';
export type { Precision } from './reduction.ts';
export { std } from './std.ts';
export { type SumKernel, type SumOptions, type SumResult, sum } from './sum.ts';
export { sumOfSquares } from './sum-of-squares.ts';
export { type VarianceOptions, variance } from './variance.ts';
