import * as numeric from 'allcores/numeric';

/** A kernel by whatever arguments. */
export type AnyKernel = ((...args: unknown[]) => unknown) & {
  readonly async: (...args: unknown[]) => Promise<unknown>;
};

/** What a kernel is called with, when it is not one array. */
const argumentsOf: Readonly<Record<string, (x: unknown) => unknown[]>> = {
  dot: (x) => [x, x],
  covariance: (x) => [x, x],
  correlation: (x) => [x, x],
  quantile: (x) => [x, [0.01, 0.5, 0.99]],
  searchsorted: (x) => [x, x],
};

/** Every kernel of `allcores/numeric`, and the arguments of a call on one array. */
export const everyKernel: readonly {
  readonly name: string;
  readonly kernel: AnyKernel;
  readonly args: (x: unknown) => unknown[];
}[] = Object.entries(numeric as unknown as Record<string, AnyKernel>)
  .filter(([, kernel]) => typeof kernel.async === 'function')
  .map(([name, kernel]) => ({ name, kernel, args: argumentsOf[name] ?? ((x) => [x]) }));
