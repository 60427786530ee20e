import { AsyncResource } from 'node:async_hooks';
import { inspect } from 'node:util';
import { CancelledError, InvalidStateError } from '../errors.ts';
import { callable, ownOptions, tagOf } from '../internal/check.ts';
import { Deadline } from './deadline.ts';

/** How the call behind a future tells its outcome, once. A second time is an InvalidStateError and changes nothing. */
export interface Settlement {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The call behind a future, as long as it is pending. */
export interface FutureSource {
  /** Whether its function has begun. */
  running(): boolean;
  /** Takes it back if it has not begun: true, and it never runs and never settles. */
  withdraw(): boolean;
  /** The future has ended, in whatever way. Not called when it did while it was opened. */
  ended(): void;
}

/** What `result` and `exception` take. */
export interface ResultOptions {
  /** Milliseconds to wait, an integer from 0 (which asks without waiting). Default: no limit. */
  timeout?: number;
}

/** What has become of a future. */
export type FutureState = 'pending' | 'returned' | 'raised' | 'cancelled';

type Listener = () => void;

const ignore = () => {};

// Set by the class below, which alone sees its private fields.

/** What has become of a future: how the waits tell a failure with a falsy value from a result. */
export let stateOf: (future: Future<unknown>) => FutureState;
/** Whether a value is a future. */
export let isFuture: (value: unknown) => value is Future<unknown>;
/** Calls `listener` when a pending future ends; forgotten with the future, or by `unlisten`. It must not throw. */
export let listen: (future: Future<unknown>, listener: Listener) => void;
/** Takes a listener back. */
export let unlisten: (future: Future<unknown>, listener: Listener) => void;
/** How many listeners a future has, for tests. */
export let listenersOf: (future: Future<unknown>) => number;

/**
 * A call that was submitted to an Executor: its state, its outcome, and the way to take it back.
 *
 * `await future` gives what `result()` gives. A failure that nobody reads is silent: the promises
 * of `result()` and `exception()` never raise `unhandledRejection`, those derived by `then` do.
 * Only an Executor makes futures.
 *
 * @example
 * import { Executor } from 'allcores';
 *
 * const executor = new Executor({ workers: 1 });
 * const future = executor.submit((a: number, b: number) => a + b, [1, 2]);
 * console.log(await future, future.done()); // 3 true
 * await executor.shutdown();
 */
export class Future<T> implements PromiseLike<T> {
  #state: FutureState = 'pending';
  /** The result or what was thrown; a CancelledError once it was asked for. */
  #value: unknown;
  /** While it is pending. */
  #source: FutureSource | undefined;
  #promise: Promise<T> | undefined;
  #listeners: Set<Listener> | undefined;

  /**
   * @param open For allcores itself: makes the call, which settles the future through its argument.
   * @throws what `open` throws.
   */
  constructor(open: (settlement: Settlement) => FutureSource) {
    const source = open({
      resolve: (value) => this.#settle('returned', value),
      reject: (error) => this.#settle('raised', error),
    });
    if (this.#state === 'pending') this.#source = source;
  }

  static {
    stateOf = (future) => future.#state;
    isFuture = (value): value is Future<unknown> =>
      typeof value === 'object' && value !== null && #state in value;
    listen = (future, listener) => {
      future.#listeners ??= new Set();
      future.#listeners.add(listener);
    };
    unlisten = (future, listener) => {
      future.#listeners?.delete(listener);
    };
    listenersOf = (future) => future.#listeners?.size ?? 0;
  }

  /**
   * Takes the call back when its function has not begun, also when it was sent to a busy worker. (Where child
   * processes cannot share memory with the program nobody sees what they have begun: there a call that was
   * sent counts as running.)
   *
   * @returns True when the future is cancelled, now or before; false when it runs or has finished.
   */
  cancel(): boolean {
    if (this.#source?.withdraw() === true) this.#settle('cancelled', undefined);
    return this.#state === 'cancelled';
  }

  /** Whether it was cancelled before it began. */
  cancelled(): boolean {
    return this.#state === 'cancelled';
  }

  /** Whether its function has begun and has not ended. */
  running(): boolean {
    return this.#source?.running() === true;
  }

  /** Whether it has finished, failed or been cancelled. */
  done(): boolean {
    return this.#state !== 'pending';
  }

  /**
   * The result, once there is one.
   *
   * @returns A promise. It rejects with what the call failed with; with CancelledError when the future was
   *   cancelled; with TimeoutError when `timeout` is over first, which leaves the call as it is; with
   *   TypeError or RangeError for bad options.
   */
  result(options?: ResultOptions): Promise<T> {
    return options === undefined ? this.#outcome() : silent(this.#result(options));
  }

  /**
   * What the call failed with, once it has ended.
   *
   * @returns A promise of whatever was thrown, or of undefined when the call succeeded (or threw undefined).
   *   It rejects with CancelledError when the future was cancelled, and otherwise as `result` does.
   */
  exception(options?: ResultOptions): Promise<unknown> {
    return silent(this.#exception(options));
  }

  /**
   * Calls `fn` with the future when it has finished, failed or been cancelled; at once when it has already.
   * It runs in the async context of this call. What it throws (or rejects with) becomes a process warning
   * with the code `ALLCORES_WARN_DONE_CALLBACK`, and the other callbacks run all the same.
   *
   * @throws {TypeError} when `fn` is no function.
   */
  addDoneCallback(fn: (future: Future<T>) => void): void {
    callable('fn', fn);
    if (this.done()) {
      this.#call(fn);
      return;
    }
    listen(
      this,
      AsyncResource.bind(() => this.#call(fn)),
    );
  }

  /** As a promise's: the result or the failure, for `await`. */
  // biome-ignore lint/suspicious/noThenProperty: it is a PromiseLike
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#outcome().then(onResult, onFailure);
  }

  /** `Future <pending>`, `Future <finished: number>`, `Future <failed: RangeError>` and so on. */
  [inspect.custom](): string {
    return `Future <${this.#describe()}>`;
  }

  #describe(): string {
    switch (this.#state) {
      case 'pending':
        return this.running() ? 'running' : 'pending';
      case 'returned':
        return `finished: ${typeName(this.#value)}`;
      case 'raised':
        return `failed: ${typeName(this.#value)}`;
      default:
        return 'cancelled';
    }
  }

  #settle(state: FutureState, value: unknown): void {
    if (this.#state !== 'pending') {
      throw new InvalidStateError(`The future has its outcome already: ${this.#describe()}`);
    }
    const source = this.#source;
    const listeners = this.#listeners;
    this.#state = state;
    this.#value = value;
    this.#source = undefined;
    this.#listeners = undefined;
    source?.ended();
    if (listeners !== undefined) for (const listener of listeners) listener();
  }

  /** One promise for all who wait without a limit: made when the first of them comes. */
  #outcome(): Promise<T> {
    this.#promise ??= silent(
      new Promise((resolve, reject) => {
        const give = () => (this.#state === 'returned' ? resolve(this.#value as T) : reject(this.#failure()));
        if (this.done()) give();
        else listen(this, give);
      }),
    );
    return this.#promise;
  }

  async #result(options: ResultOptions): Promise<T> {
    await this.#ended(options, 'result');
    if (this.#state === 'returned') return this.#value as T;
    throw this.#failure();
  }

  async #exception(options: ResultOptions | undefined): Promise<unknown> {
    await this.#ended(options, 'exception');
    if (this.#state === 'cancelled') throw this.#failure();
    return this.#state === 'raised' ? this.#value : undefined;
  }

  /** Waits with a limit. Whoever comes again and again leaves nothing behind. */
  async #ended(options: ResultOptions | undefined, where: string): Promise<void> {
    const deadline = new Deadline(ownOptions(options, ['timeout'], where).timeout);
    if (this.done()) return;
    const error = () => deadline.error('The future has not ended');
    if (deadline.over) throw error();
    await new Promise<void>((resolve, reject) => {
      const callOff = deadline.start(() => {
        unlisten(this, ended);
        reject(error());
      });
      const ended = () => {
        callOff();
        resolve();
      };
      listen(this, ended);
    });
  }

  /** What those who ask for the result get instead. Thousands may be cancelled, of which few are asked. */
  #failure(): unknown {
    if (this.#state === 'cancelled') this.#value ??= new CancelledError('The future was cancelled');
    return this.#value;
  }

  #call(fn: (future: Future<T>) => unknown): void {
    try {
      const returned = fn(this);
      if (returned instanceof Promise) returned.catch(warn);
    } catch (error) {
      warn(error);
    }
  }
}

/** A promise that nobody needs to handle. */
function silent<P extends Promise<unknown>>(promise: P): P {
  promise.catch(ignore);
  return promise;
}

function warn(error: unknown): void {
  process.emitWarning('A done callback of a future failed', {
    type: 'AllcoresWarning',
    code: 'ALLCORES_WARN_DONE_CALLBACK',
    detail: inspect(error),
  });
}

function typeName(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  try {
    if (value instanceof Error) return String(value.constructor.name);
  } catch {
    // A class with surprising getters.
  }
  return tagOf(value);
}
