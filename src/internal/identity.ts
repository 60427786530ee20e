/** Who this process (or thread) is: what its parent told it, kept where every copy of this package finds it. */

import { isMainThread, threadId } from 'node:worker_threads';

/** A process or thread as its relatives see it. */
export interface Identity {
  readonly name: string;
  readonly pid: number;
  readonly daemon: boolean;
  /** Which child of which child it is, counted from 1; empty in the main process. */
  readonly line: readonly number[];
}

/** What a `Process`, or a pool's worker, knows of itself. */
export interface Role extends Identity {
  readonly parent: Identity;
  /** Resolves when the parent has ended. */
  readonly parentEnded: Promise<unknown>;
  /** Whether the parent lives, at this very moment. */
  parentAlive(): boolean;
}

const key = Symbol.for('allcores.process');

/** Shared by all copies of this package in one thread. */
type Global = { [key]?: Role };

/** Gives this process (or thread) its role, once, before any code of the user's runs. */
export function takeRole(role: Role): void {
  Object.defineProperty(globalThis, key, { value: role, configurable: true });
}

/** Makes this process (or thread) a pool's worker. It ends as soon as its parent does, so it never sees that end. */
export function takeWorkerRole(id: number, name: string, parent: Identity): void {
  takeRole({
    name,
    pid: process.pid,
    daemon: true,
    line: [id],
    parent,
    parentEnded: new Promise(() => {}),
    parentAlive: () => parent.pid === process.pid || parent.pid === process.ppid,
  });
}

/** The role that a parent gave; undefined in the main process. */
export function ownRole(): Role | undefined {
  return (globalThis as Global)[key];
}

/** Who this is. */
export function ownIdentity(): Identity {
  const role = ownRole();
  if (role !== undefined) {
    const { name, pid, daemon, line } = role;
    return { name, pid, daemon, line };
  }
  const { pid } = process;
  if (isMainThread) return { name: 'MainProcess', pid, daemon: false, line: [] };
  // A thread that somebody else started.
  return { name: `Thread-${threadId}`, pid, daemon: false, line: [] };
}
