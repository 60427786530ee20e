import { TaskTimeoutError } from '../errors.ts';
import { type AnyKernel, runKernel } from '../internal/kernel.ts';
import type { CallParts } from './call.ts';
import { errorAt } from './caller-stack.ts';

/** What limits a kernel's item. */
export interface KernelLimits extends Pick<CallParts, 'timeoutMs' | 'site'> {
  /** The signal of its call. */
  readonly stop: AbortSignal;
}

/** Runs a kernel once; it stops for its call's signal and at the end of its time. */
export async function runKernelItem(
  kernel: AnyKernel,
  args: readonly unknown[],
  { stop, timeoutMs, site }: KernelLimits,
): Promise<unknown> {
  const own = new AbortController();
  const abort = () => own.abort(stop.reason);
  stop.addEventListener('abort', abort, { once: true });
  const timer =
    timeoutMs > 0
      ? setTimeout(() => own.abort(errorAt(site, () => new TaskTimeoutError(timeoutMs))), timeoutMs)
      : undefined;
  try {
    return await runKernel(kernel, args, own.signal);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', abort);
  }
}
