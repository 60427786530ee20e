/** What a process knows of itself and of its parent. */

import { ownIdentity, ownRole } from '../internal/identity.ts';

/** A process (or thread), as `currentProcess` and `parentProcess` tell of it. */
export interface ProcessInfo {
  /** The `name` it was given; `'MainProcess'` for the program itself. */
  readonly name: string;
  /** The system's number of the process; a thread has that of its process. */
  readonly pid: number;
  /** Whether it ends with its parent. */
  readonly daemon: boolean;
  /** Whether it lives at this very moment. */
  isAlive(): boolean;
  /**
   * Resolves when it has ended. A child cannot learn its parent's exit code: it gets NaN. The promise keeps no
   * program alive.
   */
  readonly exited: Promise<number>;
}

/**
 * The process (or thread) that this code runs in. In a pool's worker it has the worker's name and is a daemon.
 *
 * @example
 * import { currentProcess } from 'allcores';
 *
 * currentProcess().name; // 'MainProcess'
 * currentProcess().pid === process.pid; // true
 */
export function currentProcess(): ProcessInfo {
  const { name, pid, daemon } = ownIdentity();
  return { name, pid, daemon, isAlive: () => true, exited: never };
}

/** Nobody sees his own end. */
const never = new Promise<number>(() => {});

/**
 * The process (or thread) that started this one, by `Process` or as a worker of its pool; undefined in the program
 * itself.
 *
 * A child does not outlive its parent: when `exited` resolves it has about half a second left.
 *
 * @example
 * import { parentProcess } from 'allcores';
 *
 * parentProcess(); // undefined
 */
export function parentProcess(): ProcessInfo | undefined {
  const role = ownRole();
  if (role === undefined) return undefined;
  const { name, pid, daemon } = role.parent;
  return {
    name,
    pid,
    daemon,
    isAlive: () => role.parentAlive(),
    exited: role.parentEnded.then(() => Number.NaN),
  };
}
