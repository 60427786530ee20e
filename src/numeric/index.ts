/** Native reductions over typed arrays: `allcores/numeric`. */

export type { RunOptions } from '../internal/kernel.ts';
export { type DotKernel, dot } from './dot.ts';
export { type Element, type ElementKernel, max, min } from './extremes.ts';
export type { NumericInput } from './input.ts';
export { mean } from './mean.ts';
export { type SumKernel, type SumOptions, type SumResult, sum } from './sum.ts';
export { sumOfSquares } from './sum-of-squares.ts';
export { type VarianceOptions, variance } from './variance.ts';
