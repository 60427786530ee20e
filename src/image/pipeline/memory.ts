import { startJob } from '../../internal/job.ts';
import { native } from '../../internal/native.ts';

/** What may be kept beyond what is in use: less is not worth the work of giving it back. */
const SLACK = 32 * 1024 * 1024;

/**
 * Watches that a batch does not keep more memory than it uses.
 *
 * The C library keeps freed memory for each thread, which on many threads is more than `maxBytesInFlight`. It is
 * asked to give it back when the process holds more than it held at the beginning and the images on their way
 * account for.
 */
export class FreedMemory {
  #base = process.memoryUsage.rss();
  #trimming = false;

  /** To be called when an image is finished, with the bytes that the others may take. */
  check(taken: number): void {
    if (this.#trimming || process.memoryUsage.rss() - this.#base - taken < SLACK) return;
    this.#trimming = true;
    const trim = async () => {
      await startJob((id) => native.startTrimMemory(id), undefined);
      // What is left belongs to somebody else: to ask again would not help.
      this.#base = Math.max(this.#base, process.memoryUsage.rss() - taken);
    };
    // A process that is ending has no jobs any more.
    trim()
      .catch(() => {})
      .finally(() => {
        this.#trimming = false;
      });
  }
}
