/** Futures of calls that do what the test says. */

import { afterEach, expect } from 'vitest';
import { Future, type FutureSource, type Settlement } from '#dist/pool/future.js';
import { turn } from '../waits.js';

/** A call that does what the test says. */
export class ScriptedCall implements FutureSource {
  begun = false;
  withdrawn = 0;
  endings = 0;
  settlement: Settlement | undefined;

  running(): boolean {
    return this.begun;
  }

  withdraw(): boolean {
    if (this.begun) return false;
    this.withdrawn++;
    return true;
  }

  ended(): void {
    this.endings++;
  }

  resolve(value: unknown): void {
    this.settlement?.resolve(value);
  }

  reject(error: unknown): void {
    this.settlement?.reject(error);
  }
}

/** A pending future, and its call. */
export function scripted<T = unknown>(): { future: Future<T>; call: ScriptedCall } {
  const call = new ScriptedCall();
  const future = new Future<T>((settlement) => {
    call.settlement = settlement;
    return call;
  });
  return { future, call };
}

/** One that has a result. */
export function finished(value: unknown): Future<unknown> {
  const { future, call } = scripted();
  call.resolve(value);
  return future;
}

/** One that has failed. */
export function failed(error: unknown): Future<unknown> {
  const { future, call } = scripted();
  call.reject(error);
  return future;
}

/** One that was cancelled. */
export function cancelled(): Future<unknown> {
  const { future } = scripted();
  future.cancel();
  return future;
}

/**
 * Rejections that nobody has handled, as they come. A test that leaves one in it fails; to be called once in
 * the file.
 */
export function unhandledRejections(): unknown[] {
  const unhandled: unknown[] = [];
  process.on('unhandledRejection', (reason) => unhandled.push(reason));
  afterEach(async () => {
    await turn();
    expect(unhandled.splice(0)).toEqual([]);
  });
  return unhandled;
}
