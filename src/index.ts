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
export { type AsCompletedOptions, asCompleted } from './pool/as-completed.ts';
export { Executor, type ExecutorMapOptions, type ShutdownOptions } from './pool/executor.ts';
export { Future, type ResultOptions } from './pool/future.ts';
export type { Histogram } from './pool/histogram.ts';
export type { ImapOutcome } from './pool/imap-flow.ts';
export type { ApplyOptions, CallOptions, ImapOptions, MapOptions, PoolOptions } from './pool/options.ts';
export type { Progress } from './pool/outcomes.ts';
export { Pool } from './pool/pool.ts';
export type { PoolStats, WorkerStats } from './pool/stats.ts';
export { type ReturnWhen, type WaitFuturesOptions, type WaitResult, wait } from './pool/wait.ts';
export { activeChildren } from './process/children.ts';
export { cpuCount } from './process/cpu-count.ts';
export { currentProcess, type ProcessInfo, parentProcess } from './process/info.ts';
export { isMain } from './process/is-main.ts';
export type { ProcessOptions } from './process/options.ts';
export { Process } from './process/process.ts';
export { sharedArray } from './shared/shared-array.ts';
export { currentTask, type TaskContext } from './worker/context.ts';
