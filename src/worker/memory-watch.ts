/** How much memory a worker has, told to the pool. */

import { performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Without a limit the pool is told so often at most. */
const TELL_MS = 100;
/** Above the limit it is told again after this time; a pool that recycles has acted by then. */
const REPEAT_MS = 2;
/** To ask a process costs as much as some items, so it is asked so often at most. */
const ASK_MS = isMainThread ? 1 : 0;

/** Tells from time to time, and before a result when there is more than allowed. */
export class MemoryWatch {
  readonly #limit: number;
  readonly #tell: (bytes: number) => void;
  #toldAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #warnedAt = Number.NEGATIVE_INFINITY;

  /** `limit` is in bytes, infinite for none. */
  constructor(limit: number, tell: (bytes: number) => void) {
    this.#limit = limit;
    this.#tell = tell;
  }

  /** Whether `beforeResult` does anything. */
  get limited(): boolean {
    return this.#limit !== Number.POSITIVE_INFINITY;
  }

  /** Between items, or when none is left. */
  look(now: number): void {
    if (now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#tell(memoryInUse());
  }

  /** After an item and before its result is posted. */
  beforeResult(): void {
    if (!this.limited) return;
    const now = performance.now();
    if (now - this.#askedAt < ASK_MS) return;
    this.#askedAt = now;
    const bytes = memoryInUse();
    if (bytes <= this.#limit || now - this.#warnedAt < REPEAT_MS) return;
    this.#warnedAt = now;
    this.#tell(bytes);
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
