import { isUrgent, type ToWorker, WorkerCell } from '../internal/protocol.ts';

/** The pool's view of the cells that it shares with one worker. */
export class Cells {
  readonly #cells: Int32Array;
  /** The number of the item that will be sent next. */
  #next = 0;

  constructor(cells: Int32Array) {
    this.#cells = cells;
  }

  /** Notes a message that was sent. */
  sent(message: ToWorker): void {
    if (message.type === 'run') this.#next = message.first + message.count;
    else if (message.type === 'blocks') this.#next = message.first + 1;
    else if (isUrgent(message)) this.nudge();
  }

  /** The number of the item that will be sent next. */
  get next(): number {
    return this.#next;
  }

  /** See `Backend`. */
  flagCancelled(seq: number): void {
    Atomics.store(this.#cells, WorkerCell.cancelled, (seq + 1) | 0);
  }

  /** How many items the worker has begun. */
  begun(): number {
    return this.#counted(WorkerCell.begun);
  }

  /** See `Backend`. */
  nudge(): void {
    Atomics.add(this.#cells, WorkerCell.urgent, 1);
  }

  /** A message was posted. */
  posted(): void {
    Atomics.add(this.#cells, WorkerCell.posted, 1);
  }

  #counted(cell: number): number {
    // The cell counts modulo 2^32; it is never ahead of what was sent.
    return this.#next - ((this.#next - Atomics.load(this.#cells, cell)) >>> 0);
  }

  /** See `Backend`. */
  recall(from: number, to: number): number {
    // In this order, and `claimed` after both: see `WorkerCell.recalledFrom`.
    Atomics.store(this.#cells, WorkerCell.recalledTo, to | 0);
    Atomics.store(this.#cells, WorkerCell.recalledFrom, from | 0);
    return this.#counted(WorkerCell.claimed);
  }
}
