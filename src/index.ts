/** allcores: every core of the machine for JavaScript functions and native kernels. */

export {
  AllcoresError,
  BrokenExecutorError,
  CancelledError,
  type Death,
  type DeathReason,
  ImageError,
  type ImageErrorCode,
  InvalidStateError,
  KernelPanicError,
  MapError,
  NativeLoadError,
  PoolClosedError,
  QueueFullError,
  SerializationError,
  TaskCaptureError,
  TaskNotFoundError,
  TaskTimeoutError,
  TimeoutError,
  WorkerDiedError,
} from './errors.ts';
export type { NumericArray, NumericArrayConstructor } from './internal/array.ts';
export type { RunOptions } from './internal/kernel.ts';
export { type Runnable, type Task, type Tasks, tasks } from './internal/tasks.ts';
export type { ImapOutcome } from './pool/imap-flow.ts';
export type { ApplyOptions, CallOptions, ImapOptions, MapOptions, PoolOptions } from './pool/options.ts';
export type { Progress } from './pool/outcomes.ts';
export { Pool } from './pool/pool.ts';
export { cpuCount } from './process/cpu-count.ts';
export { isMain } from './process/is-main.ts';
export { sharedArray } from './shared/shared-array.ts';
export { currentTask, type TaskContext } from './worker/context.ts';
