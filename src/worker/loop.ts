/**
 * What a worker does from its start to its end: it takes messages, runs items one at a time in the
 * order of their numbers, and answers each of them once.
 *
 * Synchronous items run in one loop without a turn of the event loop between them; an item that gives
 * a promise is waited for, and the loop goes on from there. Every two milliseconds or so the loop
 * posts what has gathered and looks for messages, so that a cancel reaches a chunk in mid-run.
 */

import { performance } from 'node:perf_hooks';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import {
  type CancelMessage,
  type CompactRun,
  expandRun,
  type FromWorker,
  type ToWorker,
  WorkerCell,
} from '../internal/protocol.ts';
import { RING_SIGNAL, type RingMemory, RingWriter } from '../internal/result-ring.ts';
import { runBlocks } from './blocks.ts';
import { becomeWorker, type WorkerState } from './context.ts';
import { Functions, reportable, type WorkerFunction } from './functions.ts';
import { Results } from './results.ts';
import { Run } from './run.ts';

/** Results wait this long for others, and messages for being seen. */
const TICK_MS = 2;
/** After this long without a turn of the event loop the items make way for timers and sockets. */
const TURN_MS = 20;
/** The clock is read after this many items at most, however short they are. */
const MAX_STRIDE = 16;
/** Items between two looks at the clock are tiny when they took less than this together. */
const TINY_MS = 0.2;
/** After `stop`, what the user's modules left open (timers, servers) may keep the worker this long. */
const LINGER_MS = 500;

/** Makes this thread a worker that talks through `port`, and through the ring if there is one. */
export function startLoop(
  port: MessagePort,
  cells: Int32Array,
  id: number,
  name: string,
  ring?: RingMemory,
): void {
  new Loop(port, becomeWorker(id, name, cells), ring).start();
}

class Loop {
  readonly #port: MessagePort;
  readonly #state: WorkerState;
  readonly #functions = new Functions();
  readonly #results: Results;
  /** Runs that wait, from `#head` on; the current one is not among them. */
  #queue: Run[] = [];
  #head = 0;
  #run: Run | undefined;
  /** Items are running, or one is waited for: `#pump` is not to be entered. */
  #busy = false;
  /** What is waited for is a module and not an item. */
  #importing = false;
  #stopping = false;
  #stride = 1;
  #untilTick = 1;
  #lastTick = performance.now();
  #turnStarted = this.#lastTick;

  constructor(port: MessagePort, state: WorkerState, ring: RingMemory | undefined) {
    this.#port = port;
    this.#state = state;
    this.#results = new Results(
      {
        postMessage: (message, transfer) => port.postMessage(message, transfer as ArrayBuffer[] | undefined),
      },
      ring && new RingWriter(ring, () => port.postMessage(RING_SIGNAL)),
    );
  }

  start(): void {
    // A task may end the worker (`process.exit`, an uncaught error): what was done before is delivered.
    process.on('exit', () => this.#results.flush());
    this.#port.on('messageerror', (error) => {
      // Nobody can say any more which items were sent: the worker ends, and the pool settles them.
      throw error;
    });
    this.#port.on('message', (posted: ToWorker | CompactRun) => {
      this.#turnStarted = performance.now();
      this.#receive(expandRun(posted));
    });
    this.#post({ type: 'ready' });
  }

  #post(message: FromWorker): void {
    this.#port.postMessage(message);
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
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
    if (this.#run !== undefined) this.#drop(this.#run, seq, count, this.#begun());
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
    return this.#state.seq === this.#run.first + this.#run.at ? this.#run.at + 1 : this.#run.at;
  }

  #stop(): void {
    this.#stopping = true;
    this.#cancelWaiting();
    if (!this.#busy || this.#importing) this.#end();
  }

  #cancelWaiting(): void {
    if (this.#run !== undefined) {
      const begun = this.#begun();
      this.#drop(this.#run, this.#run.first, this.#run.end, begun);
      this.#run.end = begun;
    }
    for (const run of this.#queue.slice(this.#head)) this.#drop(run, run.first, run.end, 0);
    this.#queue = [];
    this.#head = 0;
  }

  #end(): void {
    this.#results.flush();
    this.#port.close();
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
    this.#results.restart();
    return true;
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
      Atomics.store(this.#state.cells, WorkerCell.begun, seq + 1);
      if (run.fn === undefined && !this.#open(run)) return false;
      const fn = run.fn as NonNullable<Run['fn']>;
      if ('broken' in fn) {
        this.#results.fail(seq, fn.broken, undefined);
        run.at++;
        continue;
      }
      if (!this.#runItem(run, fn, seq)) return false;
      if (--this.#untilTick <= 0 && !this.#tick()) return false;
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
    // Until the module is there the item has not run: a cancel or a stop drops it.
    this.#importing = true;
    void fn.then((loaded) => {
      this.#importing = false;
      run.open(loaded);
      this.#results.restart();
      this.#resume();
    });
    return false;
  }

  /** False when the item gave a promise. */
  #runItem(run: Run, fn: WorkerFunction, seq: number): boolean {
    const { message } = run;
    const state = this.#state;
    if (message.announce) {
      this.#results.flush();
      this.#post({ type: 'begin', seq });
    }
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
    Promise.resolve(result).then(
      (value) => {
        this.#succeeded(run, seq, value);
        if (--this.#untilTick > 0 || this.#tick()) this.#resume();
      },
      (thrown: unknown) => {
        this.#failed(run, fn, seq, thrown);
        this.#resume();
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
   * Reads the clock, and when it is time posts what has gathered and takes messages. False when the
   * items make way for the event loop; `#resume` follows.
   */
  #tick(): boolean {
    const now = performance.now();
    // Tiny items need not pay for the clock each; the first one that is not tiny ends that.
    this.#stride = now - this.#lastTick < TINY_MS ? Math.min(this.#stride * 2, MAX_STRIDE) : 1;
    this.#lastTick = now;
    this.#untilTick = this.#stride;
    if (now - this.#results.since < TICK_MS) return true;
    this.#results.flush();
    this.#results.restart();
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: ToWorker | CompactRun } | undefined;
      if (received === undefined) break;
      this.#receive(expandRun(received.message));
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
