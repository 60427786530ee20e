/** Native factorials and big integers: `allcores/factorial`. */

export type { Kernel, ProgressOptions, RunOptions } from '../internal/kernel.ts';
export { bigintFromString } from './bigint-from-string.ts';
export { bigintToString } from './bigint-to-string.ts';
export { binomial } from './binomial.ts';
export { digitCount } from './digit-count.ts';
export { doubleFactorial } from './double-factorial.ts';
export { factorial } from './factorial.ts';
export { factorialAll } from './factorial-all.ts';
export { type FactorialModKernel, factorialMod, type Residue } from './factorial-mod.ts';
export { factorialString } from './factorial-string.ts';
export { fallingFactorial } from './falling-factorial.ts';
export {
  type Integers,
  type LogFactorialKernel,
  type LogFactorialOptions,
  logFactorial,
} from './log-factorial.ts';
export { multinomial } from './multinomial.ts';
export { multiply } from './multiply.ts';
export type { FactorialKernel, MemoryOptions } from './options.ts';
export { primorial } from './primorial.ts';
export { risingFactorial } from './rising-factorial.ts';
export { trailingZeros } from './trailing-zeros.ts';
