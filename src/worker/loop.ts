/** What a worker does from its start to its end: it takes messages, and is set up before its first item. */

import { isMainThread } from 'node:worker_threads';
import { expandRun, type FromWorker, type SetupMessage, type ToWorker } from '../internal/protocol.ts';
import { RING_SIGNAL, type RingMemory, RingWriter } from '../internal/result-ring.ts';
import { explainPost, packList } from '../internal/wire.ts';
import type { WorkerChannel } from './channel.ts';
import { becomeWorker, type WorkerState } from './context.ts';
import { Functions } from './functions.ts';
import { writeThrough } from './inherited-output.ts';
import { Items } from './items.ts';
import { MemoryWatch } from './memory-watch.ts';
import { type CapturedOutput, captureOutput } from './output.ts';
import { Results } from './results.ts';
import { Run } from './run.ts';
import { isBare, setUp } from './setup.ts';

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
      throw explainPost(value, 'report', cause);
    }
  });
  new Loop(channel, state, results).start();
}

class Loop {
  readonly #channel: WorkerChannel;
  readonly #state: WorkerState;
  readonly #functions = new Functions();
  readonly #results: Results;
  readonly #items: Items;
  #stopping = false;
  #ending = false;
  #finalize: (() => Promise<void>) | undefined;
  #output: CapturedOutput | undefined;
  #memory: MemoryWatch | undefined;

  constructor(channel: WorkerChannel, state: WorkerState, results: Results) {
    this.#channel = channel;
    this.#state = state;
    this.#results = results;
    this.#items = new Items({
      channel,
      state,
      results,
      functions: this.#functions,
      look: (now) => this.#look(now),
      over: () => {
        this.#output?.endLines();
        const bytes = this.#memory?.excess();
        if (bytes !== undefined) this.#tell({ type: 'memory', bytes });
      },
      rest: () => {
        if (this.#stopping) this.#endIfDone();
        else this.#tellMemory(results.since);
      },
    });
  }

  start(): void {
    // A task may end the worker (`process.exit`, an uncaught error): what was done before is delivered.
    process.on('exit', () => {
      this.#output?.endLines();
      this.#results.flush();
    });
    this.#channel.onMessage = (posted) => {
      this.#items.turn();
      this.#receive(expandRun(posted));
      this.#items.linger();
    };
    this.#channel.open();
  }

  /** Posts what must not be overtaken by the result of an item that runs now. */
  #tell(message: FromWorker, transfer?: readonly ArrayBuffer[]): void {
    this.#results.told = true;
    this.#channel.post(message, transfer);
  }

  /** From time to time; results may overtake it. */
  #tellMemory(now: number): void {
    const bytes = this.#memory?.due(now);
    if (bytes !== undefined) this.#channel.post({ type: 'memory', bytes });
  }

  /** In the middle of a turn. */
  #look(now: number): void {
    this.#tellMemory(now);
    for (;;) {
      const received = this.#channel.take();
      if (received === undefined) return;
      this.#receive(expandRun(received));
    }
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case 'setup':
        this.#setUp(message);
        break;
      case 'define':
        this.#functions.define(message.fn, message.source);
        break;
      case 'forget':
        this.#functions.forget(message.fn);
        break;
      case 'run':
      case 'blocks':
        this.#accept(new Run(message));
        break;
      case 'cancel':
        this.#state.abort(message.seq, message.count);
        this.#items.recall(message.seq, message.count, true);
        break;
      case 'recall':
        this.#items.recall(message.seq, message.count, false);
        this.#channel.post({ type: 'recalled' });
        break;
      case 'stop':
        this.#stop();
        break;
    }
  }

  #accept(run: Run): void {
    if (this.#stopping) this.#items.drop(run, run.first, run.end);
    else this.#items.accept(run);
  }

  #setUp(setup: SetupMessage): void {
    this.#items.running.concurrency = setup.concurrency;
    if (setup.concurrency > 1) this.#state.allowOverlap();
    // A process writes to what it has inherited, unless the pool wants to see it.
    if (isMainThread && !setup.tagOutput) {
      writeThrough();
    } else {
      const name = setup.tagOutput ? this.#state.name : undefined;
      this.#output = captureOutput((message, transfer) => this.#tell(message, transfer), name);
    }
    this.#memory = new MemoryWatch(setup.maxMemory);
    this.#items.running.watched = setup.tagOutput || this.#memory.limited;
    if (isBare(setup)) {
      this.#channel.post({ type: 'ready' });
      return;
    }
    // Before anything of the user's runs, which may take as long as it likes.
    this.#channel.post({ type: 'online' });
    this.#items.hold();
    void setUp(setup).then((outcome) => {
      this.#output?.endLines();
      if (this.#ending) return;
      if ('broken' in outcome) {
        this.#results.broken(outcome.broken, outcome.exports);
        this.#stop();
      } else {
        this.#finalize = outcome.finalize;
        this.#channel.post({ type: 'ready' });
      }
      this.#items.release();
    });
  }

  #stop(): void {
    this.#stopping = true;
    this.#items.recallAll();
    this.#endIfDone();
  }

  /** After `stop`, between items: ends when none is waited for. Modules and the setup are not. */
  #endIfDone(): void {
    if (this.#ending || !this.#items.running.none) return;
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
}
