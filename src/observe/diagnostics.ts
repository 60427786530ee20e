/**
 * What tests and benchmarks look at: `allcores/diagnostics`. Not part of the stable surface.
 */

import { type NumericArray, numericArray } from '../internal/array.ts';
import { boolean, integer, ownOptions } from '../internal/check.ts';
import { holdInput } from '../internal/hold.ts';
import { startJob } from '../internal/job.ts';
import { defineKernel, type Kernel, type RunOptions } from '../internal/kernel.ts';
import { call, native } from '../internal/native.ts';

/** What the native side found and did. */
export interface MachineInfo {
  /** Cores this process may use. */
  readonly cores: number;
  /** Native threads the pool has or will have. */
  readonly threads: number;
  /** Native threads that have run a block so far; 0 when everything ran on the calling threads. */
  readonly usedThreads: number;
  /** The instruction set that the kernels run on: `scalar`, `avx2` or `avx512`. */
  readonly level: string;
  /** The instruction sets of this machine, lowest first. */
  readonly levels: readonly string[];
}

/** What the native side found and did, in this process. */
export function machine(): MachineInfo {
  return call(() => native.machine());
}

/** How busy the kernels of one thread are. */
export interface ThreadActivity {
  /** Asynchronous calls that are not settled. */
  readonly jobs: number;
  /** Blocks of work begun by its blocking calls, and by the asynchronous ones that are not settled. */
  readonly blocks: number;
}

/** How busy the kernels of a worker thread are, seen from any thread; zeros when it has not loaded the addon. */
export function threadActivity(threadId: number): ThreadActivity {
  return call(() => native.activity(integer('threadId', threadId, 0, 0xffff_ffff)));
}

/** Cancels every kernel that a worker thread runs, so that ending the worker waits for no more than a block. */
export function cancelThreadKernels(threadId: number): void {
  call(() => native.cancelThread(integer('threadId', threadId, 0, 0xffff_ffff)));
}

/**
 * Reads all bytes of an array on all cores and gives their 64-bit words combined by exclusive or:
 * as fast as this machine can read.
 */
export const readMemory: Kernel<[x: NumericArray], object, bigint> = defineKernel(
  1,
  (x: NumericArray, options?: object) => {
    ownOptions(options, [], 'readMemory');
    const bytes = bytesOf(numericArray('x', x));
    return call(() => native.readMemory(bytes)) as bigint;
  },
  async (x: NumericArray, options?: RunOptions) => {
    const { signal } = ownOptions(options, ['signal'], 'readMemory');
    const bytes = bytesOf(holdInput('x', numericArray('x', x)));
    return (await startJob((id) => native.startReadMemory(id, bytes), signal)) as bigint;
  },
);

function bytesOf(x: NumericArray): Uint8Array {
  return new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
}

/** Options of `exercise`. */
export interface ExerciseOptions {
  /** The last block panics. Default false. */
  panic?: boolean;
}

/** A kernel that only takes time: `blocks` blocks of one millisecond, split like any other. Gives `blocks`. */
export const exercise: Kernel<[blocks: number], ExerciseOptions, number> = defineKernel(
  1,
  (blocks: number, options?: ExerciseOptions) => {
    const { panic = false } = ownOptions(options, ['panic'], 'exercise');
    const count = integer('blocks', blocks, 0, 0xffff_ffff);
    return call(() => native.exercise(count, boolean('panic', panic))) as number;
  },
  async (blocks: number, options?: ExerciseOptions & RunOptions) => {
    const { panic = false, signal } = ownOptions(options, ['panic', 'signal'], 'exercise');
    const count = integer('blocks', blocks, 0, 0xffff_ffff);
    const panics = boolean('panic', panic);
    return (await startJob((id) => native.startExercise(id, count, panics), signal)) as number;
  },
);
