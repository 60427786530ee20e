/** `pool.map` over a typed array: workers claim blocks of shared memory, no message per item. */

import type { NumericArray } from '../internal/array.ts';
import { BlockCell } from '../internal/protocol.ts';
import { Batch } from './batch.ts';
import { Call, type CallParts, type Parcel } from './call.ts';
import { withCaller } from './caller-stack.ts';
import type { PoolFunction } from './functions.ts';
import type { Progress } from './outcomes.ts';

/** Blocks for each worker, so that a slow one holds up the end of the map by little. */
const blocksPerWorker = 64;
/** Elements in a block at most: some tenths of a millisecond of the smallest functions. */
const maxBlock = 65_536;
/** How often the shared counter is looked at for `onProgress`, in milliseconds. */
const progressMs = 50;

/** What a typed map is made of, beside the parts of every call. */
export interface BlocksParts extends CallParts {
  /** On shared memory. */
  readonly input: NumericArray;
  /** On shared memory, of the same length. */
  readonly output: NumericArray;
  /** Elements per block; undefined: from the length. */
  readonly chunkSize: number | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly workers: number;
}

/** A running typed map. Each item of it is one worker's part. */
export class BlocksCall extends Call {
  readonly #parts: BlocksParts;
  readonly #blockSize: number;
  readonly #blocks: number;
  readonly #cells = new Int32Array(
    new SharedArrayBuffer(BlockCell.length * Int32Array.BYTES_PER_ELEMENT),
  ) as Int32Array<SharedArrayBuffer>;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #since = performance.now();
  #polling: NodeJS.Timeout | undefined;
  #reported = 0;
  #unsent: number;
  #done = 0;

  constructor(fn: PoolFunction, parts: BlocksParts, resolve: () => void, reject: (error: unknown) => void) {
    super(fn, parts);
    this.#parts = parts;
    const { length } = parts.input;
    const even = Math.ceil(length / (parts.workers * blocksPerWorker));
    this.#blockSize = parts.chunkSize ?? Math.max(1, Math.min(even, maxBlock));
    this.#blocks = Math.ceil(length / this.#blockSize);
    this.#unsent = Math.min(parts.workers, this.#blocks);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Starts to report progress; called once the call has its host. */
  begin(): void {
    // Refused at once: by a signal that was aborted before, or by a closed pool.
    if (this.settled) return;
    if (this.#blocks === 0 && this.settle()) this.#resolve();
    else if (this.#parts.onProgress !== undefined) {
      this.#polling = setInterval(() => this.#report(), progressMs);
      this.#polling.unref();
    }
  }

  /** One item is a worker's whole part, so its time says nothing about the function. */
  override get paced(): boolean {
    return false;
  }

  override waiting(): number {
    // A worker that comes when all blocks are claimed would find nothing to do.
    return Atomics.load(this.#cells, BlockCell.next) >= this.#blocks ? 0 : this.#unsent;
  }

  override take(): Batch {
    this.#unsent--;
    return new Batch([this], [undefined], 0);
  }

  override giveBack(): void {
    this.#unsent++;
  }

  override parcel(_batch: Batch, first: number): Parcel {
    const { input, output } = this.#parts;
    return {
      message: {
        type: 'blocks',
        fn: this.fn.number,
        first,
        input,
        output,
        cells: this.#cells,
        blockSize: this.#blockSize,
        announce: false,
        attempt: 1,
      },
      transfer: [],
    };
  }

  override pathOf(): string {
    return 'items';
  }

  override result(_index: number, blocks: unknown): void {
    this.#done += blocks as number;
    if (this.#done < this.#blocks || this.settled) return;
    this.#report();
    if (this.settle()) this.#resolve();
  }

  override failure(_index: number, error: unknown): void {
    this.abandon(withCaller(error, this.site));
  }

  protected override reject(error: unknown): void {
    this.#reject(error);
  }

  protected override settle(): boolean {
    if (this.settled) return false;
    Atomics.store(this.#cells, BlockCell.stop, 1);
    clearInterval(this.#polling);
    return super.settle();
  }

  #report(): void {
    const total = this.#parts.input.length;
    const done = Math.min(Atomics.load(this.#cells, BlockCell.done) * this.#blockSize, total);
    if (done <= this.#reported || this.settled) return;
    this.#reported = done;
    try {
      this.#parts.onProgress?.({ done, total, failed: 0, elapsed: performance.now() - this.#since });
    } catch (error) {
      this.abandon(error);
    }
  }
}
