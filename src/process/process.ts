/** One function in a process (or thread) of its own. */

import { InvalidStateError } from '../errors.ts';
import { integer, ownOptions } from '../internal/check.ts';
import { ownIdentity } from '../internal/identity.ts';
import { waitForAtEnd } from '../internal/waited.ts';
import { addChild, removeChild } from './children.ts';
import type { EndSignal } from './exit-code.ts';
import { startFork } from './fork.ts';
import { refuseDuringImport } from './importing.ts';
import { type ProcessOptions, type ProcessSettings, processSettings, text } from './options.ts';
import type { Running } from './running.ts';
import { startThread } from './thread.ts';

/** Timers hold no more. */
const MAX_MS = 2 ** 31 - 1;
/** How long disposal lets a child end by itself after `terminate()`. */
const DISPOSE_GRACE_MS = 1000;

/** How many this process (or thread) has made. */
let made = 0;

/**
 * One function that runs in a process of its own, or in a thread (`kind: 'thread'`): Python's
 * `multiprocessing.Process`.
 *
 * It ends when the target has returned and nothing is left in its event loop: timers, servers, children of
 * its own that are no daemons. `process.exit(n)` in it ends it at once with exit code `n`. An error that the
 * target throws is written to the standard error, with its stack, and the exit code is 1.
 *
 * - **Keeping alive.** A child that is no daemon keeps its parent alive. A daemon is ended when its parent ends.
 *   No child outlives its parent by more than two seconds, whatever ended that: after `process.exit()` and
 *   after a kill, which leave no time to wait, children that are no daemons are ended too.
 * - **Signals.** An interrupt (also Ctrl-C in the terminal) ends the child with exit code 1, or calls its own
 *   listeners of `SIGINT` beside that; `process.removeAllListeners('SIGINT')` brings back the system's handler.
 *   It is heard between two turns of the child's event loop; `terminate()` also ends code that never returns.
 * - **Threads** have no signals: `interrupt()` emits `SIGINT` on the thread's `process` object, `terminate()`
 *   and `kill()` stop the thread, and the exit codes are those of a process.
 * - **Modules.** A child imports the module of its task. A module that starts a `Process` at its top level has
 *   to ask `isMain(import.meta)` before; in a child such a start is an InvalidStateError.
 *
 * @example
 * import { Process } from 'allcores';
 *
 * const child = new Process({ target: (name: string) => console.log(`Hello, ${name}`), args: ['Ada'] });
 * child.start();
 * await child.join();
 * child.exitCode; // 0
 */
export class Process implements AsyncDisposable {
  readonly #settings: ProcessSettings;
  readonly #line: readonly number[];
  readonly #daemon: boolean;
  #name: string;
  #running: Running | undefined;
  #exited: Promise<number> | undefined;
  #exitCode: number | undefined;
  /** Who waits in `join`. */
  readonly #waiting = new Set<() => void>();
  #closed = false;

  /**
   * @throws {TypeError} for a target that cannot run elsewhere (a kernel too: it already runs on all cores),
   *   an unknown option, or an option of the wrong type.
   */
  constructor(options: ProcessOptions) {
    const settings = processSettings(options);
    const creator = ownIdentity();
    this.#settings = settings;
    this.#line = [...creator.line, ++made];
    const type = new.target === Process ? 'Process' : new.target.name || 'Process';
    this.#name = settings.name ?? `${type}-${this.#line.join(':')}`;
    this.#daemon = settings.daemon ?? creator.daemon;
  }

  /** What `currentProcess().name` is in the child. Setting it after `start()` changes it here only. */
  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = text('name', name);
  }

  /** Whether it ends with its creator. A daemon may have children; they are daemons unless they are told otherwise. */
  get daemon(): boolean {
    return this.#daemon;
  }

  /** The system's number of the process (a thread has that of this process); undefined before `start()`. */
  get pid(): number | undefined {
    this.#check();
    return this.#running?.pid;
  }

  /**
   * Undefined until it has ended. Then its exit code, from 0 to 255, or minus the number of the signal that
   * ended it: -15 after `terminate()`, -9 after `kill()`. A target that waits for what can never come ends with 13.
   */
  get exitCode(): number | undefined {
    this.#check();
    return this.#exitCode;
  }

  /**
   * Resolves with the exit code when it has ended. It keeps no program alive (`join()` does).
   *
   * @throws {InvalidStateError} before `start()`.
   */
  get exited(): Promise<number> {
    this.#started();
    return this.#exited as Promise<number>;
  }

  /**
   * Starts it, once.
   *
   * @throws {InvalidStateError} when it was started before, and in a module that a worker is just importing.
   * @throws {SerializationError} when an argument cannot cross; it says which.
   * @throws the system's error when it refuses to start the program.
   */
  start(): void {
    this.#check();
    if (this.#running !== undefined) throw new InvalidStateError('A Process can be started only once');
    refuseDuringImport('A Process cannot be started');
    const { target, args, kind } = this.#settings;
    const parent = ownIdentity();
    const self = { name: this.#name, daemon: this.#daemon, line: this.#line };
    const run = kind === 'thread' ? startThread : startFork;
    const settings = { ...this.#settings, ...self };
    let resolve: (exitCode: number) => void = () => {};
    const exited = new Promise<number>((settle) => {
      resolve = settle;
    });
    this.#running = run({ target, self, parent }, args, settings, (exitCode) => {
      this.#exitCode = exitCode;
      removeChild(this);
      resolve(exitCode);
      for (const wake of this.#waiting) wake();
    });
    this.#exited = exited;
    addChild(this);
    if (!this.#daemon) waitForAtEnd(exited);
  }

  /**
   * Waits until it has ended; true when it has. Meanwhile this program stays alive.
   *
   * @param options.timeout Wait so many milliseconds at most; 0 and negative ones only look. Default: no limit.
   * @throws {InvalidStateError} (as a rejection) before `start()` and after `close()`.
   */
  async join(options?: { timeout?: number }): Promise<boolean> {
    const { timeout } = ownOptions(options, ['timeout'], 'join');
    const timeoutMs = timeout === undefined ? MAX_MS : integer('timeout', timeout, -MAX_MS, MAX_MS);
    this.#started();
    if (this.#exitCode !== undefined || timeoutMs <= 0) return this.#exitCode !== undefined;
    await this.#endedWithin(timeout === undefined ? undefined : timeoutMs);
    return this.#exitCode !== undefined;
  }

  /** Asks it to end (SIGTERM), which it does at once unless it listens for that. A thread is stopped. */
  terminate(): void {
    this.#signal('SIGTERM');
  }

  /** Ends it at once (SIGKILL). A thread is stopped. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** Interrupts it (SIGINT), as Ctrl-C does. */
  interrupt(): void {
    this.#signal('SIGINT');
  }

  /** Whether it was started and, as far as this thread's event loop knows, has not ended. */
  isAlive(): boolean {
    this.#check();
    return this.#running !== undefined && this.#exitCode === undefined;
  }

  /**
   * Declares that it is no longer of interest: everything but `name` and `daemon` is an InvalidStateError from then on.
   *
   * @throws {InvalidStateError} while it is alive.
   */
  close(): void {
    if (this.#closed) return;
    if (this.isAlive()) {
      throw new InvalidStateError(
        'A Process that is alive cannot be closed: join() or terminate() it before',
      );
    }
    this.#closed = true;
  }

  /** Ends it when it is alive (`terminate()`, after a second `kill()`), waits for its end and closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    if (this.isAlive()) {
      this.terminate();
      if (!(await this.join({ timeout: DISPOSE_GRACE_MS }))) this.kill();
      await this.join();
    }
    this.close();
  }

  #signal(signal: EndSignal): void {
    this.#started().signal(signal);
  }

  #check(): void {
    if (this.#closed) throw new InvalidStateError('The Process is closed');
  }

  #started(): Running {
    this.#check();
    if (this.#running === undefined) throw new InvalidStateError('The Process was not started yet');
    return this.#running;
  }

  /** Waits, with a timer that also keeps the program alive when the child is a daemon. */
  #endedWithin(timeoutMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = timeoutMs === undefined ? setInterval(() => {}, MAX_MS) : setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }
}
