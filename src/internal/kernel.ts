/** A kernel is a plain function with an async form; pools know it by its brand. */

/** What the async form of every kernel takes beside the kernel's own options. */
export interface RunOptions {
  /** Stops the kernel at its next block; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A native kernel: called plainly it runs now, on all cores, and blocks; `async` leaves the event loop free. */
export interface Kernel<Args extends readonly unknown[], Options extends object, Result> {
  (...args: [...args: Args, options?: Options]): Result;
  /** The same arguments; the options also take `signal`. Do not write to the arrays until the promise settles. */
  readonly async: (...args: [...args: Args, options?: Options & RunOptions]) => Promise<Result>;
}

const brand = Symbol.for('allcores.kernel');

/** A kernel of any type, as a pool sees it. */
export type AnyKernel = ((...args: unknown[]) => unknown) & {
  readonly async: (...args: unknown[]) => Promise<unknown>;
  /** How many arguments stand before the options object. */
  readonly [brand]: number;
};

/** Joins a plain function and its async form; `arity` is the number of arguments before the options. */
export function defineKernel<Args extends readonly unknown[], Options extends object, Result>(
  arity: number,
  plain: (...args: [...args: Args, options?: Options]) => Result,
  async: (...args: [...args: Args, options?: Options & RunOptions]) => Promise<Result>,
): Kernel<Args, Options, Result> {
  return Object.assign(plain, { async, [brand]: arity });
}

/** Whether a function is a kernel (of this or another copy of allcores). */
export function isKernel(value: unknown): value is AnyKernel {
  return typeof value === 'function' && Object.hasOwn(value, brand);
}

/** Calls a kernel's async form with a signal in its options object. */
export function runKernel(
  kernel: AnyKernel,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  const given = args.slice(0, kernel[brand]);
  while (given.length < kernel[brand]) given.push(undefined);
  const options = args[kernel[brand]];
  return kernel.async(...given, { ...(options as object | undefined), signal });
}
