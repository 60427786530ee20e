/** What a bench starts, it ends: on success, on failure and on Ctrl-C. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Close = () => unknown;

/** A stack of things to close, last opened first. */
export class Resources implements AsyncDisposable {
  readonly #closers: Close[] = [];
  readonly #lastResorts = new Set<() => void>();
  #folder: string | undefined;
  #closing = false;

  constructor() {
    // process.exit() and an uncaught error leave no time for promises.
    process.once('exit', () => {
      for (const end of this.#lastResorts) end();
      this.#removeFolder();
    });
  }

  /** Calls `close` at the end and waits for it. */
  defer(close: Close): void {
    this.#closers.push(close);
  }

  /** Calls `end` when the process leaves without closing; gives the function that forgets it. */
  atExit(end: () => void): () => void {
    this.#lastResorts.add(end);
    return () => this.#lastResorts.delete(end);
  }

  /** A folder for files, made at first use and removed at the end. */
  folder(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'allcores-bench-'));
    return this.#folder;
  }

  /** Whether the end has begun. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Closes everything, for good. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.closeSuite();
  }

  /** Closes what was opened so far, last opened first; what follows may open more. */
  async closeSuite(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    this.#removeFolder();
    if (failures.length > 0) throw new AggregateError(failures, 'Something could not be closed');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #removeFolder(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}
