/** Native factorials: `allcores/factorial`. */

export type { RunOptions } from '../internal/kernel.ts';
export { digitCount } from './digit-count.ts';
export { factorial } from './factorial.ts';
export { type FactorialModKernel, factorialMod, type Residue } from './factorial-mod.ts';
export { factorialString } from './factorial-string.ts';
export {
  type Integers,
  type LogFactorialKernel,
  type LogFactorialOptions,
  logFactorial,
} from './log-factorial.ts';
export { trailingZeros } from './trailing-zeros.ts';
