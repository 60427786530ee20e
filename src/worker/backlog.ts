/** The runs that a worker has been sent and has not begun. */

import type { Run } from './run.ts';

/** A queue of runs, oldest first. */
export class Backlog {
  #runs: Run[] = [];
  #head = 0;

  add(run: Run): void {
    this.#runs.push(run);
  }

  /** Takes the oldest; undefined when none waits. */
  take(): Run | undefined {
    const run = this.#runs[this.#head];
    if (run === undefined) return undefined;
    this.#head++;
    if (this.#head === this.#runs.length) this.clear();
    return run;
  }

  /** Those that wait, oldest first. */
  waiting(): readonly Run[] {
    return this.#runs.slice(this.#head);
  }

  clear(): void {
    this.#runs = [];
    this.#head = 0;
  }
}
