/** What the answers of workers mean for the calls. */

import { TaskTimeoutError } from '../errors.ts';
import type {
  BeginMessage,
  DoneMessage,
  DroppedMessage,
  FailMessage,
  ReportMessage,
} from '../internal/protocol.ts';
import { listOf, unpack, unpackError } from '../internal/wire.ts';
import { ItemState } from './batch.ts';
import type { Call } from './call.ts';
import { errorAt } from './caller-stack.ts';
import { type GiveBack, returnItems } from './death.ts';
import type { Slot } from './slot.ts';
import type { PoolMeter } from './stats.ts';

/** What answers ask of the dispatcher. */
export interface AnswerHost {
  /** What is counted. */
  readonly meter: PoolMeter;
  /** The call has an item that is to run again. */
  again(call: Call): void;
  /** Items go back into the queue. */
  readonly giveBack: GiveBack;
  /** A running item of the worker was cancelled. */
  cancelled(slot: Slot): void;
  /** Something has changed outside of a message: look what can be sent. */
  advance(): void;
}

/** Brings answers to their calls. */
export class Answers {
  readonly #host: AnswerHost;

  constructor(host: AnswerHost) {
    this.#host = host;
  }

  /** An item whose time is limited begins. */
  begun(slot: Slot, { seq }: BeginMessage): void {
    const batch = slot.find(seq);
    if (batch === undefined || batch.stateAt(seq - batch.first) !== ItemState.sent) return;
    const { timeoutMs } = batch.callAt(seq - batch.first);
    if (timeoutMs > 0) slot.watch(seq, timeoutMs, (late) => this.#expired(slot, late, timeoutMs));
  }

  #expired(slot: Slot, seq: number, timeoutMs: number): void {
    const batch = slot.find(seq);
    if (batch === undefined) return;
    const offset = seq - batch.first;
    if (batch.stateAt(offset) !== ItemState.sent) return;
    const call = batch.callAt(offset);
    slot.cancel(batch, offset, 1);
    this.#host.cancelled(slot);
    if (call.retries(batch, 'error')) {
      // Not beside the first attempt, which may go on until its worker is ended.
      batch.whenAnswered(offset, () => {
        if (call.retry(batch, offset, 'error')) this.#host.again(call);
      });
    } else {
      this.#host.meter.failedAfter(timeoutMs);
      call.failure(
        batch.indexAt(offset),
        errorAt(call.site, () => new TaskTimeoutError(timeoutMs)),
      );
    }
    this.#host.advance();
  }

  /** Items succeeded. */
  done(slot: Slot, { first, count, results, elapsed }: DoneMessage): void {
    const values = listOf(results);
    slot.ran(count);
    for (const batch of [...slot.batches]) {
      const start = Math.max(first, batch.first);
      const end = Math.min(first + count, batch.first + batch.count);
      if (start >= end) continue;
      let call = batch.callAt(0);
      if (call.paced) call.fn.pace.add((elapsed * (end - start)) / count, end - start);
      if (slot.answerAll(batch, start - batch.first, end - start)) {
        this.#host.meter.succeeded(end - start, (elapsed * (end - start)) / count);
        call.results(batch.indexAt(start - batch.first), values, start - first, end - start);
        call.answered();
        continue;
      }
      for (let seq = start; seq < end; seq++) {
        const offset = seq - batch.first;
        if (batch.stateAt(offset) === ItemState.answered) continue;
        call = batch.callAt(offset);
        if (!slot.answer(batch, offset)) continue;
        this.#host.meter.succeeded(1, elapsed / count);
        call.result(batch.indexAt(offset), values[seq - first]);
      }
      call.answered();
    }
  }

  /** An item failed. */
  failed(slot: Slot, { seq, error, elapsed }: FailMessage): void {
    slot.ran(1);
    const batch = slot.find(seq);
    if (batch === undefined) return;
    const offset = seq - batch.first;
    const call = batch.callAt(offset);
    const { source, pace } = call.fn;
    if (call.paced) pace.add(elapsed, 1);
    if (!slot.answer(batch, offset)) return;
    if (call.retry(batch, offset, 'error')) {
      this.#host.again(call);
      return;
    }
    this.#host.meter.failedAfter(elapsed);
    const module = source.kind === 'task' ? source.module : undefined;
    unpackError(error, module, (thrown) => {
      call.failure(batch.indexAt(offset), thrown);
      call.answered();
    });
  }

  /** An item reports something. */
  reported(slot: Slot, { seq, value }: ReportMessage): void {
    const batch = slot.find(seq);
    if (batch === undefined || batch.stateAt(seq - batch.first) !== ItemState.sent) return;
    const offset = seq - batch.first;
    batch.callAt(offset).reported(batch.indexAt(offset), unpack(value));
  }

  /** Items will not be run by this worker. */
  dropped(slot: Slot, { seq, count, alone }: DroppedMessage): void {
    for (const batch of [...slot.batches].reverse()) {
      const start = Math.max(seq, batch.first);
      const end = Math.min(seq + count, batch.first + batch.count);
      if (start >= end) continue;
      // Those that are still wanted were asked back, or the worker was told to stop and had not begun them.
      const isDropped = (offset: number) => batch.first + offset >= start && batch.first + offset < end;
      for (let offset = start - batch.first; alone && offset < end - batch.first; offset++) {
        if (batch.stateAt(offset) === ItemState.sent) batch.callAt(offset).alone++;
      }
      returnItems(slot, batch, isDropped, this.#host.giveBack);
      for (let offset = start - batch.first; offset < end - batch.first; offset++) {
        if (batch.stateAt(offset) !== ItemState.answered) slot.answer(batch, offset);
      }
    }
  }
}
