/**
 * What a worker does from its start to its end: it takes messages, runs items one at a time in the
 * order of their numbers, and answers each of them once.
 *
 * Synchronous items run in one loop without a turn of the event loop between them; an item that gives
 * a promise is waited for, and the loop goes on from there. Every two milliseconds or so the loop
 * posts what has gathered and looks for messages, so that a cancel reaches a chunk in mid-run.
 */

import { performance } from 'node:perf_hooks';
import {
  type CancelMessage,
  expandRun,
  type FromWorker,
  type ToWorker,
  WorkerCell,
} from '../internal/protocol.ts';
import { RING_SIGNAL, type RingMemory, RingWriter } from '../internal/result-ring.ts';
import { runBlocks } from './blocks.ts';
import type { WorkerChannel } from './channel.ts';
import { becomeWorker, type WorkerState } from './context.ts';
import { Functions, reportable, type WorkerFunction } from './functions.ts';
import { Results } from './results.ts';
import { Run } from './run.ts';

/** Results wait this long for others, and messages for being seen. */
const TICK_MS = 2;
/** The clock costs as much as the smallest items: while their mean is below this it is read less often. */
const TINY_MS = 0.01;
/** So many items at most go by without a look at the clock; the results of so few can be late. */
const STRIDE = 8;
/** After this long without a turn of the event loop the items make way for timers and sockets. */
const TURN_MS = 20;
/** After `stop`, what the user's modules left open (timers, servers) may keep the worker this long. */
const LINGER_MS = 500;

/** Makes this thread or process a worker that talks through `channel`, and through the ring if there is one. */
export function startLoop(
  channel: WorkerChannel,
  cells: Int32Array,
  id: number,
  name: string,
  ring?: RingMemory,
): void {
  new Loop(channel, becomeWorker(id, name, cells), ring).start();
}

class Loop {
  readonly #channel: WorkerChannel;
  readonly #state: WorkerState;
  readonly #cells: Int32Array;
  readonly #functions = new Functions();
  readonly #results: Results;
  /** Runs that wait, from `#head` on; the current one is not among them. */
  #queue: Run[] = [];
  #head = 0;
  #run: Run | undefined;
  /** Items are running, or one is waited for: `#pump` is not to be entered. */
  #busy = false;
  /** What is waited for is the module of the item that is next: that item has begun, but not run. */
  #importing = false;
  /** That item was cancelled meanwhile. */
  #unwanted = false;
  #stopping = false;
  /** The cancel cell as it was last seen. */
  #flag = 0;
  /** When messages were last looked for, or the run began. */
  #lookedAt = performance.now();
  #turnStarted = this.#lookedAt;
  /** When the clock was last read, after how many items that was, and how many are left until the next time. */
  #clock = this.#lookedAt;
  #stride = 1;
  #untilClock = 1;
  #flushing: NodeJS.Timeout | undefined;

  constructor(channel: WorkerChannel, state: WorkerState, ring: RingMemory | undefined) {
    this.#channel = channel;
    this.#state = state;
    this.#cells = state.cells;
    this.#results = new Results(channel, ring && new RingWriter(ring, () => channel.post(RING_SIGNAL)));
  }

  start(): void {
    // A task may end the worker (`process.exit`, an uncaught error): what was done before is delivered.
    process.on('exit', () => this.#results.flush());
    this.#channel.onMessage = (posted) => {
      this.#turnStarted = performance.now();
      this.#receive(expandRun(posted));
    };
    this.#channel.open();
  }

  #post(message: FromWorker): void {
    this.#channel.post(message);
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case 'setup':
        this.#post({ type: 'ready' });
        break;
      case 'define':
        this.#functions.define(message.fn, message.source);
        break;
      case 'run':
      case 'blocks':
        this.#accept(new Run(message));
        break;
      case 'cancel':
        this.#cancel(message);
        break;
      case 'stop':
        this.#stop();
        break;
    }
  }

  #accept(run: Run): void {
    if (this.#stopping) {
      this.#drop(run, run.first, run.end, 0);
      return;
    }
    this.#queue.push(run);
    this.#pump();
  }

  #cancel({ seq, count }: CancelMessage): void {
    const running = this.#state.seq;
    if (running >= seq && running < seq + count) this.#state.abort();
    if (this.#run !== undefined) {
      const next = this.#run.first + this.#run.at;
      if (this.#importing && next >= seq && next < seq + count) this.#unwanted = true;
      this.#drop(this.#run, seq, count, this.#begun());
    }
    for (let index = this.#head; index < this.#queue.length; index++) {
      this.#drop(this.#queue[index] as Run, seq, count, 0);
    }
  }

  /** Drops the items in the range that have not begun, of which the first `begun` of the run have. */
  #drop(run: Run, seq: number, count: number, begun: number): void {
    for (const range of run.drop(seq, count, begun)) this.#post({ type: 'dropped', ...range });
  }

  /** How many items of the current run have begun. */
  #begun(): number {
    if (this.#run === undefined) return 0;
    const { first, at } = this.#run;
    return this.#importing || this.#state.seq === first + at ? at + 1 : at;
  }

  #stop(): void {
    this.#stopping = true;
    this.#cancelWaiting();
    if (!this.#busy || this.#importing) this.#end();
  }

  #cancelWaiting(): void {
    if (this.#run !== undefined) {
      // No module is waited for any more: the item that needs it runs elsewhere.
      const begun = this.#importing ? this.#run.at : this.#begun();
      this.#drop(this.#run, this.#run.first, this.#run.end, begun);
      this.#run.end = begun;
    }
    for (const run of this.#queue.slice(this.#head)) this.#drop(run, run.first, run.end, 0);
    this.#queue = [];
    this.#head = 0;
  }

  #end(): void {
    this.#results.flush();
    this.#channel.close();
    // Without the port a worker ends by itself, unless a module of the user's keeps it: then it is ended.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }

  /** Runs items until none is left or one has to be waited for. */
  #pump(): void {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#run !== undefined || this.#next()) {
      if (!this.#runItems(this.#run as Run)) return;
      this.#run = undefined;
      this.#results.flush();
    }
    this.#busy = false;
    if (this.#stopping) this.#end();
  }

  #resume(): void {
    this.#busy = false;
    this.#pump();
  }

  #next(): boolean {
    const run = this.#queue[this.#head];
    if (run === undefined) return false;
    this.#head++;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    this.#run = run;
    this.#restart();
    return true;
  }

  /** Starts the clocks of the items that run next. */
  #restart(): void {
    this.#results.restart();
    this.#lookedAt = this.#results.since;
    this.#untilClock = 1;
  }

  /** True when the run is at its end; false when something is waited for, after which `#resume` goes on. */
  #runItems(run: Run): boolean {
    while (run.at < run.end) {
      if (run.dropped !== undefined && run.dropped[run.at] === 1) {
        this.#results.flush();
        run.at++;
        continue;
      }
      const seq = run.first + run.at;
      // Before the module is imported: when that ends the worker, this item is the one that did it.
      Atomics.store(this.#cells, WorkerCell.begun, seq + 1);
      if (run.fn === undefined && !this.#open(run)) return false;
      const fn = run.fn as NonNullable<Run['fn']>;
      if ('broken' in fn) {
        this.#results.fail(seq, fn.broken, undefined);
        run.at++;
        continue;
      }
      if (!this.#runItem(run, fn, seq)) return false;
      // A plain read: between two items nothing can keep an old value, and it costs nothing.
      const raised = this.#cells[WorkerCell.cancelled] !== this.#flag;
      if ((--this.#untilClock <= 0 || raised) && !this.#tick()) return false;
    }
    return true;
  }

  /** Gets the run's function; false when its module is being imported. */
  #open(run: Run): boolean {
    const fn = this.#functions.get(run.message.fn);
    if (!(fn instanceof Promise)) {
      run.open(fn);
      return true;
    }
    // The pool must know who keeps this worker: the item has begun and its clock runs, so that a module
    // which never finishes loading ends by the item's timeout or its cancellation, with the worker.
    this.#importing = true;
    this.#announce(run);
    void fn.then((loaded) => {
      this.#importing = false;
      run.open(loaded);
      if (this.#unwanted) this.#drop(run, run.first + run.at, 1, run.at);
      this.#unwanted = false;
      this.#restart();
      this.#resume();
    });
    return false;
  }

  /** Tells that an item begins, if the run asks for it; once, also when its module has to be loaded first. */
  #announce(run: Run): void {
    if (!run.message.announce || run.announced === run.at) return;
    run.announced = run.at;
    this.#results.flush();
    this.#post({ type: 'begin', seq: run.first + run.at });
  }

  /** False when the item gave a promise. */
  #runItem(run: Run, fn: WorkerFunction, seq: number): boolean {
    const { message } = run;
    const state = this.#state;
    if (message.announce) this.#announce(run);
    state.attempt = message.attempt;
    state.seq = seq;
    let result: unknown;
    try {
      const { call } = fn;
      if (message.type === 'blocks') result = runBlocks(fn, message);
      else if (message.spread === 'item') result = call(run.items[run.at]);
      else result = call(...(run.items[run.at] as unknown[]));
      if (isPromiseLike(result)) {
        this.#wait(run, fn, seq, result);
        return false;
      }
    } catch (thrown) {
      this.#failed(run, fn, seq, thrown);
      return true;
    }
    this.#succeeded(run, seq, result);
    return true;
  }

  #wait(run: Run, fn: WorkerFunction, seq: number, result: PromiseLike<unknown>): void {
    // However long it is waited for, what was done before it is delivered.
    this.#flushing ??= setTimeout(() => {
      this.#flushing = undefined;
      this.#results.flush();
    }, TICK_MS);
    Promise.resolve(result).then(
      (value) => {
        this.#succeeded(run, seq, value);
        if (this.#tick()) this.#resume();
      },
      (thrown: unknown) => {
        this.#failed(run, fn, seq, thrown);
        if (this.#tick()) this.#resume();
      },
    );
  }

  #succeeded(run: Run, seq: number, value: unknown): void {
    this.#state.seq = -1;
    run.at++;
    this.#results.add(seq, value);
    if (run.message.type === 'run' && !run.message.gather) this.#results.flush();
  }

  #failed(run: Run, fn: WorkerFunction, seq: number, thrown: unknown): void {
    this.#state.seq = -1;
    run.at++;
    this.#results.fail(seq, reportable(thrown, fn), fn.exports);
  }

  /**
   * When it is time, or the pool has raised the cancel cell, posts what has gathered and takes
   * messages. False when the items make way for the event loop; `#resume` follows.
   */
  #tick(): boolean {
    const now = performance.now();
    const tiny = now - this.#clock < TINY_MS * this.#stride;
    this.#stride = tiny ? Math.min(this.#stride * 2, STRIDE) : 1;
    this.#clock = now;
    this.#untilClock = this.#stride;
    const flag = Atomics.load(this.#cells, WorkerCell.cancelled);
    if (flag === this.#flag && now - this.#lookedAt < TICK_MS) return true;
    this.#flag = flag;
    this.#lookedAt = now;
    this.#results.flush();
    this.#results.restart();
    for (;;) {
      const received = this.#channel.take();
      if (received === undefined) break;
      this.#receive(expandRun(received));
    }
    if (now - this.#turnStarted < TURN_MS) return true;
    setImmediate(() => {
      this.#turnStarted = performance.now();
      this.#resume();
    });
    return false;
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as PromiseLike<unknown>).then === 'function';
}
