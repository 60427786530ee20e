/** Native factorials and big integers: `allcores/factorial`. */

export type { Kernel, ProgressOptions, RunOptions } from '../internal/kernel.ts';
export { bigintFromString } from './bigint-from-string.ts';
export { bigintToString } from './bigint-to-string.ts';
export { binomial } from './binomial.ts';
export { doubleFactorial } from './double-factorial.ts';
export { factorial } from './factorial.ts';
export { factorialAll } from './factorial-all.ts';
export { factorialString } from './factorial-string.ts';
export { fallingFactorial } from './falling-factorial.ts';
export { multinomial } from './multinomial.ts';
export { multiply } from './multiply.ts';
export type { FactorialKernel, MemoryOptions } from './options.ts';
export { primorial } from './primorial.ts';
export { risingFactorial } from './rising-factorial.ts';
