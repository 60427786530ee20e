/**
 * The items of a worker, which it claims in the order of their numbers, and which the pool may take back before.
 *
 * Synchronous items run in one loop without a turn of the event loop between them. An item that gives
 * a promise is waited for; the loop goes on while no more are waited for than may overlap. Every two
 * milliseconds or so the loop posts what has gathered and looks for messages, so that a cancel reaches a
 * chunk in mid-run.
 */

import { performance } from 'node:perf_hooks';
import { WorkerCell } from '../internal/protocol.ts';
import { Backlog } from './backlog.ts';
import type { WorkerChannel } from './channel.ts';
import { claim } from './claim.ts';
import type { WorkerState } from './context.ts';
import type { Functions } from './functions.ts';
import { Linger } from './linger.ts';
import type { Results } from './results.ts';
import type { Run } from './run.ts';
import { Running, TICK_MS } from './running.ts';
import { Stride } from './stride.ts';

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
  /** Those that have begun. */
  readonly running: Running;
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
  /** The cell of urgent messages as it was last seen. */
  #urgent = 0;
  /** When messages were last looked for, or the run began. */
  #lookedAt = performance.now();
  #turnStarted = this.#lookedAt;
  readonly #stride = new Stride(this.#lookedAt);
  readonly #linger: Linger;

  constructor(parts: ItemsParts) {
    this.#parts = parts;
    this.#channel = parts.channel;
    this.#state = parts.state;
    this.#cells = parts.state.cells;
    this.#results = parts.results;
    this.#linger = new Linger(this.#cells);
    this.running = new Running({
      state: parts.state,
      results: parts.results,
      over: () => parts.over(),
      settled: () => this.#settled(),
    });
  }

  /** A turn of the event loop has brought a message. */
  turn(): void {
    this.#turnStarted = performance.now();
    this.#linger.woke(this.#turnStarted);
  }

  /** Called at the end of a turn: waits a moment for the next message, and takes it. */
  linger(): void {
    this.#linger.wait(
      () => this.#channel.takes && !this.#busy && this.running.none,
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
    if (this.#busy || this.running.full) return;
    this.#busy = true;
    while (this.#run !== undefined || this.#next()) {
      if (!this.#runItems(this.#run as Run)) return;
      this.#run = undefined;
      this.#results.flush();
    }
    this.#busy = false;
    if (this.running.none) this.#parts.rest();
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
      if (count > 1) {
        this.running.several(run, fn, count, this.#urgent);
      } else {
        this.#announce(run);
        this.running.one(run, fn, seq);
      }
      this.#stride.left -= count;
      if (this.running.full) {
        this.#busy = false;
        return false;
      }
      // A plain read: between two items nothing can keep an old value, and it costs nothing.
      const urgent = cells[WorkerCell.urgent] !== this.#urgent;
      if ((this.#stride.left <= 0 || urgent) && !this.#tick()) return false;
    }
    return true;
  }

  /** Claims the next items and gives how many: one, or several plain ones that are tiny. 0 when it was taken back before. */
  #claim(run: Run, seq: number): number {
    const several =
      run.plain && !this.running.watched && this.#state.overlap === undefined && run.dropped === undefined;
    const most = several ? Math.min(this.#stride.left, run.end - run.at) : 1;
    const claimed = claim(this.#cells, seq, most);
    if (claimed > 0) return claimed;
    // With the import of its module it has begun.
    if (run.importedFor === run.at) return 1;
    this.drop(run, seq, -claimed, run.at);
    return 0;
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

  /** An item that was waited for has ended. */
  #settled(): void {
    if (!this.#busy) {
      if (this.#tick()) this.#pump();
    } else if (this.running.none) {
      this.#parts.rest();
    }
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
