import { choice, ownOptions } from '../internal/check.ts';
import { Deadline } from './deadline.ts';
import { type Future, listen, stateOf, unlisten } from './future.ts';
import { futuresOf } from './futures-argument.ts';

/** When `wait` has waited enough. */
export type ReturnWhen = 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED';

/** What `wait` takes. */
export interface WaitFuturesOptions {
  /** Milliseconds, an integer from 0. When they are over, `wait` gives what is done by then. Default: no limit. */
  timeout?: number;
  /**
   * `'ALL_COMPLETED'`, the default; `'FIRST_COMPLETED'`: one has ended in any way; `'FIRST_EXCEPTION'`: one has
   * failed (to be cancelled is no failure) or all have ended.
   */
  returnWhen?: ReturnWhen;
}

/** What `wait` gives: every future that it was given, once, in one of the two. */
export interface WaitResult<T> {
  /** Finished, failed or cancelled. */
  done: Set<Future<T>>;
  /** Waiting or running. */
  notDone: Set<Future<T>>;
}

const conditions = ['FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED'] as const;

/**
 * Waits for futures, of one Executor or of several.
 *
 * Failures do not reject it, nor does the end of its `timeout`: ask the futures.
 *
 * @returns A promise of both sets. It rejects with TypeError or RangeError for bad arguments.
 * @example
 * import { Executor, wait } from 'allcores';
 *
 * const executor = new Executor({ workers: 2 });
 * const futures = [1, 2, 3].map((x) => executor.submit((n: number) => n * n, [x]));
 * const { done, notDone } = await wait(futures);
 * console.log(done.size, notDone.size); // 3 0
 * await executor.shutdown();
 */
export function wait<T>(futures: Iterable<Future<T>>, options?: WaitFuturesOptions): Promise<WaitResult<T>>;
/** The same for futures of several types. */
export function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options?: WaitFuturesOptions,
): Promise<WaitResult<Awaited<F>>>;
/** Both of them. */
export async function wait(
  futures: Iterable<Future<unknown>>,
  options?: WaitFuturesOptions,
): Promise<WaitResult<unknown>> {
  const own = ownOptions(options, ['timeout', 'returnWhen'], 'wait');
  const deadline = new Deadline(own.timeout);
  const when =
    own.returnWhen === undefined ? 'ALL_COMPLETED' : choice('returnWhen', own.returnWhen, conditions);
  const all = futuresOf(futures);
  await enough(all, when, deadline);
  const result: WaitResult<unknown> = { done: new Set(), notDone: new Set() };
  for (const future of all) (future.done() ? result.done : result.notDone).add(future);
  return result;
}

/** Resolves when the condition holds or the time is over, and leaves no listener behind. */
function enough(all: ReadonlySet<Future<unknown>>, when: ReturnWhen, deadline: Deadline): Promise<void> {
  const ends = (future: Future<unknown>) =>
    when === 'FIRST_COMPLETED' || (when === 'FIRST_EXCEPTION' && stateOf(future) === 'raised');
  const open: Future<unknown>[] = [];
  for (const future of all) {
    if (!future.done()) open.push(future);
    else if (ends(future)) return Promise.resolve();
  }
  if (open.length === 0 || deadline.over) return Promise.resolve();
  return new Promise((resolve) => {
    const listeners = new Map<Future<unknown>, () => void>();
    const stop = () => {
      callOff();
      for (const [future, listener] of listeners) unlisten(future, listener);
      resolve();
    };
    const callOff = deadline.start(stop);
    for (const future of open) {
      const listener = () => {
        listeners.delete(future);
        if (listeners.size === 0 || ends(future)) stop();
      };
      listeners.set(future, listener);
      listen(future, listener);
    }
  });
}
