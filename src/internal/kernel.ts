/** A kernel is a plain function with an async form; pools know it by its brand. */

import { abortSignal, argumentError, expected } from './check.ts';

/** What the async form of every kernel takes beside the kernel's own options. */
export interface RunOptions {
  /** Stops the kernel at its next block; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** What the async form of a kernel that tells its progress takes. */
export interface ProgressOptions extends RunOptions {
  /**
   * Called with the share of the work that is done, from 0 to 1: rising, some hundred times a second at most,
   * and with 1 before the promise resolves. Large products count when they are done. What it throws stops the
   * kernel and rejects the promise.
   */
  onProgress?(fraction: number): void;
}

/** A native kernel: called plainly it runs now, on all cores, and blocks; `async` leaves the event loop free. */
export interface Kernel<
  Args extends readonly unknown[],
  Options extends object,
  Result,
  Run extends RunOptions = RunOptions,
> {
  (...args: [...args: Args, options?: Options]): Result;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: (...args: [...args: Args, options?: Options & Run]) => Promise<Result>;
}

const brand = Symbol.for('allcores.kernel');
const sharing = Symbol.for('allcores.kernel.sharing');

/** A result that a later group can go on from. */
export interface Known {
  readonly key: number;
  readonly result: unknown;
}

/** How a kernel of one argument shares work between the items of a map. */
export interface Sharing {
  /** Checks an item as the kernel does, and throws what it would throw. Items with the same key have the same result. */
  key(item: unknown): number;
  /**
   * Cuts keys, which rise, into chains of groups. Chains have nothing to do with each other; a group goes on
   * from the last result of the group before it. The results of a group are handed over together.
   */
  plan(keys: readonly number[]): number[][][];
  /** The results of a group's keys. `known` is of a smaller key. */
  run(keys: readonly number[], known: Known | undefined, signal: AbortSignal): Promise<readonly unknown[]>;
}

/** A kernel of any type, as a pool sees it. */
export type AnyKernel = ((...args: unknown[]) => unknown) & {
  readonly async: (...args: unknown[]) => Promise<unknown>;
  /** How many arguments stand before the options object. */
  readonly [brand]: number;
  readonly [sharing]?: Sharing;
};

/**
 * Joins a plain function and its async form; `arity` is the number of arguments before the options, `shares`
 * how a pool's map of it shares work.
 */
export function defineKernel<Args extends readonly unknown[], Options extends object, Result>(
  arity: number,
  plain: (...args: [...args: Args, options?: Options]) => Result,
  async: (...args: [...args: Args, options?: Options & RunOptions]) => Promise<Result>,
  shares?: Sharing,
): Kernel<Args, Options, Result>;
/** The same for a kernel whose async form takes more than a signal. */
export function defineKernel<
  Args extends readonly unknown[],
  Options extends object,
  Result,
  Run extends RunOptions,
>(
  arity: number,
  plain: (...args: [...args: Args, options?: Options]) => Result,
  async: (...args: [...args: Args, options?: Options & Run]) => Promise<Result>,
  shares?: Sharing,
): Kernel<Args, Options, Result, Run>;
/** Both. */
export function defineKernel(
  arity: number,
  plain: (...args: unknown[]) => unknown,
  async: (...args: unknown[]) => Promise<unknown>,
  shares?: Sharing,
): AnyKernel {
  return Object.assign(plain, { async, [brand]: arity, ...(shares && { [sharing]: shares }) });
}

/** Whether a function is a kernel (of this or another copy of allcores). */
export function isKernel(value: unknown): value is AnyKernel {
  return typeof value === 'function' && Object.hasOwn(value, brand);
}

/** How a kernel shares work between items; undefined when it does not. */
export function sharingOf(kernel: AnyKernel): Sharing | undefined {
  return Object.hasOwn(kernel, sharing) ? kernel[sharing] : undefined;
}

/**
 * Calls a kernel's async form with a signal beside the one that its own options may hold: whichever
 * aborts first stops it, and its reason is what the promise rejects with.
 *
 * @throws {TypeError} (as a rejection) for options that are no object, a signal that is none, and for
 *   arguments after the options.
 */
export async function runKernel(
  kernel: AnyKernel,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  const arity = kernel[brand];
  if (args.length > arity + 1) {
    const message = `Expected at most ${arity + 1} arguments, got ${args.length}`;
    throw argumentError('ERR_INVALID_ARG_VALUE', message);
  }
  const given = args.slice(0, arity);
  while (given.length < arity) given.push(undefined);
  const options = args[arity];
  if (options === undefined) return kernel.async(...given, { signal });
  if (typeof options !== 'object' || options === null) {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('options', 'an object', options));
  }
  const own = Object.hasOwn(options, 'signal') ? (options as RunOptions).signal : undefined;
  if (own === undefined) return kernel.async(...given, { ...options, signal });
  const both = new AbortController();
  const release = [signal, abortSignal('signal', own)].map((one) => {
    const abort = () => both.abort(one.reason);
    if (one.aborted) abort();
    else one.addEventListener('abort', abort, { once: true });
    return () => one.removeEventListener('abort', abort);
  });
  try {
    both.signal.throwIfAborted();
    return await kernel.async(...given, { ...options, signal: both.signal });
  } finally {
    for (const forget of release) forget();
  }
}
