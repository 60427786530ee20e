import type { Backend, WorkerExit } from '#dist/backend/backend.js';
import { type ProcessOptions, processBackend } from '#dist/backend/process.js';
import type { FromWorker, RunMessage } from '#dist/internal/protocol.js';
import { listOf } from '#dist/internal/wire.js';
import { endedAfterEach } from '../ended-after-each.js';
import { plainSetup } from './plain-setup.js';

/** A child, driven by messages as a pool drives it. */
export class ProcessDriver {
  readonly backend: Backend;
  readonly messages: FromWorker[] = [];
  readonly exited: Promise<WorkerExit>;
  exits = 0;
  #wake: () => void = () => {};

  constructor(options: ProcessOptions = {}) {
    this.backend = processBackend(options)(7, 'child-7');
    this.exited = new Promise((resolve) => {
      this.backend.onExit = (exit) => {
        this.exits++;
        resolve(exit);
      };
    });
    this.backend.onMessage = (message) => {
      this.messages.push(message);
      this.#wake();
    };
    this.backend.start();
    this.backend.post(plainSetup);
  }

  /** Has a function called for each item; the items are numbered from `first`. */
  run(
    fn: (x: never) => unknown,
    items: readonly unknown[],
    first = 0,
    options: Partial<RunMessage> = {},
  ): void {
    this.backend.post({ type: 'define', fn: first, source: { kind: 'inline', source: String(fn) } });
    this.backend.post({
      type: 'run',
      fn: first,
      first,
      spread: 'item',
      items,
      count: items.length,
      announce: false,
      gather: false,
      attempt: 1,
      ...options,
    });
  }

  /** Resolves when a message has come that is as wanted. */
  async until(wanted: (message: FromWorker) => boolean): Promise<FromWorker> {
    for (;;) {
      const found = this.messages.find(wanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The results that have come, by the numbers of their items. */
  results(): Map<number, unknown> {
    const results = new Map<number, unknown>();
    for (const message of this.messages) {
      if (message.type !== 'done') continue;
      const values = listOf(message.results);
      for (let index = 0; index < message.count; index++) results.set(message.first + index, values[index]);
    }
    return results;
  }
}

/** Starts children that end after the test; to be called in the file. */
export function processDrivers(): (options?: ProcessOptions) => ProcessDriver {
  return endedAfterEach(
    (options?: ProcessOptions) => new ProcessDriver(options),
    ({ backend, exited }) => {
      backend.stop();
      return exited;
    },
  );
}
