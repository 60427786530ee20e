/**
 * How many items travel to a worker in one message, from measured time.
 *
 * A batch should run for some milliseconds: long enough that the 50 to 100 µs of a round
 * trip do not matter, short enough that no worker sits on work that another could do.
 */

/** How long a batch should run. A worker holds at most two: the one it runs and the next. */
const targetMs = 4;
/** A batch below this is not worth its message, however few items remain. */
const leastMs = 0.2;
/** Calls of their own travel in smaller batches: each result is a message of its own. */
const maxCalls = 512;
/** A batch may be this much larger than the largest that came back. */
const growth = 8;
/** What is left of the weight of older measurements after a new one: one item says less than a batch. */
const decayOfOne = 0.9;
const decayOfBatch = 0.5;

/** The running mean of one function's time, and how large a batch was tried. */
export class Pace {
  #elapsedMs = 0;
  #count = 0;
  #largest = 1;

  /** Notes that `count` items took `elapsedMs` together. */
  add(elapsedMs: number, count: number): void {
    if (!(elapsedMs >= 0) || count < 1) return;
    const decay = count === 1 ? decayOfOne : decayOfBatch;
    this.#elapsedMs = this.#elapsedMs * decay + elapsedMs;
    this.#count = this.#count * decay + count;
  }

  /** Notes that a batch of `count` items was answered, so that larger ones may be tried. */
  completed(count: number): void {
    if (count > this.#largest) this.#largest = count;
  }

  /** The mean time of an item; undefined before the first measurement. */
  get meanMs(): number | undefined {
    return this.#count === 0 ? undefined : this.#elapsedMs / this.#count;
  }

  /** How long `count` items should take; infinite while nothing is known. */
  estimateMs(count: number): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : (count * this.#elapsedMs) / this.#count;
  }

  /**
   * The size of the next batch when `remaining` items (infinite: unknown) are to be shared by
   * `workers`: 1 until a time is known, then what should take some milliseconds, but at most a
   * quarter of each worker's fair part, so that all of them end at about the same time.
   */
  chunkSize(remaining: number, workers: number): number {
    if (this.#count === 0) return 1;
    const meanMs = Math.max(this.#elapsedMs / this.#count, 1e-6);
    const byTime = Math.min(targetMs / meanMs, this.#largest * growth);
    const fair = Math.max(remaining / (4 * workers), leastMs / meanMs);
    return Math.max(1, Math.floor(Math.min(byTime, fair)));
  }

  /** The same for calls of their own, of which `remaining` wait. */
  batchSize(remaining: number, workers: number): number {
    return Math.min(this.chunkSize(remaining * 2, workers), maxCalls);
  }

  /** Whether a worker that is still busy with `aheadMs` of work may get `count` items more. */
  mayPrefetch(aheadMs: number, count: number): boolean {
    return aheadMs <= targetMs * 1.25 && this.estimateMs(count) <= targetMs * 1.25;
  }
}
