/** The results of `executor.map`, with a limit for the whole iteration. */

import type { Deadline } from './deadline.ts';

const end = { done: true, value: undefined } as const;

/** Passes results on until the time is over, then cancels the rest. After a failure it is at its end. */
export class ExecutorMap<R> implements AsyncIterableIterator<R> {
  readonly #results: AsyncIterator<R>;
  readonly #deadline: Deadline;
  #over = false;

  constructor(results: AsyncIterator<R>, deadline: Deadline) {
    this.#results = results;
    this.#deadline = deadline;
  }

  /** A result that is there is given, however late one asks for it: the timer comes after all promises. */
  next(): Promise<IteratorResult<R, undefined>> {
    if (this.#over) return Promise.resolve(end);
    return new Promise((resolve, reject) => {
      const callOff = this.#deadline.start(() => {
        void this.return();
        reject(this.#deadline.error('The map has not ended'));
      });
      this.#results.next().then(
        (step) => {
          callOff();
          resolve(step.done === true ? end : step);
        },
        (error) => {
          this.#over = true;
          callOff();
          reject(error);
        },
      );
    });
  }

  async return(): Promise<IteratorResult<R, undefined>> {
    this.#over = true;
    await this.#results.return?.();
    return end;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<R> {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
