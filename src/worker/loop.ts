/**
 * What a worker does from its start to its end: it takes messages, begins items in the order of their
 * numbers, and answers each of them once.
 *
 * Synchronous items run in one loop without a turn of the event loop between them. An item that gives
 * a promise is waited for; the loop goes on when as many as may overlap are no longer waited for. Every
 * two milliseconds or so the loop posts what has gathered and looks for messages, so that a cancel
 * reaches a chunk in mid-run.
 */

import { performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import {
  type BlocksMessage,
  expandRun,
  type FromWorker,
  type RunMessage,
  type SetupMessage,
  type ToWorker,
  WorkerCell,
} from '../internal/protocol.ts';
import { RING_SIGNAL, type RingMemory, RingWriter } from '../internal/result-ring.ts';
import { packList } from '../internal/wire.ts';
import { Backlog } from './backlog.ts';
import { runBlocks } from './blocks.ts';
import type { WorkerChannel } from './channel.ts';
import { becomeWorker, type WorkerState } from './context.ts';
import { Functions, reportable, type WorkerFunction } from './functions.ts';
import { MemoryWatch } from './memory-watch.ts';
import { type CapturedOutput, captureOutput } from './output.ts';
import { Results, refusal } from './results.ts';
import { Run } from './run.ts';
import { isBare, setUp } from './setup.ts';
import { Stride } from './stride.ts';

/** Results wait this long for others, and messages for being seen. */
const TICK_MS = 2;
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
  const results = new Results(channel, ring && new RingWriter(ring, () => channel.post(RING_SIGNAL)));
  const state = becomeWorker(id, name, cells, (seq, value) => {
    const { wired, transfer } = packList([value]);
    results.told = true;
    try {
      channel.post({ type: 'report', seq, value: wired }, transfer);
    } catch (cause) {
      throw refusal(value, 'report', cause);
    }
  });
  new Loop(channel, state, results).start();
}

class Loop {
  readonly #channel: WorkerChannel;
  readonly #state: WorkerState;
  readonly #cells: Int32Array;
  readonly #functions = new Functions();
  readonly #results: Results;
  /** Runs that wait; the current one is not among them. */
  readonly #backlog = new Backlog();
  #run: Run | undefined;
  /** Items run, or something other than an item's end is waited for: `#pump` is not to be entered. */
  #busy = false;
  /** What is waited for is the setup. */
  #settingUp = false;
  /** What is waited for is the module of the item that is next: that item has begun, but not run. */
  #importing = false;
  /** That item was cancelled meanwhile. */
  #unwanted = false;
  /** How many items are waited for, and how many may be. */
  #waiting = 0;
  #concurrency = 1;
  #stopping = false;
  #ending = false;
  /** The cell of urgent messages as it was last seen. */
  #urgent = 0;
  /** When messages were last looked for, or the run began. */
  #lookedAt = performance.now();
  #turnStarted = this.#lookedAt;
  readonly #stride = new Stride(this.#lookedAt);
  #flushing: NodeJS.Timeout | undefined;
  #finalize: (() => Promise<void>) | undefined;
  #output: CapturedOutput | undefined;
  #memory: MemoryWatch | undefined;
  /** Something is to be told before each result: the rest of a line, too much memory. */
  #watchful = false;

  constructor(channel: WorkerChannel, state: WorkerState, results: Results) {
    this.#channel = channel;
    this.#state = state;
    this.#cells = state.cells;
    this.#results = results;
  }

  start(): void {
    // A task may end the worker (`process.exit`, an uncaught error): what was done before is delivered.
    process.on('exit', () => {
      this.#output?.endLines();
      this.#results.flush();
    });
    this.#channel.onMessage = (posted) => {
      this.#turnStarted = performance.now();
      this.#receive(expandRun(posted));
    };
    this.#channel.open();
  }

  /** Posts what must not be overtaken by the result of an item that runs now. */
  #tell(message: FromWorker, transfer?: readonly ArrayBuffer[]): void {
    this.#results.told = true;
    this.#channel.post(message, transfer);
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case 'setup':
        this.#setUp(message);
        break;
      case 'define':
        this.#functions.define(message.fn, message.source);
        break;
      case 'run':
      case 'blocks':
        this.#accept(new Run(message));
        break;
      case 'cancel':
        this.#state.abort(message.seq, message.count);
        this.#recall(message.seq, message.count, true);
        break;
      case 'recall':
        this.#recall(message.seq, message.count, false);
        break;
      case 'stop':
        this.#stop();
        break;
    }
  }

  #setUp(setup: SetupMessage): void {
    this.#concurrency = setup.concurrency;
    if (setup.concurrency > 1) this.#state.allowOverlap();
    // A process writes to what it inherited: whole and in order by itself, but without names.
    if (!isMainThread || setup.tagOutput) {
      const name = setup.tagOutput ? this.#state.name : undefined;
      this.#output = captureOutput((message, transfer) => this.#tell(message, transfer), name);
    }
    this.#memory = new MemoryWatch(setup.maxMemory, (bytes) => this.#tell({ type: 'memory', bytes }));
    this.#watchful = setup.tagOutput || this.#memory.limited;
    if (isBare(setup)) {
      this.#channel.post({ type: 'ready' });
      return;
    }
    this.#busy = true;
    this.#settingUp = true;
    void setUp(setup).then((outcome) => {
      this.#settingUp = false;
      this.#busy = false;
      this.#output?.endLines();
      if (this.#ending) return;
      if ('broken' in outcome) {
        this.#results.broken(outcome.broken, outcome.exports);
        this.#stop();
      } else {
        this.#finalize = outcome.finalize;
        this.#channel.post({ type: 'ready' });
        this.#pump();
      }
    });
  }

  #accept(run: Run): void {
    if (this.#stopping) {
      this.#drop(run, run.first, run.end, 0);
      return;
    }
    this.#backlog.add(run);
    this.#pump();
  }

  /** Drops those of the items that have not begun; with `loading` also one whose module is being imported. */
  #recall(seq: number, count: number, loading: boolean): void {
    if (this.#run !== undefined) {
      const next = this.#run.first + this.#run.at;
      if (loading && this.#importing && next >= seq && next < seq + count) this.#unwanted = true;
      this.#drop(this.#run, seq, count, this.#begun(this.#run));
    }
    for (const run of this.#backlog.waiting()) this.#drop(run, seq, count, 0);
  }

  /** Drops the items in the range that have not begun, of which the first `begun` of the run have. */
  #drop(run: Run, seq: number, count: number, begun: number): void {
    for (const range of run.drop(seq, count, begun)) this.#channel.post({ type: 'dropped', ...range });
  }

  /** How many items of the current run have begun. */
  #begun({ at }: Run): number {
    return this.#importing ? at + 1 : at;
  }

  #stop(): void {
    this.#stopping = true;
    if (this.#run !== undefined) {
      // No module is waited for any more: the item that needs it runs elsewhere.
      const { first, end, at } = this.#run;
      this.#drop(this.#run, first, end, at);
      this.#run.end = at;
    }
    for (const run of this.#backlog.waiting()) this.#drop(run, run.first, run.end, 0);
    this.#backlog.clear();
    this.#endIfDone();
  }

  /** After `stop`: ends when nothing runs and no item is waited for. Modules and the setup are not waited for. */
  #endIfDone(): void {
    if (!this.#stopping || this.#ending || this.#waiting > 0) return;
    if (this.#busy && !this.#importing && !this.#settingUp) return;
    this.#ending = true;
    this.#results.flush();
    if (this.#finalize === undefined) this.#close();
    else void this.#finalize().then(() => this.#close());
  }

  #close(): void {
    this.#output?.endLines();
    this.#channel.close();
    // Without its channel a worker ends by itself, unless a module of the user's keeps it: then it is ended.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }

  /** Runs items until none is left or one has to be waited for. */
  #pump(): void {
    if (this.#busy || this.#waiting >= this.#concurrency) return;
    this.#busy = true;
    while (this.#run !== undefined || this.#next()) {
      if (!this.#runItems(this.#run as Run)) return;
      this.#run = undefined;
      this.#results.flush();
    }
    this.#busy = false;
    if (this.#stopping) this.#endIfDone();
    else this.#memory?.look(this.#results.since);
  }

  #resume(): void {
    this.#busy = false;
    this.#pump();
  }

  /** Goes on after a turn of the event loop. */
  #yield(): void {
    this.#busy = true;
    setImmediate(() => {
      this.#turnStarted = performance.now();
      this.#resume();
    });
  }

  #next(): boolean {
    this.#run = this.#backlog.take();
    if (this.#run === undefined) return false;
    this.#restart();
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
      // Before the module is imported: when that ends the worker, this item is the one that did it.
      Atomics.store(cells, WorkerCell.begun, seq + 1);
      // SYNC: after `begun`, and `recalledTo` is read after `recalledFrom`, which the pool writes last. All
      // of them count modulo 2^32.
      const from = Atomics.load(cells, WorkerCell.recalledFrom);
      const count = ((cells[WorkerCell.recalledTo] as number) - from) >>> 0;
      const ahead = (seq - from) >>> 0;
      if (ahead < count && run.importedFor !== run.at) {
        this.#drop(run, seq, count - ahead, run.at);
        continue;
      }
      if (run.fn === undefined && !this.#open(run)) return false;
      const fn = run.fn as NonNullable<Run['fn']>;
      if ('broken' in fn) {
        this.#results.fail(seq, fn.broken, undefined);
        run.at++;
        continue;
      }
      if (!this.#runItem(run, fn, seq)) return false;
      // A plain read: between two items nothing can keep an old value, and it costs nothing.
      const urgent = cells[WorkerCell.urgent] !== this.#urgent;
      if ((--this.#stride.left <= 0 || urgent) && !this.#tick()) return false;
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
    run.importedFor = run.at;
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
    const item = run.items[run.at++];
    let result: unknown;
    let began = 0;
    try {
      if (state.overlap === undefined) {
        state.attempt = message.attempt;
        state.seq = seq;
        result = invoke(fn, message, item);
      } else {
        began = performance.now();
        result = state.overlap.run(seq, message.attempt, () => invoke(fn, message, item));
      }
      if (isPromiseLike(result)) {
        this.#wait(run, fn, seq, result, began);
        if (this.#waiting < this.#concurrency) return true;
        this.#busy = false;
        return false;
      }
    } catch (thrown) {
      this.#failed(fn, seq, thrown);
      return true;
    }
    this.#succeeded(run, seq, result);
    return true;
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
    if (this.#busy) this.#endIfDone();
    else if (this.#tick()) this.#pump();
  }

  #succeeded({ message }: Run, seq: number, value: unknown): void {
    this.#over(seq);
    this.#results.add(seq, value);
    this.#rest();
    if (message.type === 'run' && !message.gather) this.#results.flush();
  }

  #overlapped(seq: number, value: unknown, elapsed: number): void {
    this.#over(seq);
    this.#results.post(seq, value, elapsed);
    this.#rest();
  }

  #failed(fn: WorkerFunction, seq: number, thrown: unknown, elapsed?: number): void {
    this.#over(seq);
    this.#results.fail(seq, reportable(thrown, fn), fn.exports, elapsed);
    this.#rest();
  }

  /** An item has ended; its result is posted next. */
  #over(seq: number): void {
    this.#state.seq = -1;
    this.#state.overlap?.end(seq);
    if (!this.#watchful) return;
    this.#output?.endLines();
    if (this.#memory?.limited) this.#memory.beforeResult();
  }

  /** No item runs of which anything was told: the next result may overtake what was posted before. */
  #rest(): void {
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
    this.#memory?.look(now);
    for (;;) {
      const received = this.#channel.take();
      if (received === undefined) break;
      this.#receive(expandRun(received));
    }
    if (this.#channel.takes && now - this.#turnStarted < TURN_MS) return true;
    this.#yield();
    return false;
  }
}

function invoke(fn: WorkerFunction, message: RunMessage | BlocksMessage, item: unknown): unknown {
  if (message.type === 'blocks') return runBlocks(fn, message);
  const { call } = fn;
  return message.spread === 'item' ? call(item) : call(...(item as unknown[]));
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as PromiseLike<unknown>).then === 'function';
}
