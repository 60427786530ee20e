/** Native factorials: `allcores/factorial`. */

export type { RunOptions } from '../internal/kernel.ts';
export { factorial } from './factorial.ts';
export { factorialString } from './factorial-string.ts';
