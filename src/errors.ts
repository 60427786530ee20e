/**
 * Every error class of allcores and its stable `code`.
 *
 * Bad arguments are Node's own classes and codes (`argument` below); everything that
 * happens later is one of the classes here.
 */

/** The base class of every error that allcores throws after its arguments were accepted. */
export abstract class AllcoresError extends Error {
  /** A stable name of the failure, for programs. */
  abstract readonly code: string;
}

/** The pool takes no more work, or was terminated while the call was pending. */
export class PoolClosedError extends AllcoresError {
  override readonly name = 'PoolClosedError';
  override readonly code = 'ALLCORES_ERR_POOL_CLOSED';

  constructor(message = 'The pool is closed: it takes no more calls') {
    super(message);
  }
}

/** How a worker came to its end. */
export type DeathReason = 'exit' | 'signal' | 'oom' | 'abort' | 'terminated';

/** What is known of a worker's end. */
export interface Death {
  /** The exit code, when it ended by itself. */
  readonly exitCode: number | undefined;
  /** The signal that ended it (child processes only). */
  readonly signal: string | undefined;
  /** The kind of end. */
  readonly reason: DeathReason;
  /** An error that nobody caught in the worker, when that ended it. */
  readonly cause?: unknown;
}

/** A worker ended while it was running the call. */
export class WorkerDiedError extends AllcoresError {
  override readonly name = 'WorkerDiedError';
  override readonly code = 'ALLCORES_ERR_WORKER_DIED';
  /** The worker's number in its pool. */
  readonly workerId: number;
  /** Its exit code, when it ended by itself. */
  readonly exitCode: number | undefined;
  /** The signal that ended it (child processes only). */
  readonly signal: string | undefined;
  /** The kind of end. */
  readonly reason: DeathReason;

  constructor(workerId: number, death: Death, when = 'while it was running the call') {
    super(
      `Worker ${workerId} ended (${describeDeath(death)}) ${when}`,
      death.cause === undefined ? undefined : { cause: death.cause },
    );
    this.workerId = workerId;
    this.exitCode = death.exitCode;
    this.signal = death.signal;
    this.reason = death.reason;
  }
}

function describeDeath({ reason, exitCode, signal }: Death): string {
  if (reason === 'oom') return 'out of memory';
  if (reason === 'signal') return `by ${signal}`;
  if (reason === 'exit') return `exit code ${exitCode}`;
  if (reason === 'abort') return signal === undefined ? 'by an uncaught error' : `aborted by ${signal}`;
  return 'it was terminated';
}

/** A wait took longer than its `timeout`. */
export class TimeoutError extends AllcoresError {
  override readonly name: string = 'TimeoutError';
  override readonly code: string = 'ALLCORES_ERR_TIMEOUT';
}

/** A task ran longer than its `timeout`, counted from the moment its function started. */
export class TaskTimeoutError extends TimeoutError {
  override readonly name = 'TaskTimeoutError';
  override readonly code = 'ALLCORES_ERR_TASK_TIMEOUT';
  /** The limit, in milliseconds. */
  readonly timeout: number;

  constructor(timeout: number) {
    super(`The task ran longer than its timeout of ${timeout} ms`);
    this.timeout = timeout;
  }
}

/** The call was cancelled, and no signal's reason says why. */
export class CancelledError extends AllcoresError {
  override readonly name = 'CancelledError';
  override readonly code = 'ALLCORES_ERR_CANCELLED';

  constructor(message = 'The call was cancelled') {
    super(message);
  }
}

/** A value cannot cross to or from a worker. */
export class SerializationError extends AllcoresError {
  override readonly name = 'SerializationError';
  override readonly code = 'ALLCORES_ERR_SERIALIZATION';
  /** Where the value stands, for example `args[0].items[3].callback`. */
  readonly path: string;

  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`${path} cannot cross to another thread or process: ${what}`, options);
    this.path = path;
  }
}

/** A task's module cannot be loaded, or has no such export. */
export class TaskNotFoundError extends AllcoresError {
  override readonly name = 'TaskNotFoundError';
  override readonly code = 'ALLCORES_ERR_TASK_NOT_FOUND';
}

/** An inline function used something of its surroundings, which did not travel with it. */
export class TaskCaptureError extends AllcoresError {
  override readonly name = 'TaskCaptureError';
  override readonly code = 'ALLCORES_ERR_TASK_CAPTURE';
  /** The name that is missing in the worker. */
  readonly variable: string;

  constructor(variable: string, options?: ErrorOptions) {
    super(
      `\`${variable}\` is not defined in the worker: an inline function travels as source text, without ` +
        'its surroundings. Pass it as an argument, or move the function to a module and use ' +
        "`tasks(new URL('./module.js', import.meta.url))`",
      options,
    );
    this.variable = variable;
  }
}

/** Items of a map failed under `errors: 'collect'`. */
export class MapError extends AllcoresError {
  override readonly name = 'MapError';
  override readonly code = 'ALLCORES_ERR_MAP';
  /** The failed items, by rising index. */
  readonly errors: readonly { readonly index: number; readonly reason: unknown }[];
  /** The results in input order, with holes where items failed. */
  readonly results: readonly unknown[];

  constructor(errors: readonly { index: number; reason: unknown }[], results: readonly unknown[]) {
    super(`${errors.length} of ${results.length} items failed, the first at index ${errors[0]?.index}`, {
      cause: errors[0]?.reason,
    });
    this.errors = errors;
    this.results = results;
  }
}

/** The queue, or a pool's list of waiting calls, has reached its limit. */
export class QueueFullError extends AllcoresError {
  override readonly name = 'QueueFullError';
  override readonly code = 'ALLCORES_ERR_QUEUE_FULL';
}

/** An Executor has lost its workers for good: they cannot be started, or their initializer failed (`cause`). */
export class BrokenExecutorError extends AllcoresError {
  override readonly name = 'BrokenExecutorError';
  override readonly code = 'ALLCORES_ERR_EXECUTOR_BROKEN';
}

/** The object is not in the state that the call needs. */
export class InvalidStateError extends AllcoresError {
  override readonly name = 'InvalidStateError';
  override readonly code = 'ALLCORES_ERR_INVALID_STATE';
}

/** The native addon could not be loaded. */
export class NativeLoadError extends AllcoresError {
  override readonly name = 'NativeLoadError';
  override readonly code = 'ALLCORES_ERR_NATIVE_LOAD';
}

/** A kernel failed in a way that is a defect of allcores; the process lives on. */
export class KernelPanicError extends AllcoresError {
  override readonly name = 'KernelPanicError';
  override readonly code = 'ALLCORES_ERR_PANIC';
}

/** Why an image was refused. */
export type ImageErrorCode =
  | 'ALLCORES_ERR_IMAGE_FORMAT'
  | 'ALLCORES_ERR_IMAGE_CORRUPT'
  | 'ALLCORES_ERR_IMAGE_LIMIT'
  | 'ALLCORES_ERR_IMAGE_UNSUPPORTED'
  | 'ALLCORES_ERR_IMAGE_IO';

/** An image cannot be read, is too large, or could not be written. */
export class ImageError extends AllcoresError {
  override readonly name = 'ImageError';
  override readonly code: ImageErrorCode;
  /** The file that could not be read or written, when the image is one. */
  readonly path: string | undefined;

  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions & { readonly path?: string }) {
    super(message, options);
    this.code = code;
    this.path = options?.path;
  }
}
