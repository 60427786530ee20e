/** The kernels whose arguments are a few integers and whose result is a bigint. */

import { defineKernel, type ProgressOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';
import { checkMemory, type FactorialKernel, type MemoryOptions, memoryLimit, runOptions } from './options.ts';
import { runJob, runNow } from './run.ts';

/** A call of the addon. */
export interface FamilyCall {
  /** The name of the kernel in the addon. */
  readonly kind: string;
  readonly integers: readonly bigint[];
  /** Whether the result is what the addon gives with the other sign. Default: no. */
  readonly negative?: boolean;
}

/**
 * Makes such a kernel.
 *
 * @param name Its name in messages.
 * @param arity How many arguments it has.
 * @param read Checks the arguments.
 */
export function defineFamily<Args extends readonly unknown[]>(
  name: string,
  arity: number,
  read: (...args: Args) => FamilyCall,
): FactorialKernel<Args, bigint> {
  type All<Options> = readonly [...args: Args, options?: Options];
  const split = <Options>(all: All<Options>) =>
    [all.slice(0, arity) as unknown as Args, all[arity] as Options | undefined] as const;
  return defineKernel<Args, MemoryOptions, bigint, ProgressOptions>(
    arity,
    (...all) => {
      const [args, options] = split<MemoryOptions>(all);
      const maxMemory = memoryLimit(options, name);
      const { kind, integers, negative } = read(...args);
      const numbers = BigUint64Array.from(integers);
      call(() => checkMemory(maxMemory, () => native.factorialMemory(kind, numbers)));
      return signed(
        runNow(() => native.factorialFamily(kind, numbers)),
        negative,
      );
    },
    async (...all) => {
      const [args, options] = split<MemoryOptions & ProgressOptions>(all);
      const { maxMemory, signal, onProgress } = runOptions(options, name);
      const { kind, integers, negative } = read(...args);
      const numbers = BigUint64Array.from(integers);
      call(() => checkMemory(maxMemory, () => native.factorialMemory(kind, numbers)));
      const start = (id: number) => native.startFactorialFamily(id, kind, numbers);
      return signed(await runJob(start, signal, onProgress), negative);
    },
  );
}

function signed(result: unknown, negative: boolean | undefined): bigint {
  return negative === true ? -(result as bigint) : (result as bigint);
}
