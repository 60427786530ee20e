/** The options that all kernels of this module have in common. */

import { argumentError, callable, integer, ownOptions } from '../internal/check.ts';
import type { Kernel, ProgressOptions } from '../internal/kernel.ts';

/** What every kernel of this module takes. */
export interface MemoryOptions {
  /**
   * Bytes that the call may take, an integer from 0. A call that would need more, by an estimate that is above
   * what is really taken, is a RangeError with that estimate before any work. Default: no limit.
   */
  maxMemory?: number;
}

/** A kernel of this module: its async form also tells its progress. */
export type FactorialKernel<Args extends readonly unknown[], Result> = Kernel<
  Args,
  MemoryOptions,
  Result,
  ProgressOptions
>;

/** The checked options of a plain call. */
export function memoryLimit(options: MemoryOptions | undefined, where: string): number | undefined {
  // The shortest calls take less time than the reading of options.
  if (options === undefined) return undefined;
  return limit(ownOptions(options, ['maxMemory'], where).maxMemory);
}

/** The checked options of an asynchronous call. The signal is looked at by whoever starts the job. */
export function runOptions(
  options: (MemoryOptions & ProgressOptions) | undefined,
  where: string,
): {
  readonly maxMemory: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((fraction: number) => void) | undefined;
} {
  const { maxMemory, signal, onProgress } = ownOptions(options, ['maxMemory', 'signal', 'onProgress'], where);
  return {
    maxMemory: limit(maxMemory),
    signal,
    onProgress:
      onProgress === undefined
        ? undefined
        : (callable('onProgress', onProgress) as (fraction: number) => void),
  };
}

function limit(maxMemory: unknown): number | undefined {
  return maxMemory === undefined ? undefined : integer('maxMemory', maxMemory, 0);
}

/** Refuses a call that needs more memory than it may take. */
export function checkMemory(maxMemory: number | undefined, needed: () => number): void {
  if (maxMemory === undefined) return;
  const bytes = Math.ceil(needed());
  if (bytes <= maxMemory) return;
  throw argumentError(
    'ERR_OUT_OF_RANGE',
    `Expected \`maxMemory\` to allow the ${bytes} bytes that this call may need, got ${maxMemory}`,
  );
}
