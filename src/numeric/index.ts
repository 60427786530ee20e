/** Native kernels over typed arrays: `allcores/numeric`. */

export type { RunOptions } from '../internal/kernel.ts';
export type { Precision, SumOptions } from './adding.ts';
export { all } from './all.ts';
export type { AlongOptions, AxisKernel, LikeInput, WholeOptions } from './along-axis.ts';
export { any } from './any.ts';
export { argmax } from './argmax.ts';
export { argmin, type IndexKernel } from './argmin.ts';
export { type ArgsortOptions, argsort } from './argsort.ts';
export type { Shaped } from './axis.ts';
export { type BincountOptions, bincount } from './bincount.ts';
export { correlation } from './correlation.ts';
export { countNonzero } from './count-nonzero.ts';
export { type CovarianceOptions, covariance } from './covariance.ts';
export { cumprod } from './cumprod.ts';
export { cumsum } from './cumsum.ts';
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
export { prod } from './prod.ts';
export {
  type QuantileKernel,
  type QuantileMethod,
  type QuantileOptions,
  type QuantileResult,
  type Quantiles,
  quantile,
} from './quantile.ts';
export type { ScanKernel, ScanOptions, ScanResult } from './scan.ts';
export { type SearchsortedOptions, searchsorted } from './searchsorted.ts';
export { type SameType, type SortKernel, type SortOptions, sort } from './sort.ts';
export { std } from './std.ts';
export { type SumKernel, type SumResult, sum } from './sum.ts';
export { sumOfSquares } from './sum-of-squares.ts';
export { type UniqueKernel, type UniqueOptions, type UniqueResult, unique } from './unique.ts';
export { type VarianceOptions, variance } from './variance.ts';
