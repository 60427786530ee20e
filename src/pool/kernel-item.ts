import { TaskTimeoutError } from '../errors.ts';
import { type AnyKernel, runKernel } from '../internal/kernel.ts';
import type { CallParts } from './call.ts';
import { errorAt } from './caller-stack.ts';
import type { PoolMeter } from './stats.ts';

/**
 * Runs one item of a kernel's call, again after an error when the call says so: there is no worker that
 * could die, so only `retryOn: 'error'` matters.
 *
 * @param stop The signal of the call, which ends it for good.
 */
export async function runKernelItem(
  kernel: AnyKernel,
  args: readonly unknown[],
  stop: AbortSignal,
  parts: CallParts,
  meter: PoolMeter,
): Promise<unknown> {
  const { retries = 0, retryOnError = false } = parts;
  for (let attempt = 1; ; attempt++) {
    const since = performance.now();
    try {
      const result = await runOnce(kernel, args, stop, parts);
      meter.succeeded(1, performance.now() - since);
      return result;
    } catch (error) {
      if (stop.aborted) meter.cancelled++;
      else if (retryOnError && attempt <= retries) continue;
      else meter.failedAfter(performance.now() - since);
      throw error;
    }
  }
}

async function runOnce(
  kernel: AnyKernel,
  args: readonly unknown[],
  stop: AbortSignal,
  { timeoutMs, site }: CallParts,
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
