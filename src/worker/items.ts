/**
 * Runs items in the order of their numbers and answers each of them once.
 *
 * Synchronous items run in one loop without a turn of the event loop between them. An item that gives
 * a promise is waited for; the loop goes on while no more are waited for than may overlap. Every two
 * milliseconds or so the loop posts what has gathered and looks for messages, so that a cancel reaches a
 * chunk in mid-run.
 */

import { performance } from 'node:perf_hooks';
import { type BlocksMessage, type RunMessage, WorkerCell } from '../internal/protocol.ts';
import { Backlog } from './backlog.ts';
import { runBlocks } from './blocks.ts';
import type { WorkerChannel } from './channel.ts';
import { claim } from './claim.ts';
import type { WorkerState } from './context.ts';
import { type Functions, reportable, type WorkerFunction } from './functions.ts';
import { Linger } from './linger.ts';
import type { Results } from './results.ts';
import type { Run } from './run.ts';
import { Stride } from './stride.ts';

/** Results wait this long for others, and messages for being seen. */
const TICK_MS = 2;
/** After this long without a turn of the event loop the items make way for timers and sockets. */
const TURN_MS = 20;

/** What items are run with, and who is told of it. */
export interface ItemsParts {
  readonly channel: WorkerChannel;
  readonly state: WorkerState;
  readonly functions: Functions;
  readonly results: Results;
  /** It is time to take messages. */
  look(now: number): void;
  /** An item has ended, and its result is posted next. */
  over(): void;
  /** No item runs or is waited for. */
  rest(): void;
}

/** The items of one worker. */
export class Items {
  /** How many items may be waited for. */
  concurrency = 1;
  /** Whether `over` is to be called. */
  watched = false;
  readonly #parts: ItemsParts;
  readonly #channel: WorkerChannel;
  readonly #state: WorkerState;
  readonly #cells: Int32Array;
  readonly #results: Results;
  /** Runs that wait; the current one is not among them. */
  readonly #backlog = new Backlog();
  #run: Run | undefined;
  /** Items run, or something other than an item's end is waited for: `#pump` is not to be entered. */
  #busy = false;
  /** What is waited for is the module of the item that is next: that item has begun, but not run. */
  #importing = false;
  /** That item was cancelled meanwhile. */
  #unwanted = false;
  /** How many items are waited for. */
  #waiting = 0;
  /** The cell of urgent messages as it was last seen. */
  #urgent = 0;
  /** When messages were last looked for, or the run began. */
  #lookedAt = performance.now();
  #turnStarted = this.#lookedAt;
  readonly #stride = new Stride(this.#lookedAt);
  readonly #linger: Linger;
  #flushing: NodeJS.Timeout | undefined;

  constructor(parts: ItemsParts) {
    this.#parts = parts;
    this.#channel = parts.channel;
    this.#state = parts.state;
    this.#cells = parts.state.cells;
    this.#results = parts.results;
    this.#linger = new Linger(this.#cells);
  }

  /** Whether no item is waited for, asked between items; one that waits for its module does not count. */
  get resting(): boolean {
    return this.#waiting === 0;
  }

  /** A turn of the event loop has brought a message. */
  turn(): void {
    this.#turnStarted = performance.now();
    this.#linger.woke(this.#turnStarted);
  }

  /** Called at the end of a turn: waits a moment for the next message, and takes it. */
  linger(): void {
    this.#linger.wait(
      () => this.#channel.takes && !this.#busy && this.#waiting === 0,
      (now) => this.#parts.look(now),
      this.#turnStarted + TURN_MS,
    );
  }

  /** Begins nothing until `release`. */
  hold(): void {
    this.#busy = true;
  }

  release(): void {
    this.#busy = false;
    this.#pump();
  }

  /** Runs them after those that came before. */
  accept(run: Run): void {
    this.#backlog.add(run);
    this.#pump();
  }

  /** Drops those of the items that have not begun; with `loading` also one whose module is being imported. */
  recall(seq: number, count: number, loading: boolean): void {
    if (this.#run !== undefined) {
      const next = this.#run.first + this.#run.at;
      if (loading && this.#importing && next >= seq && next < seq + count) this.#unwanted = true;
      this.drop(this.#run, seq, count, this.#importing ? this.#run.at + 1 : this.#run.at);
    }
    for (const run of this.#backlog.waiting()) this.drop(run, seq, count);
  }

  /** Drops all that have not run: the module of the next one is no longer waited for. */
  recallAll(): void {
    if (this.#run !== undefined) this.drop(this.#run, this.#run.first, this.#run.end, this.#run.at);
    for (const run of this.#backlog.waiting()) this.drop(run, run.first, run.end);
    this.#backlog.clear();
  }

  /** Drops the items in the range that have not begun, of which the first `begun` of the run have. */
  drop(run: Run, seq: number, count: number, begun = 0): void {
    for (const range of run.drop(seq, count, begun)) this.#channel.post({ type: 'dropped', ...range });
  }

  #dropForEach(run: Run): void {
    const ranges = run.drop(run.first, run.end, 0);
    for (const range of ranges) this.#channel.post({ type: 'dropped', ...range, alone: true });
  }

  /** Runs items until none is left or one has to be waited for. */
  #pump(): void {
    if (this.#busy || this.#waiting >= this.concurrency) return;
    this.#busy = true;
    while (this.#run !== undefined || this.#next()) {
      if (!this.#runItems(this.#run as Run)) return;
      this.#run = undefined;
      this.#results.flush();
    }
    this.#busy = false;
    if (this.#waiting === 0) this.#parts.rest();
  }

  /** Goes on after a turn of the event loop. */
  #yield(): void {
    this.#busy = true;
    setImmediate(() => {
      this.turn();
      this.release();
    });
  }

  #next(): boolean {
    this.#run = this.#backlog.take();
    if (this.#run === undefined) return false;
    this.#restart();
    // Items of several calls may be in it: when one of them ends the worker as they are unpacked, the first
    // must not be taken for it. They then come again, each by itself; also when one only cannot be unpacked.
    if (this.#run.end > 1 && !this.#run.unpack()) this.#dropForEach(this.#run);
    return true;
  }

  /** Starts the clocks of the items that run next. */
  #restart(): void {
    this.#results.restart();
    this.#lookedAt = this.#results.since;
    this.#stride.left = 1;
  }

  /** True when the run is at its end; false when something is waited for that goes on with it. */
  #runItems(run: Run): boolean {
    const cells = this.#cells;
    while (run.at < run.end) {
      if (run.dropped !== undefined && run.dropped[run.at] === 1) {
        run.at++;
        continue;
      }
      const seq = run.first + run.at;
      const count = this.#claim(run, seq);
      if (count === 0) continue;
      // Before the module is imported: when that ends the worker, this item is the one that did it.
      cells[WorkerCell.begun] = seq + 1;
      if (run.fn === undefined && !this.#open(run)) return false;
      const fn = run.fn as NonNullable<Run['fn']>;
      if ('broken' in fn) {
        this.#results.fail(seq, fn.broken, undefined);
        run.at++;
        continue;
      }
      if (!(count > 1 ? this.#runPlain(run, fn, count) : this.#runItem(run, fn, seq))) return false;
      // A plain read: between two items nothing can keep an old value, and it costs nothing.
      const urgent = cells[WorkerCell.urgent] !== this.#urgent;
      if ((--this.#stride.left <= 0 || urgent) && !this.#tick()) return false;
    }
    return true;
  }

  /** Claims the next items and gives how many: one, or several plain ones that are tiny. 0 when it was taken back before. */
  #claim(run: Run, seq: number): number {
    const several =
      run.plain && !this.watched && this.#state.overlap === undefined && run.dropped === undefined;
    const most = several ? Math.min(this.#stride.left, run.end - run.at) : 1;
    const claimed = claim(this.#cells, seq, most);
    if (claimed > 0) return claimed;
    // With the import of its module it has begun.
    if (run.importedFor === run.at) return 1;
    this.drop(run, seq, -claimed, run.at);
    return 0;
  }

  /**
   * Runs plain items without anything between them but a look at the cell of urgent messages: what is done
   * for every item shows when a million take ten milliseconds. Up to the first that fails or gives a promise.
   */
  #runPlain(run: Run, fn: WorkerFunction, count: number): boolean {
    const cells = this.#cells;
    const state = this.#state;
    const { call } = fn;
    const { items } = run;
    const end = run.at + count;
    const gathered = this.#results.from(run.first + run.at);
    state.attempt = run.message.attempt;
    let seq = run.first + run.at;
    let result: unknown;
    let thrown: { readonly reason: unknown } | undefined;
    try {
      for (; run.at < end && cells[WorkerCell.urgent] === this.#urgent; seq++) {
        cells[WorkerCell.begun] = seq + 1;
        state.seq = seq;
        result = call(items[run.at++]);
        if (isPromiseLike(result)) break;
        gathered.push(result);
      }
    } catch (reason) {
      thrown = { reason };
    }
    this.#results.added();
    // The countdown goes on by one for the last item; the others are counted here.
    this.#stride.left -= count - 1;
    if (thrown !== undefined) {
      this.#failed(fn, seq, thrown.reason);
    } else if (isPromiseLike(result)) {
      return this.#leave(run, fn, seq, result, 0);
    } else {
      state.seq = -1;
      this.#caughtUp();
    }
    return true;
  }

  /** Gets the run's function; false when its module is being imported. */
  #open(run: Run): boolean {
    const fn = this.#parts.functions.get(run.message.fn);
    if (!(fn instanceof Promise)) {
      run.open(fn);
      return true;
    }
    // The pool must know who keeps this worker: the item has begun and its clock runs, so that a module
    // which never finishes loading ends by the item's timeout or its cancellation, with the worker.
    this.#importing = true;
    run.importedFor = run.at;
    this.#announce(run);
    void fn.then((loaded) => {
      this.#importing = false;
      run.open(loaded);
      if (this.#unwanted) this.drop(run, run.first + run.at, 1, run.at);
      this.#unwanted = false;
      this.#restart();
      this.release();
    });
    return false;
  }

  /** Tells that the next item begins, if the run asks for it; once, also when its module has to be loaded first. */
  #announce(run: Run): void {
    if (!run.message.announce || run.announced === run.at) return;
    run.announced = run.at;
    this.#results.flush();
    this.#channel.post({ type: 'begin', seq: run.first + run.at });
  }

  /** False when the item gave a promise and no other may begin. */
  #runItem(run: Run, fn: WorkerFunction, seq: number): boolean {
    const { message } = run;
    const state = this.#state;
    if (message.announce) this.#announce(run);
    const at = run.at++;
    const item = run.items[at];
    let result: unknown;
    let began = 0;
    try {
      if (state.overlap === undefined) {
        state.attempt = message.attempt;
        state.seq = seq;
        result = invoke(fn, message, item, at);
      } else {
        began = performance.now();
        result = state.overlap.run(seq, message.attempt, () => invoke(fn, message, item, at));
      }
      if (isPromiseLike(result)) {
        return this.#leave(run, fn, seq, result, began);
      }
    } catch (thrown) {
      this.#failed(fn, seq, thrown);
      return true;
    }
    this.#succeeded(run, seq, result);
    return true;
  }

  /** Waits for an item's promise; false when no other may begin before. */
  #leave(run: Run, fn: WorkerFunction, seq: number, result: PromiseLike<unknown>, began: number): boolean {
    this.#wait(run, fn, seq, result, began);
    if (this.#waiting < this.concurrency) return true;
    this.#busy = false;
    return false;
  }

  #wait(run: Run, fn: WorkerFunction, seq: number, result: PromiseLike<unknown>, began: number): void {
    const promise = Promise.resolve(result);
    this.#waiting++;
    // However long it is waited for, what was done before it is delivered.
    this.#flushing ??= setTimeout(() => {
      this.#flushing = undefined;
      this.#results.flush();
    }, TICK_MS);
    promise.then(
      (value) => {
        this.#waiting--;
        if (this.#state.overlap === undefined) this.#succeeded(run, seq, value);
        else this.#overlapped(seq, value, performance.now() - began);
        this.#settled();
      },
      (thrown: unknown) => {
        this.#waiting--;
        const elapsed = this.#state.overlap === undefined ? undefined : performance.now() - began;
        this.#failed(fn, seq, thrown, elapsed);
        this.#settled();
      },
    );
  }

  /** An item that was waited for has ended. */
  #settled(): void {
    if (!this.#busy) {
      if (this.#tick()) this.#pump();
    } else if (this.#waiting === 0) {
      this.#parts.rest();
    }
  }

  #succeeded({ message }: Run, seq: number, value: unknown): void {
    this.#over(seq);
    this.#results.add(seq, value);
    this.#caughtUp();
    if (message.type === 'run' && !message.gather) this.#results.flush();
  }

  #overlapped(seq: number, value: unknown, elapsed: number): void {
    this.#over(seq);
    this.#results.post(seq, value, elapsed);
    this.#caughtUp();
  }

  #failed(fn: WorkerFunction, seq: number, thrown: unknown, elapsed?: number): void {
    this.#over(seq);
    this.#results.fail(seq, reportable(thrown, fn), fn.exports, elapsed);
    this.#caughtUp();
  }

  /** An item has ended; its result is posted next. */
  #over(seq: number): void {
    this.#state.seq = -1;
    this.#state.overlap?.end(seq);
    if (this.watched) this.#parts.over();
  }

  /** No item runs of which anything was told: the next result may overtake what was posted before. */
  #caughtUp(): void {
    if (this.#waiting === 0) this.#results.told = false;
  }

  /**
   * When it is time, or there is an urgent message, posts what has gathered and takes messages. False
   * when the items make way for the event loop.
   */
  #tick(): boolean {
    const now = performance.now();
    this.#stride.read(now);
    const urgent = Atomics.load(this.#cells, WorkerCell.urgent);
    if (urgent === this.#urgent && now - this.#lookedAt < TICK_MS) return true;
    this.#urgent = urgent;
    this.#lookedAt = now;
    this.#results.flush();
    this.#results.restart();
    this.#parts.look(now);
    if (this.#channel.takes && now - this.#turnStarted < TURN_MS) return true;
    this.#yield();
    return false;
  }
}

/** @param at The place of the item in its message. */
function invoke(fn: WorkerFunction, message: RunMessage | BlocksMessage, item: unknown, at: number): unknown {
  if (message.type === 'blocks') return runBlocks(fn, message);
  const { call } = fn;
  if (message.spread === 'element') return call(item, (message.index as number) + at);
  return message.spread === 'item' ? call(item) : call(...(item as unknown[]));
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as PromiseLike<unknown>).then === 'function';
}
