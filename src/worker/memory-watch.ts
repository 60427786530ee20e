/** How much memory a worker has, told to the pool. */

import { performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Without a limit the pool is told so often at most. */
const TELL_MS = 100;
/** Above the limit it is told again after this time; a pool that recycles has acted by then. */
const REPEAT_MS = 2;
/** To ask a process costs as much as some items, so it is asked so often at most. */
const ASK_MS = isMainThread ? 1 : 0;

/** Says when the pool is to be told, and how much. */
export class MemoryWatch {
  readonly #limit: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #warnedAt = Number.NEGATIVE_INFINITY;

  /** `limit` is in bytes, infinite for none. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether `excess` ever gives anything. */
  get limited(): boolean {
    return this.#limit !== Number.POSITIVE_INFINITY;
  }

  /** How much there is, when it was not told for a while. */
  due(now: number): number | undefined {
    if (now - this.#toldAt < TELL_MS) return undefined;
    this.#toldAt = now;
    return memoryInUse();
  }

  /** How much there is, when that is more than the limit. Asked after an item, before its result is posted. */
  excess(): number | undefined {
    if (!this.limited) return undefined;
    const now = performance.now();
    if (now - this.#askedAt < ASK_MS) return undefined;
    this.#askedAt = now;
    const bytes = memoryInUse();
    if (bytes <= this.#limit || now - this.#warnedAt < REPEAT_MS) return undefined;
    this.#warnedAt = now;
    return bytes;
  }
}

/**
 * Bytes: of a thread, its heap (garbage included, as far as it has not been collected) and the memory
 * of its buffers; of a process, its resident set.
 */
function memoryInUse(): number {
  if (isMainThread) return process.memoryUsage.rss();
  const { used_heap_size, external_memory } = process.getBuiltinModule('node:v8').getHeapStatistics();
  return used_heap_size + external_memory;
}
